import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FoldError } from '#errors';
import { decodeText } from '#sequence/formats/decode-text';

const FIRST = gzipSync('>a\nMKT\n');
const SECOND = gzipSync('>b\nAYI\n');
const refused = expect.objectContaining({ code: 'PARSE_FASTA' }) as Error;

function textOrRefusal(bytes: Uint8Array): string {
  try {
    return decodeText(bytes);
  } catch (error) {
    if (error instanceof FoldError) return error.code;
    throw error;
  }
}

describe('decodeText', () => {
  it('reads UTF-8 and UTF-16', () => {
    expect(decodeText(new TextEncoder().encode('>β\nM'))).toBe('>β\nM');
    expect(decodeText(Buffer.from('\uFEFF>β\nM', 'utf16le'))).toBe('>β\nM');
    expect(decodeText(new Uint8Array(0))).toBe('');
  });

  it('unpacks gzip of one member and of many', () => {
    expect(decodeText(FIRST)).toBe('>a\nMKT\n');
    const many = Buffer.concat([FIRST, SECOND, gzipSync(''), FIRST]);
    expect(decodeText(many)).toBe('>a\nMKT\n>b\nAYI\n>a\nMKT\n');
  });

  it('unpacks members longer than one piece', () => {
    const letters = Array.from({ length: 300_000 }, (_, i) => 'ACGT'[(i * i + (i >> 3)) % 4]);
    const long = gzipSync(letters.join(''), { level: 1 });
    expect(decodeText(Buffer.concat([long, FIRST]))).toBe(`${letters.join('')}>a\nMKT\n`);
  });

  it('refuses gzip cut short anywhere', () => {
    for (let length = 2; length < FIRST.length; length++)
      expect(() => decodeText(FIRST.subarray(0, length))).toThrow(refused);
  });

  it('never gives other text for gzip with a flipped bit', () => {
    const texts = Array.from({ length: 8 * FIRST.length }, (_, bit) => {
      const broken = Uint8Array.from(FIRST);
      broken[bit >> 3]! ^= 1 << (bit & 7);
      // Without its mark the file is no gzip and is read as text.
      return bit < 16 ? undefined : textOrRefusal(broken);
    });
    expect(new Set(texts)).toEqual(new Set([undefined, 'PARSE_FASTA', '>a\nMKT\n']));
  });

  it('refuses binary files', () => {
    expect(() => decodeText(Uint8Array.of(77, 0, 75))).toThrow(refused);
  });
});
