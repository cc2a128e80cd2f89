import type { Candidate } from '#sequence/genes/candidates';
import { FoldError } from '#errors';
import { asComplex } from '#sequence/complex';
import { interpretRecord } from '#sequence/input';
import type { Interpretation, InterpretOptions, Translation } from '#sequence/interpretation';
import { readInputRecord, type InputRecord } from './records.js';
import { tell, warn } from './report.js';

/**
 * Turns a record into chains and says what was assumed, replaced or left out.
 *
 * @throws FoldError as `interpret`
 */
export function understand(record: InputRecord, options: InterpretOptions): Understood {
  const read = interpretRecord(readInputRecord(record, options), options);
  tellOf(read);
  return understood(read);
}

/**
 * Turns records into the chains of one complex, and says what was assumed, replaced or left out.
 *
 * @param records at least one
 * @param name of the complex
 * @throws FoldError as `interpret`
 */
export function understandComplex(
  records: readonly InputRecord[],
  name: string | undefined,
  { chainNames, ...options }: InterpretOptions,
): Understood {
  const read = records.map((record) => interpretRecord(readInputRecord(record, options), options));
  const complex = asComplex(read, { ...(name === undefined ? {} : { name }), chainNames });
  tellOf(complex);
  const named = complex.chains.map(({ id, sequence }) => `${id} (${sequence.length} residues)`);
  tell(`note: ${complex.name}: chains ${named.join(', ')}`);
  return understood(complex);
}

/** A record that can be folded. */
export interface Understood extends Pick<Interpretation, 'name' | 'title' | 'kind' | 'chains'> {
  readonly warnings: readonly string[];
}

function understood({ name, title, kind, chains, warnings }: Interpretation): Understood {
  return { name, title, kind, chains, warnings: warnings.map(({ message }) => message) };
}

function tellOf(read: Interpretation): void {
  for (const note of notesOn(read)) tell(`note: ${read.name}: ${note}`);
  for (const { message } of read.warnings) warn(message, read.name);
  for (const candidate of otherCandidates(read.translations)) tell(`  ${candidate}`);
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

/** The error for a record that is not a gene where only genes make sense. */
export function refusedProtein(name: string): FoldError {
  return new FoldError('READING_FRAME', `${name} is a protein: it has no codons`, {
    hint: '--type dna or --type rna, if its letters are nucleotides',
  });
}
