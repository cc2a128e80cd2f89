import { ParseError } from '#errors';
import { type ReadOptions, refuseTooMany, type TextEntry } from './entry.js';
import { gatherLetters } from './letters.js';
import { cutTitle, type TextLine, textLines } from './lines.js';

/** One record of a FASTA file. */
export interface FastaRecord {
  /** The header line without `>`; empty where there was none. */
  readonly title: string;
  /** Letters as given, without white space and position numbers. */
  readonly sequence: string;
}

/** What people paste by mistake, and what they could do. */
const OTHER_FORMATS: readonly (readonly [RegExp, string])[] = [
  [
    /^((HEADER|TITLE|REMARK|ATOM|HETATM)( |$)|HETATM\d|CRYST1|data_)/,
    'this looks like PDB or mmCIF, not like a sequence',
  ],
  [/^(LOCUS|ID) {3}/, 'this looks like GenBank or EMBL, not like FASTA'],
  [/^@/, 'this looks like FASTQ: convert it to FASTA first'],
  [/^\s*[<{[]/, 'this looks like a web page or JSON, not like a sequence'],
];
/** Headers of records that hold no chain of residues: `B|smiles` and `C|ccd` in Boltz's FASTA, `ligand|NAME` in Chai's. */
const LIGAND_HEADER = /^(\w+\s*\|\s*(smiles|ccd)\s*(\||$)|(ligand|glycan)\|)/i;
/** Lines of GenBank's sequence section that hold no letters. */
const SECTION_MARK = /^(ORIGIN\s*|\/\/\s*)$/;

/**
 * Reads FASTA text: many records, wrapped lines, any line ends, `;` and `#` comment lines, GenBank's numbering and
 * `ORIGIN` … `//` around the letters. Text without any header is one record.
 *
 * @param text whole file
 * @param source name used in error messages
 * @returns the records in file order, one with no letters included
 * @throws ParseError `PARSE_FASTA` for letters before the first header, and for other formats
 */
export function parseFasta(text: string, source = 'input'): FastaRecord[] {
  return fastaEntries(text, { source }).map(({ title, letters }) => ({ title, sequence: letters }));
}

/**
 * Reads FASTA text as {@link parseFasta} does, with the place of every letter.
 *
 * @param text whole file
 * @param options see {@link ReadOptions}
 * @throws ParseError `PARSE_FASTA`, `SEQUENCE_FORMAT` where a record is a ligand; FoldError `BATCH_TOO_LARGE`
 */
export function fastaEntries(
  text: string,
  { source = 'input', maxRecords = Infinity }: ReadOptions = {},
): TextEntry[] {
  const records: { title: string; line: number; lines: TextLine[]; hasHeader: boolean }[] = [];
  for (const line of textLines(text)) {
    if (line.text === '' || /^[;#]/.test(line.text) || SECTION_MARK.test(line.text)) continue;
    const header = /^\s*>/.exec(line.text);
    if (header) {
      if (records[0]?.hasHeader === false) throw lettersBeforeHeader(records[0].line, source);
      const title = cutTitle(line.text.slice(header[0].length));
      refuseLigand(title, line.number, source);
      records.push({ title, line: line.number, lines: [], hasHeader: true });
      refuseTooMany(records.length, maxRecords);
      continue;
    }
    if (records.length === 0) {
      refuseOtherFormats(line, source);
      records.push({ title: '', line: line.number, lines: [], hasHeader: false });
    }
    records.at(-1)!.lines.push(line);
  }
  return records.map(({ lines, ...entry }) => ({ ...entry, ...gatherLetters(lines) }));
}

function lettersBeforeHeader(line: number, source: string): ParseError {
  return new ParseError(
    'PARSE_FASTA',
    'letters before the first header',
    { source, line },
    { hint: 'start each record with a line ">name", or leave all headers out' },
  );
}

function refuseLigand(title: string, line: number, source: string): void {
  if (LIGAND_HEADER.test(title))
    throw new ParseError(
      'SEQUENCE_FORMAT',
      `the record "${title.slice(0, 20)}" is a ligand or a sugar, not a sequence`,
      { source, line },
      { hint: 'only proteins, DNA and RNA are read: take the record out' },
    );
}

function refuseOtherFormats({ text, number }: TextLine, source: string): void {
  const other = OTHER_FORMATS.find(([pattern]) => pattern.test(text));
  if (other)
    throw new ParseError(
      'PARSE_FASTA',
      `"${text.slice(0, 20)}" is not a sequence`,
      { source, line: number },
      { hint: other[1] },
    );
}

/**
 * Writes FASTA text; `parseFasta` gives the records back where titles are single lines without white space at the
 * ends and sequences are letters.
 *
 * @param records in the order to be written
 * @param width letters a line
 */
export function writeFasta(records: readonly FastaRecord[], width = 60): string {
  return records
    .map(({ title, sequence }) => {
      const titleLines = title.split(/[\r\n]+/).map((line) => line.trim());
      const lines = [`>${titleLines.join(' ')}`];
      for (let i = 0; i < sequence.length; i += width) lines.push(sequence.slice(i, i + width));
      return `${lines.join('\n')}\n`;
    })
    .join('');
}
