/** @file Texts that hold something else than sequences to fold: each is named, with what to do. */
import { ParseError } from '#errors';
import type { TextEntry } from './entry.js';
import type { TextLine } from './lines.js';

const ONE_OF_ALIGNMENT =
  'an alignment shows many sequences side by side: give the one that is to be folded alone, without gaps';
const STRUCTURE = 'this is a structure already: give its sequence in letters to fold it again';

/** Three-letter code with hyphens, which are no gaps. */
const HYPHENATED = /^([A-Z]{1,3}-)?([A-Z]{3}-){2}/i;

/** By the first line that is not blank: what it is and what to do. */
const OTHER_FORMATS: readonly (readonly [RegExp, string, string])[] = [
  [/^# ?STOCKHOLM/i, 'a Stockholm alignment', ONE_OF_ALIGNMENT],
  [/^CLUSTAL[WXO]?(\s|$)/, 'a Clustal alignment', ONE_OF_ALIGNMENT],
  [
    /^(MUSCLE|PROBCONS|T-COFFEE|KALIGN|MAFFT|MSAPROBS|DIALIGN|PROMALS3D)\s.*(\d|align)/i,
    'a Clustal alignment',
    ONE_OF_ALIGNMENT,
  ],
  [/^(!![AN]A_MULTIPLE_ALIGNMENT|PileUp\b|MSF:)/, 'an MSF alignment', ONE_OF_ALIGNMENT],
  [/^#NEXUS/i, 'a NEXUS file', ONE_OF_ALIGNMENT],
  [/^#mega/i, 'a MEGA alignment', ONE_OF_ALIGNMENT],
  [/^#\d+(,\d+)*\t\d+(,\d+)*$/, "ColabFold's a3m alignment", ONE_OF_ALIGNMENT],
  [/^(HMMER\d|HHsearch|NAME {2}\S)/, 'a profile, not a sequence', 'give the sequence itself'],
  [/^T?BLAST[NPX]? \d|^PSI-?BLAST/i, 'a BLAST report', 'give the sequence itself'],
  [/^##(gff|fileformat)/i, 'GFF or VCF', 'give the sequence itself, or GenBank'],
  [
    /^((HEADER|TITLE|REMARK|ATOM|HETATM|COMPND|SEQRES|EXPDTA|MODEL)( |$)|HETATM\d|CRYST1|data_)/,
    'PDB or mmCIF',
    STRUCTURE,
  ],
  [/^@/, 'FASTQ or SAM', 'convert it to FASTA first'],
  [/^\{\\rtf/, "a word processor's file (RTF)", 'save it as plain text'],
  [/^%(PDF|!PS)/, 'a printed page (PDF or PostScript)', 'copy the letters out of it'],
  [/^\s*</, 'a web page or XML', 'give the letters of the sequence alone'],
];

/**
 * Refuses what holds no sequence to fold, naming it.
 *
 * @param first line that is not blank
 * @param text whole file
 * @param source name used in error messages
 * @throws ParseError `SEQUENCE_FORMAT`
 */
export function refuseOtherFormats(first: TextLine, text: string, source: string): void {
  const other = OTHER_FORMATS.find(([pattern]) => pattern.test(first.text));
  if (other) throw refusal(other[1], { source, line: first.number }, other[2]);
  if (isPhylip(first.text, text))
    throw refusal('a PHYLIP alignment', { source, line: first.number }, ONE_OF_ALIGNMENT);
}

/**
 * Refuses records that are rows of an alignment: gaps, and as many columns in each (a3m: small letters are none).
 *
 * @param entries of a FASTA text
 * @param source name used in error messages
 * @throws ParseError `SEQUENCE_FORMAT`
 */
export function refuseAlignedFasta(entries: readonly TextEntry[], source: string): void {
  const [first] = entries;
  if (entries.length < 2 || !first) return;
  const rows = entries.map(({ letters }) => letters);
  const hasGaps = !HYPHENATED.test(rows[0]!) && rows.some((row) => /[-.]/.test(row));
  const columns = rows.map((row) => row.replace(/[a-z.]+/g, '').length);
  const isInserted = rows.some((row) => /[A-Z]/.test(row) && /[a-z]/.test(row));
  const isA3m = columns[0]! > 0 && columns.every((count) => count === columns[0]);
  const isAligned = hasGaps && rows.every(({ length }) => length === rows[0]!.length);
  if (isAligned || (isA3m && (hasGaps || (isInserted && rows[0]!.length === columns[0]))))
    throw refusal(
      `an alignment of ${entries.length} sequences (a3m or aligned FASTA)`,
      { source, line: first.line },
      ONE_OF_ALIGNMENT,
    );
}

/** Two numbers, then as many rows or more: position numbers above letters have fewer. */
function isPhylip(first: string, text: string): boolean {
  const [, rows, columns] = /^\s*(\d{1,6})\s+(\d{1,9})(?:\s+[IS])?$/i.exec(first) ?? [];
  if (rows === undefined || Number(rows) < 1) return false;
  const lines = text.split(/[\r\n]+/, Number(rows) + 2).filter((line) => line.trim() !== '');
  const second = lines[1] ?? '';
  return (
    lines.length > Number(rows) &&
    /^\s*\S+\s+[A-Za-z?.*-]|^\S{11,}/.test(second) &&
    second.trim().length > Math.min(10, Number(columns))
  );
}

function refusal(what: string, at: { source: string; line: number }, hint: string): ParseError {
  return new ParseError('SEQUENCE_FORMAT', `this is ${what}`, at, { hint });
}
