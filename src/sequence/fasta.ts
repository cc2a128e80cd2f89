import { ParseError } from '#errors';
import { gatherLetters, type Letters, type TextLine } from './letters.js';

/** One record of a FASTA file. */
export interface FastaRecord {
  /** The header line without `>`; empty where there was none. */
  readonly title: string;
  /** Letters as given, without white space and position numbers. */
  readonly sequence: string;
}

/** One record with all that is needed to point at its letters in the text. */
export interface FastaEntry extends Letters {
  readonly title: string;
  readonly hasHeader: boolean;
  /** 1-based line of the header, or of the first letters where there is no header. */
  readonly line: number;
}

const LINE = /[^\r\n]*(?:\r\n|\r|\n|$)/g;
/** What people paste by mistake, and what they could do. */
const OTHER_FORMATS: readonly (readonly [RegExp, string])[] = [
  [
    /^((HEADER|TITLE|REMARK|ATOM|HETATM)( |$)|HETATM\d|CRYST1|data_)/,
    'this looks like PDB or mmCIF, not like a sequence',
  ],
  [/^(LOCUS|ID) {3}/, 'this looks like a whole GenBank or EMBL entry: paste the letters alone'],
  [/^@/, 'this looks like FASTQ: convert it to FASTA first'],
  [/^\s*[<{[]/, 'this looks like a web page or JSON, not like a sequence'],
];
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
  return fastaEntries(text, source).map(({ title, letters }) => ({ title, sequence: letters }));
}

/**
 * Reads FASTA text as {@link parseFasta} does, with the place of every letter.
 *
 * @param text whole file
 * @param source name used in error messages
 * @throws ParseError `PARSE_FASTA`
 */
export function fastaEntries(text: string, source = 'input'): FastaEntry[] {
  const records: { title: string; line: number; lines: TextLine[]; hasHeader: boolean }[] = [];
  let number = 0;
  for (const match of text.matchAll(LINE)) {
    number++;
    const line = match[0].trimEnd();
    if (line === '' || /^\uFEFF?[;#]/.test(line) || SECTION_MARK.test(line)) continue;
    const header = /^\uFEFF?\s*>/.exec(line);
    if (header) {
      if (records[0]?.hasHeader === false) throw lettersBeforeHeader(records[0].line, source);
      const title = line.slice(header[0].length).trim();
      records.push({ title, line: number, lines: [], hasHeader: true });
      continue;
    }
    if (records.length === 0) {
      refuseOtherFormats(line, number, source);
      records.push({ title: '', line: number, lines: [], hasHeader: false });
    }
    records.at(-1)!.lines.push({ text: line, number, offset: match.index });
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

function refuseOtherFormats(line: string, number: number, source: string): void {
  const other = OTHER_FORMATS.find(([pattern]) => pattern.test(line));
  if (other)
    throw new ParseError(
      'PARSE_FASTA',
      `"${line.slice(0, 20)}" is no sequence`,
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
      const lines = [`>${title.replace(/\s*[\r\n]+\s*/g, ' ')}`];
      for (let i = 0; i < sequence.length; i += width) lines.push(sequence.slice(i, i + width));
      return `${lines.join('\n')}\n`;
    })
    .join('');
}
