import type { SequenceKind } from '#sequence/interpretation';
import { type ReadOptions, refuseTooMany, type TextEntry } from './entry.js';
import { gatherLetters } from './letters.js';
import { cutTitle, type TextLine } from './lines.js';

/** A header of PIR (NBRF): kind of molecule and code. */
export const PIR_HEADER = /^>(P1|F1|DL|DC|RL|RC|N1|N3|XX);/;
const KINDS: Readonly<Record<string, SequenceKind>> = {
  P1: 'protein',
  F1: 'protein',
  DL: 'dna',
  DC: 'dna',
  RL: 'rna',
  RC: 'rna',
};

/**
 * Reads PIR: a header, a line of description, letters up to `*`; `/` parts chains, as Modeller writes them.
 *
 * @param lines of the whole text
 * @param options see {@link ReadOptions}
 * @throws FoldError `BATCH_TOO_LARGE`
 */
export function pirEntries(
  lines: Iterable<TextLine>,
  { maxRecords = Infinity }: ReadOptions,
): TextEntry[] {
  const records: { type: string; code: string; line: number; rest: TextLine[]; isOpen: boolean }[] =
    [];
  for (const line of lines) {
    const header = PIR_HEADER.exec(line.text);
    const record = records.at(-1);
    if (header) {
      const code = line.text.slice(header[0].length);
      records.push({ type: header[1]!, code, line: line.number, rest: [], isOpen: true });
      refuseTooMany(records.length, maxRecords);
    } else if (record?.isOpen) {
      const end = record.rest.length > 0 ? line.text.indexOf('*') : -1;
      record.rest.push(end < 0 ? line : { ...line, text: line.text.slice(0, end) });
      record.isOpen = end < 0;
    }
  }
  return records.map(({ type, code, line, rest: [description, ...letters] }) => {
    const kind = KINDS[type];
    const gathered = gatherLetters(letters);
    return {
      ...gathered,
      letters: gathered.letters.replaceAll('/', ':'),
      title: cutTitle(`${code} ${description?.text ?? ''}`),
      hasHeader: true,
      line,
      ...(kind ? { kind } : {}),
    };
  });
}
