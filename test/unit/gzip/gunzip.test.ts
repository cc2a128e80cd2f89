import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gunzip, isGzip, UnpackedTooLarge } from '#gzip/gunzip';

const text = 'ATOM      1  N   MET A   1\n'.repeat(7000); // more than two of the pieces that it is unpacked in
const packed = new Uint8Array(gzipSync(text));
const unpack = (bytes: Uint8Array, maxBytes = 1e6) =>
  new TextDecoder().decode(gunzip(bytes, maxBytes));

/** The same file with another byte, counted from its end. */
function changed(fromEnd: number): Uint8Array {
  const copy = packed.slice();
  copy[copy.length - fromEnd]! ^= 1;
  return copy;
}

describe('gunzip', () => {
  it('gives the bytes that were packed', () => {
    expect(isGzip(packed)).toBe(true);
    expect(unpack(packed)).toBe(text);
  });

  it('takes several members as one file, each with a checksum and a size of its own', () => {
    const [first, second] = ['one\n', 'another\n'].map((part) => gzipSync(part));
    expect(unpack(Buffer.concat([first!, second!]))).toBe('one\nanother\n');
    const broken = Buffer.concat([first!, second!]);
    broken[first!.length - 1]! ^= 1;
    expect(() => unpack(broken)).toThrow('checksum or length differ');
  });

  it('refuses a size that is not that of the unpacked bytes', () => {
    for (const fromEnd of [1, 4]) expect(() => unpack(changed(fromEnd))).toThrow('length differ');
  });

  it('refuses a checksum that is not theirs', () => {
    for (const fromEnd of [5, 8]) expect(() => unpack(changed(fromEnd))).toThrow('checksum');
  });

  it('refuses a file that is cut short', () => {
    for (const length of [packed.length - 1, packed.length - 9, 30])
      expect(() => unpack(packed.subarray(0, length))).toThrow();
  });

  it('unpacks as much as it may, and not a byte more', () => {
    expect(unpack(packed, text.length)).toBe(text);
    expect(() => unpack(packed, text.length - 1)).toThrow(UnpackedTooLarge);
  });
});
