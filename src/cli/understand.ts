import { interpretRecord } from '#sequence/input';
import type { Interpretation, InterpretOptions } from '#sequence/interpretation';
import { readInputRecord, type InputRecord } from './records.js';
import { tell } from './report.js';

/**
 * Turns a record into chains and says what was assumed, replaced or left out.
 *
 * @throws FoldError as `interpret`
 */
export function understand(
  record: InputRecord,
  options: InterpretOptions,
): Pick<Interpretation, 'kind' | 'chains'> & { readonly warnings: readonly string[] } {
  const read = interpretRecord(readInputRecord(record, options), options);
  const warnings = read.warnings.map(({ message }) => message);
  for (const note of notesOn(read)) tell(`note: ${record.name}: ${note}`);
  for (const warning of warnings) tell(`warning: ${record.name}: ${warning}`);
  return { kind: read.kind, chains: read.chains, warnings };
}

function notesOn({ assumed, chains, translations = [] }: Interpretation): string[] {
  return [
    ...(assumed === undefined ? [] : [assumed]),
    ...translations.map(({ frame, reason, sequence }, i) => {
      const chain = chains.length > 1 ? `chain ${chains[i]!.id}: ` : '';
      return `${chain}frame ${frame}: ${reason}; ${sequence.length} residues`;
    }),
  ];
}
