import { Gunzip } from 'fflate';

import { ParseError } from '#errors';
import { parseMmcif } from './mmcif-reader.js';
import { parsePdb } from './pdb-reader.js';
import type { Structure } from './structure.js';

/** Text beyond this is refused: a small gzip file could otherwise unfold into all memory. 500 MB hold 5 million atoms. */
const MAX_BYTES = 500_000_000;
const GZIP_MAGIC = [0x1f, 0x8b];

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

/** Tells by the first line that is neither blank nor a comment. */
function isCif(text: string): boolean {
  return /^[^\S\r\n]*(?:(data_|loop_|_\w)|[^\s#])/im.exec(text)?.[1] !== undefined;
}

function decode(bytes: Uint8Array, source: string): string {
  const isGzip = GZIP_MAGIC.every((byte, i) => bytes[i] === byte);
  const plain = isGzip ? gunzip(bytes, source) : bytes;
  if (plain.length > MAX_BYTES) throw tooLarge(source);
  return new TextDecoder().decode(plain);
}

function gunzip(bytes: Uint8Array, source: string): Uint8Array {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let ended = false as boolean;
  const stream = new Gunzip((chunk, final) => {
    length += chunk.length;
    if (length > MAX_BYTES) throw tooLarge(source);
    chunks.push(chunk);
    ended = final;
  });
  try {
    stream.push(bytes, true);
  } catch (error) {
    if (error instanceof ParseError) throw error;
    throw damaged(source, error);
  }
  if (!ended) throw damaged(source, undefined);
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
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
