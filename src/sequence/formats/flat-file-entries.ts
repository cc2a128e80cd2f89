import { FoldError } from '#errors';
import { oneLetter } from '#sequence/amino-acids';
import type { CodingAnnotation, CodonException } from '#sequence/genes/coding-annotation';
import type { SequenceKind } from '#sequence/interpretation';
import { type ReadOptions, refuseTooMany, type TextEntry } from './entry.js';
import { readLocation } from './feature-location.js';
import { type CodingFeature, flatEntries, type FlatEntry } from './flat-file.js';
import { gatherLetters, type Letters } from './letters.js';
import { cutTitle, type TextLine } from './lines.js';

type SequenceSize = Parameters<typeof readLocation>[1];

/** Names of `/transl_except` that are no amino acids. */
const OTHER_RESIDUES: Readonly<Record<string, string>> = { SEC: 'U', PYL: 'O', TERM: '*' };
/** All coding sequences together may be so many times as long as their entry: real genes have a few variants. */
const MOST_CODING = 20;
/** What names a coding sequence, the best name first. */
const NAME_QUALIFIERS = ['gene', 'locus_tag', 'protein_id'] as const;
const LONGEST_LOCATION = 60;
const NO_LETTERS =
  'the entry only says where its sequence is: get it together with its sequence ("GenBank (full)")';

/**
 * Reads GenBank, GenPept, EMBL and UniProt entries: each coding sequence (`CDS`) of nucleotides is a record of its own;
 * nucleotides without one, and proteins, are one record.
 *
 * @param lines of the whole text
 * @param options see {@link ReadOptions}
 * @throws ParseError `SEQUENCE_FORMAT`; FoldError `BATCH_TOO_LARGE`
 */
export function flatFileEntries(
  lines: Iterable<TextLine>,
  { source = 'input', maxRecords = Infinity, ignoreCoding = false }: ReadOptions,
): TextEntry[] {
  const entries: TextEntry[] = [];
  let numWhole = 0;
  for (const entry of flatEntries(lines, source)) {
    const usesCoding = !ignoreCoding && !entry.isProtein;
    const found = entriesOf(usesCoding ? entry : { ...entry, features: [] }, source);
    for (const each of found) entries.push(each);
    // of the coding sequences, some may be chosen later
    if (!found[0]?.coding) refuseTooMany(++numWhole, maxRecords);
  }
  return entries;
}

function entriesOf(entry: FlatEntry, source: string): TextEntry[] {
  const letters = { ...gatherLetters(entry.letters), numbering: [] };
  const kind = entry.isProtein ? 'protein' : alphabetOf(letters);
  const { isCircular, accession, description, line } = entry;
  const shared = { ...letters, kind, isCircular, hasHeader: true, emptyHint: NO_LETTERS } as const;
  const coding: TextEntry[] = [];
  const notes: string[] = [];
  let numCoding = 0;
  for (const [index, feature] of entry.features.entries()) {
    const annotation = annotationOf(feature, { length: letters.letters.length, isCircular });
    if (typeof annotation === 'string') {
      notes.push(`the coding sequence ${shorten(feature.location)} is left out: ${annotation}`);
      continue;
    }
    for (const { first, last } of annotation.segments) numCoding += last - first + 1;
    if (numCoding > MOST_CODING * letters.letters.length)
      throw new FoldError(
        'SEQUENCE_FORMAT',
        `${source}: the coding sequences of ${accession} are more than ${MOST_CODING} times as long as its sequence`,
      );
    const title = cutTitle(titleOf(feature, entry, index));
    const otherNames = NAME_QUALIFIERS.flatMap((key) => feature.qualifiers.get(key) ?? []);
    coding.push({ ...shared, title, otherNames, line: feature.line, coding: annotation });
  }
  if (coding.length === 0)
    return [{ ...shared, title: cutTitle(`${accession} ${description}`), line, notes }];
  return coding.map((record, index) => (index === 0 ? { ...record, notes } : record));
}

function alphabetOf({ letters }: Letters): SequenceKind {
  let [numT, numU] = [0, 0];
  for (const letter of letters) {
    if (letter === 'T' || letter === 't') numT++;
    else if (letter === 'U' || letter === 'u') numU++;
  }
  return numU > numT ? 'rna' : 'dna';
}

/** The first word becomes the name: gene, locus tag or accession of the protein. */
function titleOf({ qualifiers, location }: CodingFeature, entry: FlatEntry, index: number): string {
  const first = (name: string): string | undefined => qualifiers.get(name)?.[0];
  const names = NAME_QUALIFIERS.flatMap((key) => first(key) ?? []);
  const name = names[0] ?? `${entry.accession}-${index + 1}`;
  const product = first('product') ?? '';
  return `${name} ${product} (CDS ${shorten(location)} of ${entry.accession})`.replace('  ', ' ');
}

/** @returns a phrase where it cannot be read */
function annotationOf(feature: CodingFeature, sequence: SequenceSize): CodingAnnotation | string {
  const { qualifiers, location } = feature;
  if (qualifiers.has('pseudo') || qualifiers.has('pseudogene')) return 'it is a pseudogene';
  const read = readLocation(location, sequence);
  if (typeof read === 'string') return `its location ${read}`;
  const codonStart = Number(qualifiers.get('codon_start')?.[0] ?? 1);
  if (codonStart !== 1 && codonStart !== 2 && codonStart !== 3)
    return `its codon_start is ${codonStart}`;
  const table = qualifiers.get('transl_table')?.[0];
  const translation = qualifiers.get('translation')?.[0]?.replace(/\s/g, '').toUpperCase();
  return {
    ...read,
    location: shorten(location),
    codonStart,
    exceptions: (qualifiers.get('transl_except') ?? []).flatMap((text) =>
      exceptionsOf(text.replace(/\s/g, ''), sequence),
    ),
    ...(table === undefined ? {} : { geneticCode: Number(table) }),
    ...(translation === undefined ? {} : { translation }),
  };
}

/** `(pos:205..207,aa:Sec)`: of the ends of a codon, the one that is read first counts, and the other begins none. */
function exceptionsOf(text: string, sequence: SequenceSize): CodonException[] {
  const [, location, name = ''] = /^\(pos:(.+),aa:(\w+)\)$/.exec(text) ?? [];
  const read = readLocation(location ?? '', sequence);
  if (typeof read === 'string') return [];
  const residue = OTHER_RESIDUES[name.toUpperCase()] ?? oneLetter(name.toUpperCase());
  const { first } = read.segments[0]!;
  const { last } = read.segments.at(-1)!;
  return [first, last].map((position) => ({ position, residue }));
}

function shorten(location: string): string {
  return location.length > LONGEST_LOCATION ? `${location.slice(0, LONGEST_LOCATION)}…` : location;
}
