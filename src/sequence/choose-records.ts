/** @file Which records of a text are read: a genome has thousands of coding sequences, and few people want all. */
import { FoldError } from '#errors';
import type { TextEntry } from '#sequence/formats/entry';

/** All records, or those that bear one of these names. */
export type RecordChoice = 'all' | readonly string[];

/** A record that can be chosen. */
interface Choosable {
  readonly name: string;
  readonly entry: TextEntry;
  /** What errors call the text that it is from. */
  readonly source: string;
}

/** More annotated coding sequences of one text than these are read only when they are asked for. */
export const MOST_CODING_UNASKED = 50;
const MOST_NAMES_SHOWN = 5;
/** Names that differ in more letters than this share of their length are not alike. */
const LEAST_ALIKE = 0.5;
/** So much of a name is compared. */
const COMPARED_LENGTH = 40;

/**
 * Leaves the records that were asked for, in the order of their texts.
 *
 * A record is asked for by its name, the first word of its title, or its gene, locus tag or protein's accession, with or
 * without version, letter case ignored; a name that several records share chooses them all.
 *
 * @param records of all texts
 * @param choice undefined for all, as long as no text has too many annotated coding sequences
 * @throws FoldError `SEQUENCE_NAME` for a name that no record bears, with those nearest to it; `BATCH_TOO_LARGE` for more
 *   than {@link MOST_CODING_UNASKED} coding sequences in one text without a choice, with their `names` in its details
 */
export function chooseRecords<T extends Choosable>(
  records: readonly T[],
  choice: RecordChoice | undefined,
): readonly T[] {
  if (choice === 'all') return records;
  if (choice === undefined) {
    refuseGenomes(records);
    return records;
  }
  const byName = recordsByName(records);
  const unknown = choice.filter((name) => !byName.has(keyOf(name)));
  if (unknown.length > 0) throw unknownNames(unknown, byName);
  const chosen = new Set(choice.flatMap((name) => byName.get(keyOf(name))!.records));
  return records.filter((record) => chosen.has(record));
}

function refuseGenomes(records: readonly Choosable[]): void {
  const bySource = new Map<string, string[]>();
  for (const { name, entry, source } of records) {
    if (!entry.coding) continue;
    const names = bySource.get(source);
    if (names) names.push(name);
    else bySource.set(source, [name]);
  }
  for (const [source, names] of bySource)
    if (names.length > MOST_CODING_UNASKED)
      throw new FoldError(
        'BATCH_TOO_LARGE',
        `${source} has ${names.length} coding sequences: ${names.slice(0, MOST_NAMES_SHOWN).join(', ')}, …; more than ${MOST_CODING_UNASKED} are read only when they are asked for`,
        {
          hint: 'choose some by gene, locus tag or protein accession: with --record NAME on the command line, which reads all with --all-records; as record or allRecords over REST; in the field on the page',
          details: { names },
        },
      );
}

interface NamedRecords<T> {
  /** As written. */
  readonly name: string;
  readonly records: T[];
}

function recordsByName<T extends Choosable>(records: readonly T[]): Map<string, NamedRecords<T>> {
  const byName = new Map<string, NamedRecords<T>>();
  for (const record of records)
    for (const name of namesOf(record)) {
      const known = byName.get(keyOf(name));
      if (known) known.records.push(record);
      else byName.set(keyOf(name), { name, records: [record] });
    }
  return byName;
}

function namesOf({ name, entry: { title, otherNames = [] } }: Choosable): Set<string> {
  const given = [name, /^\S*/.exec(title)![0], ...otherNames].filter((each) => each !== '');
  return new Set([...given, ...otherNames.map((each) => each.replace(/\.\d+$/, ''))]);
}

function keyOf(name: string): string {
  return name.trim().toLowerCase();
}

function unknownNames(
  unknown: readonly string[],
  byName: ReadonlyMap<string, NamedRecords<unknown>>,
): FoldError {
  const [first] = unknown as [string];
  const near = nearest(
    first,
    [...byName.values()].map(({ name }) => name),
  );
  const shown = unknown.slice(0, MOST_NAMES_SHOWN).join(', ');
  const more = unknown.length > MOST_NAMES_SHOWN ? ', …' : '';
  return new FoldError('SEQUENCE_NAME', `no record is called ${shown}${more}`, {
    hint: near.length > 0 ? `near to ${first} are ${near.join(', ')}` : 'see the names in the file',
  });
}

function nearest(wanted: string, names: readonly string[]): string[] {
  const key = keyOf(wanted).slice(0, COMPARED_LENGTH);
  return names
    .map((name) => {
      const other = keyOf(name).slice(0, COMPARED_LENGTH);
      return { name, distance: editDistance(key, other) / Math.max(key.length, other.length) };
    })
    .filter(({ distance }) => distance <= LEAST_ALIKE)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MOST_NAMES_SHOWN)
    .map(({ name }) => name);
}

/** How many letters are put in, left out or replaced to make one word of another (Levenshtein's distance). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + Number(a[i - 1] !== b[j - 1]);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row.at(-1)!;
}
