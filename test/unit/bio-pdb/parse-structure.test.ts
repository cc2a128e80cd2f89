import { readFileSync } from 'node:fs';

import { gzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';

import { parseMmcif, parsePdb, parseStructure } from '#bio-pdb/index';

const pdb = readFileSync('test/fixtures/bio-pdb/difficult.pdb', 'utf8');
const cif = readFileSync('test/fixtures/bio-pdb/difficult.cif', 'utf8');
const encode = (text: string) => new TextEncoder().encode(text);

function withByte(bytes: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = change(copy[at]!);
  return copy;
}

describe('parseStructure', () => {
  it.each([
    ['text', (text: string) => text],
    ['bytes', encode],
    ['gzipped bytes', (text: string) => gzipSync(encode(text))],
    ['text behind a byte order mark', (text: string) => `\uFEFF${text}`],
    ['UTF-16', (text: string) => new Uint8Array(Buffer.from(`\uFEFF${text}`, 'utf16le'))],
  ])('knows both formats from %s', (_, wrap) => {
    expect(parseStructure(wrap(pdb))).toEqual(parsePdb(pdb));
    expect(parseStructure(wrap(cif))).toEqual(parseMmcif(cif));
  });

  it('says what a loop without its block lacks', () => {
    expect(() => parseStructure('# made by hand\nloop_ _atom_site.id 1', 'x.cif')).toThrow(
      expect.objectContaining({
        code: 'PARSE_MMCIF',
        message: 'x.cif:2: mmCIF must begin with data_',
      }),
    );
  });

  it('knows both formats behind millions of blank lines and comments', () => {
    const blank = '\n# nothing\n  '.repeat(2_000_000);
    expect(parseStructure(blank + cif).id).toBe(parseMmcif(cif).id);
    expect(() => parseStructure(blank)).toThrow(expect.objectContaining({ code: 'PARSE_PDB' }));
  });

  it('names BinaryCIF', () => {
    const bytes = encode('?\u0027encoder\u0025mol*\u0027');
    bytes[0] = 0x83;
    expect(() => parseStructure(bytes, 'x.bcif')).toThrow(/^x\.bcif:1: this is BinaryCIF/);
  });

  it('refuses damaged and truncated gzip', () => {
    const bytes = gzipSync(encode(pdb));
    for (const bad of [
      bytes.slice(0, bytes.length / 2),
      bytes.slice(0, 3),
      withByte(bytes, bytes.length - 8, (crc) => crc ^ 1),
      bytes.fill(7, 30, 60),
    ]) {
      expect(() => parseStructure(bad, 'x.gz')).toThrow(
        expect.objectContaining({ code: 'PARSE_PDB', line: 1 }),
      );
    }
  });
});
