import { ParseError } from '#errors';
import { decodeUtf, encodingOf } from '#gzip/decode-utf';
import { gunzip, isGzip, UnpackedTooLarge } from '#gzip/gunzip';
import { alignRows } from './align-rows.js';
import type { Alignment } from './alignment.js';
import { alignmentError, type AlignmentText } from './alignment-error.js';
import { fastaSections, type FastaSection } from './fasta-rows.js';
import { isStockholm, stockholmSections } from './stockholm-rows.js';

/** Unpacked; the deepest alignments of AlphaFold's own search have some hundred megabytes. */
const MAX_BYTES = 1024 ** 3;

/** One alignment of a file. */
export interface AlignmentSection extends Alignment {
  /** What the first line of ColabFold's complexes says: the unique chains that stand side by side. */
  readonly chains?: readonly UniqueChain[];
}

/** A chain of a complex. */
interface UniqueChain {
  /** Columns that it takes. */
  readonly length: number;
  /** How many copies of it the complex has; the alignment holds one. */
  readonly copies: number;
}

/**
 * Reads a3m (ColabFold's of complexes included), aligned FASTA or Stockholm, which it tells apart by itself, packed by
 * gzip or not. Lower case is an insertion where the other columns agree (a3m) and a residue where all signs agree.
 *
 * @param bytes whole file
 * @param source name used in error messages
 * @returns the alignments in file order: several where NUL (ColabFold, MMseqs2) or `//` (Stockholm) parts them
 * @throws ParseError `PARSE_ALIGNMENT`, whatever the bytes are
 */
export function readAlignments(bytes: Uint8Array, source = 'alignment'): AlignmentSection[] {
  const text = { bytes: plainBytes(bytes, source), source };
  const sections = isStockholm(text.bytes)
    ? stockholmSections(text).map(alignRows)
    : fastaSections(text).map((section) => readSection(text, section));
  if (sections.length === 0) throw alignmentError(text, 0, 'the alignment is empty');
  return sections;
}

function readSection(
  text: AlignmentText,
  { comments, start, rows }: FastaSection,
): AlignmentSection {
  const alignment = alignRows({ ...text, rows });
  const chains = comments.map(uniqueChains).find((found) => found !== undefined);
  if (!chains) return alignment;
  const total = chains.reduce((sum, { length }) => sum + length, 0);
  if (total !== alignment.numColumns)
    throw alignmentError(
      text,
      start,
      `the first line says that its chains have ${total} residues, but the first row has ${alignment.numColumns}`,
    );
  return { ...alignment, chains };
}

/** Reads lengths and copies of ColabFold's first line, such as "59,100<tab>1,2"; nothing where it is another comment. */
function uniqueChains(comment: string): UniqueChain[] | undefined {
  if (!/^[1-9]\d{0,8}(,[1-9]\d{0,8})*\t[1-9]\d{0,8}(,[1-9]\d{0,8})*\s*$/.test(comment))
    return undefined;
  const [lengths = [], copies = []] = comment
    .split('\t')
    .map((list) => list.split(',').map(Number));
  if (lengths.length !== copies.length) return undefined;
  return lengths.map((length, chain) => ({ length, copies: copies[chain]! }));
}

/** A file's bytes as UTF-8 or ASCII without byte order mark, unpacked. */
function plainBytes(packed: Uint8Array, source: string): Uint8Array {
  const bytes = isGzip(packed) ? unpack(packed, source) : packed;
  if (bytes.length > MAX_BYTES) throw tooLong(source);
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return bytes.subarray(3);
  return encodingOf(bytes) === 'utf-8' ? bytes : new TextEncoder().encode(decodeUtf(bytes));
}

function unpack(bytes: Uint8Array, source: string): Uint8Array {
  try {
    return gunzip(bytes, MAX_BYTES);
  } catch (cause) {
    if (cause instanceof UnpackedTooLarge) throw tooLong(source);
    throw new ParseError(
      'PARSE_ALIGNMENT',
      'the gzip data are broken or cut short',
      { source, line: 1 },
      { cause, hint: 'get the file again, or unpack it first' },
    );
  }
}

const tooLong = (source: string): ParseError =>
  new ParseError('PARSE_ALIGNMENT', 'more than 1 GiB of text', { source, line: 1 });
