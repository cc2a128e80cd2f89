import { FoldError } from '#errors';
import { chainAtoms, type ChainRecord, type Dataset } from '#training/data/dataset';
import { BASELINES, baselineScores, type BaselineScores } from './baselines.js';
import { evaluateChain, type ChainEvaluation, type PredictedChain } from './chain-evaluation.js';
import { meanScores, type MeanScores } from './mean-scores.js';
import { NearestChains } from './nearest-chain.js';
import { summarise, type EvaluationSummary } from './summary.js';

/** One evaluated chain and what the baselines make of it. */
export interface EvaluatedChain {
  readonly record: ChainRecord;
  readonly model: ChainEvaluation;
  readonly baselines: BaselineScores;
}

/** A model's scores on a split. */
export interface Evaluation {
  readonly summary: EvaluationSummary;
  readonly baselines: readonly MeanScores[];
  readonly chains: readonly EvaluatedChain[];
}

/** What an evaluation asks of a model. */
export interface EvaluatedModel {
  predict(record: ChainRecord, signal?: AbortSignal): Promise<PredictedChain>;
  /** `[N, 3]` CA positions of the chain that its torsions build; absent for models without a torsion head. */
  torsionTrace?(record: ChainRecord): Promise<Float32Array>;
}

/**
 * The chains of a split.
 *
 * @param dataset any
 * @param split its name in the index
 * @param limit no more than these, the first ones
 * @throws {@link FoldError} `USAGE` where there is none
 */
export function chainsOfSplit(dataset: Dataset, split: string, limit?: number): ChainRecord[] {
  const chains = dataset.chains.filter((chain) => chain.split === split).slice(0, limit);
  if (chains.length > 0) return chains;
  const present = [...new Set(dataset.chains.map((chain) => chain.split))].join(', ');
  throw new FoldError('USAGE', `the data set has no chains in split "${split}"`, {
    hint: `its splits are: ${present}`,
  });
}

/** How an evaluation is followed. */
export interface EvaluationOptions {
  /** Chains that are evaluated already, by their id. */
  readonly known?: ReadonlyMap<string, EvaluatedChain>;
  /** Called after each chain that is evaluated now. */
  readonly onChain?: (chain: EvaluatedChain, done: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Predicts chains one by one and compares them with the known structures.
 *
 * @param dataset where the known structures are
 * @param records chains of it
 * @param model what is judged
 * @param options see {@link EvaluationOptions}
 * @throws the reason of the signal
 */
export async function evaluate(
  dataset: Dataset,
  records: readonly ChainRecord[],
  model: EvaluatedModel,
  { known, onChain, signal }: EvaluationOptions = {},
): Promise<Evaluation> {
  const nearestChains = new NearestChains(dataset);
  const chains: EvaluatedChain[] = [];
  for (const record of records) {
    const before = known?.get(record.id);
    if (before) {
      chains.push(before);
      continue;
    }
    signal?.throwIfAborted();
    const truth = chainAtoms(dataset, record);
    const chain: EvaluatedChain = {
      record,
      model: evaluateChain(truth, record.kind, await model.predict(record, signal)),
      baselines: baselineScores(truth, {
        torsionTrace: await model.torsionTrace?.(record),
        nearestChain: nearestChains.trace(record),
      }),
    };
    chains.push(chain);
    onChain?.(chain, chains.length);
  }
  return {
    summary: summarise(chains.map((chain) => chain.model)),
    baselines: BASELINES.flatMap((name) =>
      meanScores(
        name,
        chains.flatMap(({ model, baselines }) =>
          baselines[name] ? { ...baselines[name], numResidues: model.numResidues } : [],
        ),
      ),
    ),
    chains,
  };
}
