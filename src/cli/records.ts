import { FoldError } from '#errors';
import { chooseRecords } from '#sequence/choose-records';
import type { TextEntry } from '#sequence/formats/entry';
import { readEntries } from '#sequence/formats/read-entries';
import type { InterpretOptions } from '#sequence/interpretation';
import { nameIn, recordNames } from '#sequence/record-names';
import { overrulesCoding, readRecord, type SequenceRecord } from '#sequence/records';
import type { InputText } from './read-inputs.js';
import type { RecordFlags } from './sequence-options.js';

/** One record of the inputs, not yet understood, so that one bad record does not stop the others. */
export interface InputRecord {
  /** Unique among the records of all inputs, letter case ignored; safe as a file name. See `recordNames`. */
  readonly name: string;
  /** The header line as given, without `>`. */
  readonly title: string;
  /** Its letters, each with its place in the input. */
  readonly entry: TextEntry;
  /** What messages call the input. */
  readonly source: string;
  /** On its name; those on its letters come when it is read. */
  readonly warnings: readonly string[];
}

/**
 * Splits all inputs into records and names them.
 *
 * @param inputs their texts
 * @param flags what the caller decides, see `overrulesCoding`; `record` and `allRecords` choose, see `chooseRecords`
 * @param ignoreCoding whether coding sequences that files describe are left aside
 * @throws FoldError `SEQUENCE_EMPTY` where an input holds no record, and whatever `readEntries` and `chooseRecords` throw
 */
export function inputRecords(
  inputs: readonly InputText[],
  flags: Pick<InterpretOptions, 'type' | 'frame' | 'start'> & RecordFlags = {},
  ignoreCoding = overrulesCoding(flags),
): InputRecord[] {
  const found = inputs.flatMap(({ text, source, stem }) => {
    const entries = readEntries(text, { source, ignoreCoding });
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
  const named = found.map((record, index) => ({ ...record, name: names[index]! }));
  const chosen = chooseRecords(named, flags.allRecords ? 'all' : flags.record);
  return chosen.map(({ entry, source, wanted, name }) => {
    const warnings = namingWarnings(entry, { wanted, name, source });
    return { name, title: entry.title, entry, source, warnings };
  });
}

/**
 * Tells the chains and the kind of a record.
 *
 * @param record of an input
 * @param options `type` settles the kind, `chainNames` names the chains
 * @throws FoldError `SEQUENCE_EMPTY`, `REQUEST_INVALID`
 */
export function readInputRecord(
  { entry, name, source, warnings }: InputRecord,
  { type = 'auto', chainNames }: Pick<InterpretOptions, 'type' | 'chainNames'>,
): SequenceRecord {
  const record = readRecord(entry, name, { type, source, ...(chainNames ? { chainNames } : {}) });
  const naming = warnings.map((message) => ({ message, position: 1, offsets: [] }));
  return { ...record, warnings: [...naming, ...record.warnings] };
}

function namingWarnings(
  { hasHeader, line }: TextEntry,
  { wanted, name, source }: { wanted: string; name: string; source: string },
): string[] {
  const asked = nameIn(wanted);
  const place = `${source}:${line}`;
  if (asked === undefined) return hasHeader ? [`${place}: the record has no name`] : [];
  if (asked === name) return [];
  return [`${place}: another record is called ${asked}, so this one is ${name}`];
}
