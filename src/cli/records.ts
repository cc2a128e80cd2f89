import { FoldError } from '#errors';
import { fastaEntries, type FastaEntry } from '#sequence/fasta';
import { nameIn, recordNames } from '#sequence/record-names';
import type { InputText } from './read-inputs.js';

/** One record of the inputs, not yet understood, so that one bad record does not stop the others. */
export interface InputRecord {
  /** Unique among the records of all inputs, letter case ignored; safe as a file name. See `recordNames`. */
  readonly name: string;
  /** The header line as given, without `>`. */
  readonly title: string;
  readonly letters: string;
  /** File and line. */
  readonly place: string;
  readonly warnings: readonly string[];
}

/**
 * Splits all inputs into records and names them.
 *
 * @throws FoldError `SEQUENCE_EMPTY` where an input holds no record; ParseError `PARSE_FASTA` where it is no FASTA
 */
export function inputRecords(inputs: readonly InputText[]): InputRecord[] {
  const found = inputs.flatMap(({ text, source, stem }) => {
    const entries = fastaEntries(text, source);
    if (entries.length === 0)
      throw new FoldError('SEQUENCE_EMPTY', `${source} holds no sequence`, {
        hint: 'give a protein, DNA or RNA sequence, alone or as FASTA',
      });
    return entries.map((entry) => ({
      entry,
      source,
      wanted: entry.hasHeader ? entry.title : stem,
    }));
  });
  const names = recordNames(found.map(({ wanted }) => wanted));
  return found.map(({ entry, source, wanted }, index) => {
    const name = names[index]!;
    const place = `${source}:${entry.line}`;
    const { title, letters } = entry;
    return { name, title, letters, place, warnings: warningsOf(entry, wanted, name, place) };
  });
}

/**
 * A record as a text of its own, for readers of FASTA.
 *
 * @throws FoldError `SEQUENCE_EMPTY` where it has no letters
 */
export function recordText({ name, letters, place }: InputRecord): string {
  if (letters === '')
    throw new FoldError('SEQUENCE_EMPTY', `${place}: ${name} has no letters`, {
      hint: 'write the letters below the header',
    });
  return `>${name}\n${letters}\n`;
}

function warningsOf(
  { hasHeader, numbering }: FastaEntry,
  wanted: string,
  name: string,
  place: string,
): string[] {
  const asked = nameIn(wanted);
  const warnings: string[] = [];
  if (asked === undefined && hasHeader) warnings.push(`${place}: the record has no name`);
  if (asked !== undefined && asked !== name)
    warnings.push(`${place}: another record is called ${asked}, so this one is ${name}`);
  if (numbering.length > 0)
    warnings.push(`position numbers at line edges were left out (${numbering.length})`);
  return warnings;
}
