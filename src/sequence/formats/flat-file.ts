/** @file GenBank, GenPept, EMBL and UniProt entries as lines: what they are called, their coding sequences, their letters. */
import { ParseError } from '#errors';
import type { TextLine } from './lines.js';

/** A `CDS` feature as written. */
export interface CodingFeature {
  /** 1-based line of its key. */
  readonly line: number;
  /** Without white space. */
  readonly location: string;
  /** Values by name, without quotes; those of `/transl_except` may be several. */
  readonly qualifiers: ReadonlyMap<string, readonly string[]>;
}

/** One entry of a flat file. */
export interface FlatEntry {
  /** 1-based line of its beginning. */
  readonly line: number;
  /** Accession with version where there is one, else the name of the entry. */
  readonly accession: string;
  readonly description: string;
  readonly isProtein: boolean;
  readonly isCircular: boolean;
  readonly features: readonly CodingFeature[];
  /** Lines with its letters and their numbering. */
  readonly letters: readonly TextLine[];
}

/** What begins an entry: `LOCUS` of GenBank, `ID` of EMBL and UniProt. */
export const FLAT_FILE = /^(LOCUS( {2,}\S| +\S+ +\d+ (bp|aa)\b)|ID {3}\S[^;]*;)/;
/** Lines that name an entry, the best name first. */
const NAMES = ['VERSION', 'ACCESSION', 'AC', 'ID'] as const;
/** The column where the text of features begins, in both formats. */
const FEATURE_TEXT = 21;

interface OpenEntry {
  line: number;
  /** What its first lines call it, by their keys. */
  names: Partial<Record<(typeof NAMES)[number], string>>;
  description: string[];
  isProtein: boolean;
  isCircular: boolean;
  features: OpenFeature[];
  letters: TextLine[];
  /** What the lines at hand belong to. */
  section: string;
}

interface OpenFeature {
  key: string;
  line: number;
  location: string[];
  qualifiers: [name: string, value: string[]][];
}

/**
 * Reads the entries of a flat file.
 *
 * @param lines of the whole text
 * @param source name used in error messages
 * @throws ParseError `SEQUENCE_FORMAT` for letters outside of an entry
 */
export function* flatEntries(lines: Iterable<TextLine>, source: string): Generator<FlatEntry> {
  let entry: OpenEntry | undefined;
  for (const line of lines) {
    if (line.text === '') continue;
    if (FLAT_FILE.test(line.text)) {
      if (entry) yield closed(entry);
      entry = opened(line);
    } else if (!entry)
      throw new ParseError(
        'SEQUENCE_FORMAT',
        'this line belongs to no entry',
        { source, line: line.number },
        {
          hint: 'an entry of GenBank begins with LOCUS, one of EMBL or UniProt with ID, and ends with //',
        },
      );
    else if (line.text === '//') {
      yield closed(entry);
      entry = undefined;
    } else readLine(entry, line);
  }
  if (entry) yield closed(entry);
}

function opened({ text, number }: TextLine): OpenEntry {
  return {
    line: number,
    names: { ID: text.replace(/^(LOCUS|ID)\s+/, '') },
    description: [],
    isProtein: /\d\s+aa\b/i.test(text),
    isCircular: /\bcircular\b/i.test(text),
    features: [],
    letters: [],
    section: 'ID',
  };
}

function readLine(entry: OpenEntry, line: TextLine): void {
  const { text } = line;
  // the letters of both formats begin with blanks, as continued lines of GenBank do
  const key = /^[A-Z]{2}(?= {3}|$)|^[A-Z]{3,}/.exec(text)?.[0];
  if (key !== undefined) entry.section = key;
  const content = text.slice(key?.length ?? 0).trim();
  switch (entry.section) {
    case 'DEFINITION':
    case 'DE':
      entry.description.push(content);
      return;
    case 'ACCESSION':
    case 'VERSION':
    case 'AC':
      entry.names[entry.section] ??= content;
      return;
    case 'FEATURES':
    case 'FT':
      readFeatureLine(entry, line);
      return;
    case 'ORIGIN':
    case 'SQ':
      if (key === undefined) entry.letters.push(line);
  }
}

function readFeatureLine({ features }: OpenEntry, { text, number }: TextLine): void {
  const key = text.slice(2, FEATURE_TEXT).trim();
  const content = text.slice(FEATURE_TEXT).trim();
  if (key !== '' && !text.startsWith('FEATURES'))
    features.push({ key, line: number, location: [content], qualifiers: [] });
  const feature = features.at(-1);
  if (feature?.key !== 'CDS' || key !== '') return;
  const qualifier = /^\/(\w+)(?:=(.*))?$/.exec(content);
  const last = feature.qualifiers.at(-1);
  if (qualifier) feature.qualifiers.push([qualifier[1]!, [qualifier[2] ?? '']]);
  else if (last) last[1].push(content);
  else feature.location.push(content);
}

function closed(entry: OpenEntry): FlatEntry {
  const { line, names, isProtein, isCircular, letters } = entry;
  const name = NAMES.map((key) => names[key] ?? '').find((given) => /^[^\s;.]/.test(given)) ?? '';
  return {
    line,
    accession: /^[^\s;]*/.exec(name)?.[0] ?? '',
    description: entry.description.join(' '),
    isProtein,
    isCircular,
    features: entry.features.filter(({ key }) => key === 'CDS').map(asFeature),
    letters,
  };
}

function asFeature({ line, location, qualifiers }: OpenFeature): CodingFeature {
  const values = new Map<string, string[]>();
  for (const [name, lines] of qualifiers) {
    const value = lines.join(' ').replace(/^"|"$/g, '');
    const known = values.get(name);
    if (known) known.push(value);
    else values.set(name, [value]);
  }
  return { line, location: location.join('').replace(/\s/g, ''), qualifiers: values };
}
