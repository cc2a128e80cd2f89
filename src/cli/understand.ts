import type { Candidate } from '#sequence/genes/candidates';
import { interpretRecord } from '#sequence/input';
import type { Interpretation, InterpretOptions, Translation } from '#sequence/interpretation';
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
  for (const candidate of otherCandidates(read.translations)) tell(`  ${candidate}`);
  return { kind: read.kind, chains: read.chains, warnings };
}

function notesOn({ assumed, chains, translations = [] }: Interpretation): string[] {
  return [
    ...(assumed === undefined ? [] : [assumed]),
    ...translations.map((translation, i) => {
      const chain = chains.length > 1 ? `chain ${chains[i]!.id}: ` : '';
      return `${chain}${readingOf(translation)}`;
    }),
  ];
}

function readingOf({ frame, reason, sequence, candidates: [chosen] }: Translation): string {
  const share = chosen ? `, ${percentOf(chosen)} of the input` : '';
  return `frame ${frame}: ${reason}; ${sequence.length} residues${share}`;
}

/** How to read a gene otherwise, where the choice may be wrong. */
function otherCandidates(translations: readonly Translation[] = []): string[] {
  return translations
    .filter(({ isWeakChoice }) => isWeakChoice)
    .flatMap(({ candidates: [, ...others] }) => others)
    .map((candidate) => {
      const { frame, start, end, numResidues, hasStart, hasStop } = candidate;
      const begins = hasStart ? 'from a start codon' : 'from the edge';
      const ends = hasStop ? 'to a stop' : 'to the edge';
      return `--frame ${frame} --start ${start}: ${numResidues} residues, ${percentOf(candidate)} of the input, ${begins} ${ends} at ${end}`;
    });
}

function percentOf({ share }: Candidate): string {
  return `${Math.round(100 * share)}%`;
}
