import type { ReadOptions, TextEntry } from './entry.js';
import { fastaEntries } from './fasta.js';
import { FLAT_FILE } from './flat-file.js';
import { flatFileEntries } from './flat-file-entries.js';
import { type TextLine, textLines } from './lines.js';

/**
 * Splits a text into records, whatever format it has: FASTA or letters alone, and entries of GenBank, GenPept, EMBL and
 * UniProt.
 *
 * @param text whole file
 * @param options see {@link ReadOptions}
 * @returns records in file order, one with no letters included; none for a text without any
 * @throws ParseError `PARSE_FASTA`, `SEQUENCE_FORMAT`; FoldError `SEQUENCE_FORMAT`, `BATCH_TOO_LARGE`
 */
export function readEntries(text: string, options: ReadOptions = {}): TextEntry[] {
  const first = firstLine(text);
  if (!first) return [];
  if (FLAT_FILE.test(first.text)) return flatFileEntries(textLines(text), options);
  return fastaEntries(text, options);
}

/** The first line that is not blank. */
function firstLine(text: string): TextLine | undefined {
  for (const line of textLines(text)) if (line.text !== '') return line;
  return undefined;
}
