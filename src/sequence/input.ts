import type { Chain } from './chain.js';
import { asComplex } from './complex.js';
import { geneticCode as geneticCodeOf } from '#sequence/genes/genetic-code';
import type {
  InputWarning,
  Interpretation,
  InterpretOptions,
  Translation,
} from './interpretation.js';
import { readProteinLetters } from './protein-letters.js';
import { type ChainLetters, readRecords, type SequenceRecord, withPlace } from './records.js';
import { translate } from '#sequence/genes/translate';
import { translateAnnotated } from '#sequence/genes/translate-annotated';

/**
 * Understands what a user typed, pasted or dropped: each record becomes chains of residues that a model can fold.
 *
 * The kind of a record is decided by the format or by `recogniseKind` unless `type` names it; nucleotides are translated
 * as the text describes them (`CDS` of GenBank and EMBL), else by `translate`; U, O, B, Z and J are replaced in proteins;
 * `:` separates chains, and with `complex` all records become one. Whatever is assumed, replaced or left out is said in the result.
 *
 * @param text in one of the formats of `readEntries`: FASTA with any number of records, letters alone, …
 * @param options what the caller decides instead of the rules
 * @returns at least one record
 * @throws SequenceLetterError naming letter, position and offset; FoldError `SEQUENCE_EMPTY`, `READING_FRAME`,
 *   `GENETIC_CODE_UNKNOWN`, `SEQUENCE_FORMAT`, `REQUEST_INVALID` for chain names that do not fit; ParseError `PARSE_FASTA`, `SEQUENCE_FORMAT`
 */
export function interpret(text: string, options: InterpretOptions = {}): Interpretation[] {
  const { complex = false, chainNames, ...ofRecords } = options;
  if (!complex) return readRecords(text, options).map((record) => interpretRecord(record, options));
  const records = readRecords(text, ofRecords).map((record) => interpretRecord(record, ofRecords));
  return [asComplex(records, { chainNames })];
}

/**
 * Understands one record as {@link interpret} does.
 *
 * @param record whose kind is known
 * @param options what the caller decides instead of the rules
 * @throws as `interpret`
 */
export function interpretRecord(
  record: SequenceRecord,
  options: InterpretOptions = {},
): Interpretation {
  const { id: geneticCode } = geneticCodeOf(options.geneticCode ?? record.coding?.geneticCode);
  return record.kind === 'protein'
    ? interpretProtein(record)
    : interpretNucleotides(record, { ...options, geneticCode });
}

function interpretProtein(record: SequenceRecord): Interpretation {
  const warnings: InputWarning[] = [...record.warnings];
  const chains = record.chains.map((chain): Chain => {
    const read = withPlace(record, chain, () => readProteinLetters(chain.letters));
    for (const { message, positions, letter } of read.warnings)
      warnings.push({ ...placed(record, chain, message, positions), letter });
    return { id: chain.id, sequence: read.sequence };
  });
  return { ...described(record), chains, warnings };
}

function interpretNucleotides(
  record: SequenceRecord,
  options: InterpretOptions & { readonly geneticCode: number },
): Interpretation {
  const warnings: InputWarning[] = [...record.warnings];
  const translations = record.chains.map((chain): Translation => {
    const translation = withPlace(record, chain, () => translated(record, chain, options));
    if (!record.coding) warnings.push(...otherAlphabet(record, chain));
    for (const { message, positions } of translation.warnings)
      warnings.push(placed(record, chain, message, positions));
    return translation;
  });
  const [first, ...others] = translations;
  const shared = others.every(({ frame }) => frame === first?.frame) ? first?.frame : undefined;
  return {
    ...described(record),
    geneticCode: options.geneticCode,
    ...(shared === undefined ? {} : { frame: shared }),
    chains: record.chains.map(({ id }, i) => {
      const { sequence, codons } = translations[i]!;
      return { id, sequence, codons };
    }),
    translations,
    warnings,
  };
}

function translated(
  { coding, isCircular = false }: SequenceRecord,
  { letters }: ChainLetters,
  options: InterpretOptions,
): Translation {
  if (coding) return translateAnnotated(letters, coding, options.geneticCode);
  return translate(letters, { circular: isCircular, ...options });
}

function described({ name, title, kind, assumed }: SequenceRecord) {
  return { name, title, kind, ...(assumed === undefined ? {} : { assumed }) };
}

/** Says so where DNA holds U or RNA holds T; both are read as the same base. */
function otherAlphabet(record: SequenceRecord, chain: ChainLetters): InputWarning[] {
  const letter = record.kind === 'dna' ? 'U' : 'T';
  const positions = [...chain.letters.toUpperCase().matchAll(new RegExp(letter, 'g'))].map(
    ({ index }) => index + 1,
  );
  if (positions.length === 0) return [];
  const times = positions.length > 1 ? `${positions.length} times` : 'once';
  const message = `${record.kind.toUpperCase()} holds the letter ${letter} ${times}; T and U are read as the same base`;
  return [{ ...placed(record, chain, message, positions), letter }];
}

function placed(
  record: SequenceRecord,
  chain: ChainLetters,
  message: string,
  positions: readonly number[],
): InputWarning {
  return {
    message: record.chains.length > 1 ? `chain ${chain.id}: ${message}` : message,
    position: positions[0] ?? 1,
    offsets: positions.map((position) => chain.placeAt(position).offset),
  };
}
