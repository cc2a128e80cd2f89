import { ParseError } from '#errors';
import { decodeUtf } from '#gzip/decode-utf';
import { gunzip, isGzip, UnpackedTooLarge } from '#gzip/gunzip';
import { parseMmcif } from './mmcif/reader.js';
import { parsePdb } from './pdb/reader.js';
import type { Structure } from './structure.js';

/** Text beyond this is refused: a small gzip file could otherwise unfold into all memory. 500 MB hold 5 million atoms. */
const MAX_BYTES = 500_000_000;

const BLANK = /\s/;
const LINE_END = /[\r\n]/;

/**
 * Reads a structure of either format: after blanks and comments mmCIF begins with `data_` (or lacks it and says so), all
 * else is PDB.
 *
 * @param input text, or the bytes of a file, which may be gzipped
 * @param source its name, for error messages
 * @throws ParseError `PARSE_PDB` or `PARSE_MMCIF` with the line
 */
export function parseStructure(input: string | Uint8Array, source = 'structure'): Structure {
  const text = typeof input === 'string' ? input : decode(input, source);
  return isCif(text) ? parseMmcif(text, source) : parsePdb(text, source);
}

/** Tells by the first word that is no comment. */
function isCif(text: string): boolean {
  let at = 0;
  for (;;) {
    while (at < text.length && BLANK.test(text.charAt(at))) at++;
    if (text.charAt(at) !== '#') break;
    while (at < text.length && !LINE_END.test(text.charAt(at))) at++;
  }
  return /^(?:data_|loop_|_\w)/i.test(text.slice(at, at + 5));
}

function decode(bytes: Uint8Array, source: string): string {
  const plain = isGzip(bytes) ? unpack(bytes, source) : bytes;
  if (plain.length > MAX_BYTES) throw tooLarge(source);
  if (isBinaryCif(plain))
    throw new ParseError(
      'PARSE_MMCIF',
      'this is BinaryCIF, which is not read',
      { source, line: 1 },
      { hint: 'Download the entry as mmCIF (.cif), or convert it.' },
    );
  return decodeUtf(plain);
}

/** BinaryCIF is a MessagePack map, the first of whose keys is one of three. */
function isBinaryCif(bytes: Uint8Array): boolean {
  const isMap = bytes[0] === 0x83 || bytes[0] === 0xde || bytes[0] === 0xdf;
  const beginning = new TextDecoder('latin1').decode(bytes.subarray(1, 20));
  return isMap && /^[^a-z]{1,5}(?:encoder|version|dataBlocks)/.test(beginning);
}

function unpack(bytes: Uint8Array, source: string): Uint8Array {
  try {
    return gunzip(bytes, MAX_BYTES);
  } catch (error) {
    throw error instanceof UnpackedTooLarge ? tooLarge(source) : damaged(source, error);
  }
}

// The format inside is not known yet; PDB is what unrecognised input counts as.
function damaged(source: string, cause: unknown): ParseError {
  const at = { source, line: 1 };
  return new ParseError('PARSE_PDB', 'the gzip data is damaged or cut short', at, {
    cause,
    hint: 'Download or compress the file again.',
  });
}

function tooLarge(source: string): ParseError {
  const at = { source, line: 1 };
  return new ParseError('PARSE_PDB', `the file holds more than ${MAX_BYTES / 1e6} MB of text`, at);
}
