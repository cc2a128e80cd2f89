import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Sha256 } from '#weights/sha256';

const bytes = Uint8Array.from({ length: 1000 }, (_, i) => (i * 167 + 13) % 251);
const expected = (length: number): string =>
  createHash('sha256').update(bytes.subarray(0, length)).digest('hex');

describe('SHA-256 in pieces', () => {
  it('gives the digest of FIPS 180-4 for "abc"', () => {
    const hash = new Sha256();
    hash.update(new TextEncoder().encode('abc'));
    expect(hash.hex()).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it.each([0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 1000])(
    'gives what Node gives for %i bytes, however they are cut',
    (length) => {
      for (const size of [1, 7, 64, 65, 1000]) {
        const hash = new Sha256();
        for (let at = 0; at < length; at += size)
          hash.update(bytes.subarray(at, Math.min(length, at + size)));
        expect(hash.hex()).toBe(expected(length));
      }
    },
  );
});
