import { join } from 'node:path';
import type {
  LanguageModelRunner,
  NamedSequence,
} from '#architectures/esmfold/language-model/runner';
import {
  mutantsCsv,
  mutationsCsv,
  mutationsJson,
  mutationsSvg,
  type MutationDescription,
} from '#predict/files/mutation-files';
import { scoredMutants, type Mutant, type ScoredMutant } from '#predict/mutants';
import type { Precision } from '#tensor/engine/engine';
import { scoreMutations, type MutationScores, type ScoringMethod } from '#predict/mutation-scores';
import {
  existingFiles,
  isDoneBefore,
  isOtherPrecision,
  OTHER_INPUT,
  otherPrecision,
  otherWeights,
} from './existing-result.js';
import type { Progress } from './progress-bar.js';
import { writeResultFiles } from './result-folder.js';

/** What is scored, and how. */
interface ScoringRun {
  readonly runner: LanguageModelRunner;
  readonly model: MutationDescription['model'];
  /** In which the runner computes. */
  readonly precision: Precision;
  readonly directory: string;
  readonly method: ScoringMethod;
  readonly firstResidue: number;
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
  readonly bar: Progress;
  /** Residues that are mutated, from 0; all where absent. */
  readonly places?: readonly number[] | undefined;
  /** Only these are written; all single ones where absent. */
  readonly mutants?: readonly Mutant[] | undefined;
}

/** The files of a chain, and its scores where they were computed now and not by an earlier run. */
interface ScoredChain {
  readonly paths: MutationPaths;
  readonly scores?: MutationScores;
  /** Of the mutants that were asked for. */
  readonly listed?: readonly ScoredMutant[] | undefined;
}

/** A chain's files. */
type MutationPaths = Readonly<Record<'csv' | 'svg' | 'json', string>>;

/**
 * Scores mutants of a chain and writes its files, unless they are there already.
 *
 * @throws FoldError `FILE_WRITE`, also where files of another input bear its name; as `scoreMutations`
 */
export async function scoreMutants(chain: NamedSequence, run: ScoringRun): Promise<ScoredChain> {
  const { directory, method, firstResidue, model, precision, overwrite, places, mutants } = run;
  const description: MutationDescription = {
    ...chain,
    firstResidue,
    method,
    ...(places ? { places } : {}),
    ...(mutants ? { mutants: mutants.map((mutant) => mutant.name) } : {}),
    model,
    precision,
  };
  const paths = mutationPaths(directory, chain.name, mutants !== undefined);
  if (!overwrite && (await isScored(description, paths))) return { paths };
  const scores = await scored(chain, run);
  const listed = mutants && scoredMutants(scores, mutants);
  await writeResultFiles([
    ...(listed
      ? [[paths.csv, mutantsCsv(listed)] as const]
      : [[paths.csv, mutationsCsv(scores)] as const, [paths.svg, mutationsSvg(scores)] as const]),
    [paths.json, mutationsJson(description)],
  ]);
  return { paths, scores, listed };
}

function mutationPaths(directory: string, name: string, isList: boolean): MutationPaths {
  const path = join(directory, `${name}.${isList ? 'mutants' : 'mutations'}`);
  return { csv: `${path}.csv`, svg: `${path}.svg`, json: `${path}.json` };
}

/** @throws FoldError `FILE_WRITE` rather than replace what may be somebody's result */
async function isScored(
  wanted: MutationDescription,
  { csv, svg, json }: MutationPaths,
): Promise<boolean> {
  const files = { description: json, others: wanted.mutants ? [csv] : [csv, svg] };
  const found = await existingFiles(files, (description) => {
    const { sequence, firstResidue, method, places, mutants, model, precision } =
      description as MutationDescription;
    if (sequence !== wanted.sequence) return OTHER_INPUT;
    if (model.sha256 !== wanted.model.sha256) return otherWeights(model.name);
    if (isOtherPrecision(precision, wanted.precision)) return otherPrecision(precision);
    if (method !== wanted.method) return `scores by ${method}`;
    if (firstResidue !== wanted.firstResidue) return `residues from ${firstResidue} on`;
    if (String(mutants) !== String(wanted.mutants)) return 'scores of other mutants';
    return String(places) === String(wanted.places) ? undefined : 'scores of other positions';
  });
  const words = { does: 'scores', doing: 'scoring' };
  return isDoneBefore(found, { name: wanted.name, description: json, where: csv, ...words });
}

async function scored(
  chain: NamedSequence,
  { runner, method, firstResidue, places, signal, bar }: ScoringRun,
): Promise<MutationScores> {
  const { length } = places ?? chain.sequence;
  bar.draw(0, chain.name, 'starting');
  try {
    return await scoreMutations(runner, chain, {
      method,
      firstResidue,
      places,
      signal,
      onPosition: (done) => {
        bar.draw(done / length, chain.name, `${done}/${length} positions`);
      },
    });
  } finally {
    bar.clear();
  }
}
