import { deflateSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { memoryBytes } from '#weights/byte-source';
import { readZip } from '#weights/zip/zip';

interface Part {
  readonly name: string;
  readonly data: Uint8Array;
  readonly method?: number;
  readonly flags?: number;
  /** Size as stated, where it is not the true one. */
  readonly claimed?: number;
}

const text = (letters: string): Uint8Array => new TextEncoder().encode(letters);

/** Little-endian fields of 2, 4 or 8 bytes. */
function fields(...values: readonly (readonly [bytes: 2 | 4 | 8, value: number])[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.reduce((sum, [bytes]) => sum + bytes, 0)));
  let at = 0;
  for (const [bytes, value] of values) {
    if (bytes === 2) view.setUint16(at, value, true);
    else if (bytes === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += bytes;
  }
  return new Uint8Array(view.buffer);
}

const concat = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

/** Writes an archive; with `zip64`, sizes and places stand in the fields for large files. */
function zip(parts: readonly Part[], { zip64 = false, comment = '' } = {}): Uint8Array {
  let body: Uint8Array = new Uint8Array();
  let directory: Uint8Array = new Uint8Array();
  for (const { name, data, method = 0, flags = 0, claimed = data.length } of parts) {
    const offset = body.length;
    // The entry's own header has an extra field that the directory does not have, as PyTorch pads.
    const padding = fields([2, 0x4246], [2, 3], [2, 0]);
    const local = fields(
      [4, 0x04034b50],
      [2, 45],
      [2, flags],
      [2, method],
      [4, 0],
      [4, 0],
      [4, 0],
      [4, 0],
    );
    const lengths = fields([2, name.length], [2, padding.length + 1]);
    body = concat(body, local, lengths, text(name), padding, new Uint8Array(1), data);
    const extra = zip64
      ? fields([2, 1], [2, 24], [8, claimed], [8, data.length], [8, offset])
      : text('');
    const [size, compressed, place] = zip64 ? [~0, ~0, ~0] : [claimed, data.length, offset];
    const entry = fields(
      [4, 0x02014b50],
      [2, 45],
      [2, 45],
      [2, flags],
      [2, method],
      [4, 0],
      [4, 0],
      [4, compressed],
      [4, size],
      [2, name.length],
      [2, extra.length],
      [2, 0],
      [2, 0],
      [2, 0],
      [4, 0],
      [4, place],
    );
    directory = concat(directory, entry, text(name), extra);
  }
  const end64 = fields(
    [4, 0x06064b50],
    [8, 44],
    [2, 45],
    [2, 45],
    [4, 0],
    [4, 0],
    [8, parts.length],
    [8, parts.length],
    [8, directory.length],
    [8, body.length],
  );
  const locator = fields([4, 0x07064b50], [4, 0], [8, body.length + directory.length], [4, 1]);
  const [size, place] = zip64 ? [~0, ~0] : [directory.length, body.length];
  const end = fields(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, 0xffff],
    [2, 0xffff],
    [4, size],
    [4, place],
    [2, comment.length],
  );
  return concat(body, directory, ...(zip64 ? [end64, locator] : []), end, text(comment));
}

const DEFLATED = 8;

function contents(archive: Uint8Array, name: string): string {
  const { bytes, offset, size } = readZip(memoryBytes(archive, 'x.pt')).open(name);
  return new TextDecoder().decode(bytes.read(offset, size));
}

describe('a zip archive', () => {
  const parts = [
    { name: 'a/first', data: text('one') },
    { name: 'a/second', data: deflateSync(text('two two two two')), method: DEFLATED, claimed: 15 },
    { name: 'empty', data: text('') },
  ];

  it.each([
    ['plain', zip(parts)],
    ['zip64', zip(parts, { zip64: true })],
    ['with a comment', zip(parts, { comment: 'PK\x05\x06 is no end here' })],
  ])('%s is read: stored, deflated and empty files', (_, archive) => {
    expect([...readZip(memoryBytes(archive, 'x.pt')).names]).toEqual([
      'a/first',
      'a/second',
      'empty',
    ]);
    expect(contents(archive, 'a/first')).toBe('one');
    expect(contents(archive, 'a/second')).toBe('two two two two');
    expect(contents(archive, 'empty')).toBe('');
  });
});

describe('an archive that is not as it says', () => {
  const good = zip([{ name: 'a', data: text('data') }]);
  const deflated = deflateSync(new Uint8Array(100_000));
  const change = (at: number, value: number, archive = good): Uint8Array => {
    const copy = archive.slice();
    new DataView(copy.buffer).setUint32(at < 0 ? copy.length + at : at, value, true);
    return copy;
  };
  const directoryAt = good.length - 22 - 47;

  it.each<[string, Uint8Array, RegExp]>([
    ['nothing at all', new Uint8Array(), /has no zip directory/],
    ['its end cut', good.subarray(0, -1), /is cut short: it has \d+ bytes/],
    ['a directory beyond the end', change(-6, 1_000_000), /directory lies outside/],
    ['a directory of another place', change(-6, 3), /directory is damaged at byte 3/],
    ['a name longer than the directory', change(directoryAt + 28, 500), /directory is cut/],
    ['an entry beyond the end', change(directoryAt + 42, 1_000_000), /"a" lies outside/],
    ['an entry at a wrong place', change(directoryAt + 42, 1), /"a" has no zip header/],
    ['more data than the file', change(directoryAt + 20, 1_000_000), /"a" lies outside/],
    ['two sizes for stored data', change(directoryAt + 24, 3), /"a" is stored in two sizes/],
    [
      'a name twice',
      zip([
        { name: 'a', data: text('1') },
        { name: 'a', data: text('2') },
      ]),
      /"a" twice/,
    ],
    ['an encrypted file', zip([{ name: 'a', data: text('1'), flags: 1 }]), /"a" is encrypted/],
    ['an unknown compression', zip([{ name: 'a', data: text('1'), method: 12 }]), /method 12/],
    ['a bomb', zip([{ name: 'a', data: deflated, method: DEFLATED, claimed: 100_000 }]), /32-fold/],
    [
      'a claim of 4 GB',
      zip([{ name: 'a', data: deflated, method: DEFLATED, claimed: 4e9 }]),
      /32-fold/,
    ],
    [
      'less than it inflates to',
      zip([{ name: 'a', data: deflated, method: DEFLATED, claimed: 100 }]),
      /100 bytes/,
    ],
    [
      'more than it inflates to',
      zip([{ name: 'a', data: deflateSync(text('abc')), method: DEFLATED, claimed: 9 }]),
      /9 bytes/,
    ],
    [
      'what is not deflate',
      zip([{ name: 'a', data: text('\x07zzz'), method: DEFLATED, claimed: 9 }]),
      /cannot be inflated/,
    ],
    [
      'a zip64 directory beyond the end',
      change(-34, 1_000_000, zip([], { zip64: true })),
      /zip64 directory/,
    ],
  ])('%s', (_, archive, message) => {
    expect(() => contents(archive, 'a')).toThrow(
      expect.objectContaining({
        code: 'PARSE_CHECKPOINT',
        message: expect.stringMatching(message) as string,
      }) as Error,
    );
  });
});
