import { ParseError } from '#errors';
import { decodeUtf } from '#gzip/decode-utf';
import { gunzip, isGzip, UnpackedTooLarge } from '#gzip/gunzip';

/** Above this a file is taken for a mistake or an attack: engines hold strings not much longer. */
const MAX_TEXT_BYTES = 400 * 1024 * 1024;

/**
 * Text of a file's bytes: gunzipped where they begin as gzip does (several members, as bgzip writes them, included),
 * then read as UTF-8, or as UTF-16 where a byte order mark says so.
 *
 * @param bytes whole file
 * @param source name used in error messages
 * @throws ParseError `PARSE_FASTA` for broken or cut gzip, more than 400 MiB of text, and binary files
 */
export function decodeText(bytes: Uint8Array, source = 'input'): string {
  const plain = isGzip(bytes) ? unpack(bytes, source) : bytes;
  if (plain.length > MAX_TEXT_BYTES) throw tooLong(source);
  const text = decodeUtf(plain);
  if (text.includes('\0'))
    throw new ParseError(
      'PARSE_FASTA',
      'this is a binary file, not a sequence',
      { source, line: 1 },
      { hint: 'give plain text or gzip' },
    );
  return text;
}

function unpack(bytes: Uint8Array, source: string): Uint8Array {
  try {
    return gunzip(bytes, MAX_TEXT_BYTES);
  } catch (cause) {
    if (cause instanceof UnpackedTooLarge) throw tooLong(source);
    throw new ParseError(
      'PARSE_FASTA',
      'the gzip data are broken or cut short',
      { source, line: 1 },
      { cause, hint: 'get the file again, or unpack it first' },
    );
  }
}

const tooLong = (source: string): ParseError =>
  new ParseError('PARSE_FASTA', 'more than 400 MiB of text', { source, line: 1 });
