import { chainNames, chainNamesIn, requireChainNames } from './chain-names.js';
import type { Chain } from './chain.js';
import type { InputWarning, Interpretation, Translation } from './interpretation.js';
import { nameIn } from './record-names.js';

/** What the one record that others become is called. */
interface ComplexNames {
  /** Default: the names of the records, joined by `_`. */
  readonly name?: string;
  /** Default: as the headers say, else A, B, … */
  readonly chainNames?: readonly string[] | undefined;
}

/** A chain of the complex, before it has its name. */
interface Part {
  readonly chain: Chain;
  readonly wanted: string | undefined;
  readonly translation: Translation | undefined;
  readonly record: Interpretation;
}

/**
 * Joins records to one: each is a chain, or several where its header names copies (`Chains A, C`) or its letters hold `:`.
 *
 * @param records at least one, as `interpret` reads them
 * @throws FoldError `REQUEST_INVALID` for chain names that do not fit
 */
export function asComplex(
  records: readonly Interpretation[],
  { name = joinedName(records), chainNames: given }: ComplexNames = {},
): Interpretation {
  const parts = records.flatMap(partsOf);
  if (given) requireChainNames(given, parts.length, name);
  const names = given ?? chainNames(parts.map(({ wanted }) => wanted));
  const kinds = new Set(records.map(({ kind }) => kind));
  const [first] = records as [Interpretation];
  const translations = parts.flatMap(({ translation }) => translation ?? []);
  return {
    name,
    title: records.map(({ title }) => title).join(' + '),
    kind: kinds.size === 1 ? first.kind : 'protein',
    ...sharedFacts(records),
    chains: parts.map(({ chain }, i) => ({ ...chain, id: names[i]! })),
    ...(translations.length === parts.length ? { translations } : {}),
    warnings: [...renamed(parts, names), ...records.flatMap((record) => warningsOf(record, parts, names))], // prettier-ignore
  };
}

function joinedName(records: readonly Interpretation[]): string {
  return nameIn(records.map(({ name }) => name).join('_')) ?? 'complex';
}

function partsOf(record: Interpretation): Part[] {
  const { chains, title, translations = [] } = record;
  if (chains.length > 1)
    return chains.map((chain, i) => ({
      chain,
      wanted: chain.id,
      translation: translations[i],
      record,
    }));
  const [chain] = chains as [Chain];
  const copies = chainNamesIn(title);
  return (copies.length > 0 ? copies : [undefined]).map((wanted) => ({
    chain,
    wanted,
    translation: translations[0],
    record,
  }));
}

/** What the records say alike. */
function sharedFacts(records: readonly Interpretation[]) {
  const shared = <T>(values: readonly (T | undefined)[]): T | undefined =>
    new Set(values).size === 1 ? values[0] : undefined;
  const geneticCode = shared(records.map((record) => record.geneticCode));
  const frame = shared(records.map((record) => record.frame));
  const assumed = shared(records.map((record) => record.assumed));
  return {
    ...(geneticCode === undefined ? {} : { geneticCode }),
    ...(frame === undefined ? {} : { frame }),
    ...(assumed === undefined ? {} : { assumed }),
  };
}

/** Chains whose name another one has already. */
function renamed(parts: readonly Part[], names: readonly string[]): InputWarning[] {
  return parts.flatMap(({ wanted, record }, i) => {
    const isTaken = wanted !== undefined && names.indexOf(wanted) < i && wanted !== names[i];
    if (!isTaken || !names.includes(wanted)) return [];
    const message = `${record.name}: an earlier chain is called ${wanted}, so this one is ${names[i]!}`;
    return [{ message, position: 1, offsets: [] }];
  });
}

/** Warnings of a record, with the chain that they are about. */
function warningsOf(
  record: Interpretation,
  parts: readonly Part[],
  names: readonly string[],
): InputWarning[] {
  const own = names.filter((_, i) => parts[i]!.record === record);
  const about = own.length > 1 ? record.name : `chain ${own[0]!}`;
  return record.warnings.map((warning) => ({
    ...warning,
    message: `${about}: ${warning.message}`,
  }));
}
