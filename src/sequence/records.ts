import { FoldError } from '#errors';
import { chainIdOf } from './chain.js';
import { requireChainNames } from './chain-names.js';
import { chooseRecords } from './choose-records.js';
import { type ReadOptions, refuseTooMany, type TextEntry } from '#sequence/formats/entry';
import type { InputWarning, InterpretOptions, SequenceKind } from './interpretation.js';
import { recogniseKind } from './kind.js';
import { placeOf, type TextPlace } from '#sequence/formats/letters';
import { readEntries } from '#sequence/formats/read-entries';
import type { CodingAnnotation } from '#sequence/genes/coding-annotation';
import { nameIn, recordNames } from './record-names.js';
import { SequenceLetterError } from './sequence-error.js';
import { readThreeLetter } from './three-letter.js';

/** The letters of one chain of a record. */
export interface ChainLetters {
  readonly id: string;
  /** As given. */
  readonly letters: string;
  /** Place in the text of a 1-based position. */
  readonly placeAt: (position: number) => TextPlace;
}

/** One record whose kind is known and whose chains are told apart, but not yet read. */
export interface SequenceRecord {
  readonly name: string;
  readonly title: string;
  /** What errors call the text, where it has a name. */
  readonly source?: string;
  readonly kind: SequenceKind;
  readonly assumed?: string;
  readonly chains: readonly ChainLetters[];
  /** How the text says that the one chain of nucleotides is to be read. */
  readonly coding?: CodingAnnotation;
  /** Whether the text says that the nucleotides are a circle. */
  readonly isCircular?: boolean;
  readonly warnings: readonly InputWarning[];
}

/**
 * Splits a text into records and chains and decides what each record is.
 *
 * @param text in one of the formats of `readEntries`
 * @param options `type` settles the kind of every record; a frame, a start or type `protein` overrule annotated coding
 *   sequences; `records` chooses some; see {@link ReadOptions}
 * @throws FoldError `SEQUENCE_EMPTY` where there are no letters in the text, a record or between two `:`,
 *   `BATCH_TOO_LARGE`, `SEQUENCE_NAME` as `chooseRecords` does; ParseError `PARSE_FASTA`
 */
export function readRecords(
  text: string,
  options: Pick<InterpretOptions, 'type' | 'frame' | 'start' | 'chainNames' | 'records'> &
    ReadOptions = {},
): SequenceRecord[] {
  const { source = 'input', maxRecords = Infinity } = options;
  const entries = readEntries(text, { ignoreCoding: overrulesCoding(options), ...options });
  if (entries.length === 0)
    throw new FoldError('SEQUENCE_EMPTY', `${source} holds no sequence`, {
      hint: 'give a protein, DNA or RNA sequence, alone or as FASTA',
    });
  const names = recordNames(entries.map(({ title }) => title));
  const named = entries.map((entry, index) => ({ entry, name: names[index]!, source }));
  const chosen = chooseRecords(named, options.records);
  refuseTooMany(chosen.length, maxRecords);
  return chosen.map(({ entry, name }) => {
    const record = readRecord(entry, name, options);
    return { ...record, warnings: [...namingWarnings(entry, record.name), ...record.warnings] };
  });
}

/** Whether a caller wants the nucleotides read otherwise than a file describes them. */
export function overrulesCoding({
  type,
  frame = 'auto',
  start,
}: Pick<InterpretOptions, 'type' | 'frame' | 'start'>): boolean {
  return type === 'protein' || frame !== 'auto' || start !== undefined;
}

/**
 * Splits one entry of a text into chains and decides what it is.
 *
 * @param given letters and their places
 * @param name what the record is called
 * @param options `type` settles the kind; `source` names the text in errors
 * @throws FoldError `SEQUENCE_EMPTY` where there are no letters, or none between two `:`
 */
export function readRecord(
  given: TextEntry,
  name: string,
  {
    type = 'auto',
    source,
    chainNames,
  }: Pick<InterpretOptions, 'type' | 'source' | 'chainNames'> = {},
): SequenceRecord {
  const mayBeProtein = type === 'auto' || type === 'protein';
  const entry = (mayBeProtein && !given.kind ? readThreeLetter(given) : undefined) ?? given;
  const split = entry.coding ? [wholeChain(entry)] : splitChains(entry, name, source);
  const chains = withNames(split, { name, chainNames });
  const { kind, assumed } = kindOf(entry, chains, type);
  return {
    name,
    title: entry.title,
    ...(source === undefined ? {} : { source }),
    kind,
    ...(assumed === undefined ? {} : { assumed }),
    chains,
    ...(entry.coding === undefined ? {} : { coding: entry.coding }),
    ...(entry.isCircular === undefined ? {} : { isCircular: entry.isCircular }),
    warnings: [...(entry.notes ?? []).map(onRecord), ...numberingWarnings(entry)],
  };
}

function kindOf(
  { kind }: TextEntry,
  chains: readonly ChainLetters[],
  type: 'auto' | SequenceKind,
): { readonly kind: SequenceKind; readonly assumed?: string } {
  if (type !== 'auto') return { kind: type };
  return kind ? { kind } : recogniseKind(chains.map(({ letters }) => letters).join(''));
}

/** A sequence that many records share is not looked through for each of them. */
function wholeChain(entry: TextEntry): ChainLetters {
  const placeAt = (position: number): TextPlace => placeOf(entry, position - 1);
  return { id: chainIdOf(0), letters: entry.letters, placeAt };
}

function onRecord(message: string): InputWarning {
  return { message, position: 1, offsets: [] };
}

/**
 * Runs a reader on one chain so that a refused letter is reported with its record, chain and place in the text.
 *
 * @param record what the chain belongs to
 * @param chain one of its chains
 * @param read may throw SequenceLetterError or another FoldError
 */
export function withPlace<T>(record: SequenceRecord, chain: ChainLetters, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FoldError)) throw error;
    const where = `${record.name}${record.chains.length > 1 ? `, chain ${chain.id}` : ''}`;
    const message = `${where}: ${error.message}`;
    if (!(error instanceof SequenceLetterError))
      throw new FoldError(error.code, message, { cause: error, hint: error.hint });
    const place = chain.placeAt(error.place.position);
    const file = record.source === undefined ? '' : ` of ${record.source}`;
    throw new SequenceLetterError(
      `${message} (line ${place.line}, column ${place.column}${file})`,
      { ...error.place, record: record.name, ...place },
      error.hint,
    );
  }
}

function splitChains(entry: TextEntry, name: string, source = 'input'): ChainLetters[] {
  let begin = 0;
  return entry.letters.split(':').map((letters, index, all) => {
    const first = begin;
    begin += letters.length + 1;
    if (letters === '')
      throw new FoldError(
        'SEQUENCE_EMPTY',
        all.length === 1
          ? `${source}:${entry.line}: ${name} has no letters`
          : `${name}: chain ${index + 1} of ${all.length} has no letters`,
        {
          hint:
            entry.emptyHint ??
            'write the letters below the header, and ":" only between two chains',
        },
      );
    const placeAt = (position: number): TextPlace => placeOf(entry, first + position - 1);
    return { id: entry.chainNames?.[index] ?? chainIdOf(index), letters, placeAt };
  });
}

/** @throws FoldError `REQUEST_INVALID` for names that do not fit */
function withNames(
  chains: readonly ChainLetters[],
  {
    name,
    chainNames,
  }: { readonly name: string; readonly chainNames: readonly string[] | undefined },
): readonly ChainLetters[] {
  if (!chainNames) return chains;
  requireChainNames(chainNames, chains.length, name);
  return chains.map((chain, i) => ({ ...chain, id: chainNames[i]! }));
}

function namingWarnings({ title, hasHeader, line }: TextEntry, name: string): InputWarning[] {
  const wanted = nameIn(title);
  if (!hasHeader || wanted === name) return [];
  const message =
    wanted === undefined
      ? `the record at line ${line} has no name and is called ${name}`
      : `the name ${wanted} is used by an earlier record, so this one is called ${name}`;
  return [onRecord(message)];
}

function numberingWarnings({ numbering }: TextEntry): InputWarning[] {
  if (numbering.length === 0) return [];
  const message = `${numbering.length > 1 ? `${numbering.length} position numbers` : 'a position number'} ${numbering.length > 1 ? 'were' : 'was'} left out`;
  return [{ message, position: 1, offsets: numbering }];
}
