import type { ResidueAtoms } from '#structure/residues/residue-atoms';
import {
  idealHelix,
  plainScores,
  scoreTrace,
  traceAtoms,
  type TraceScores,
} from './trace-scores.js';

/** What a model is compared with, from the most that it says to the least. */
export const BASELINES = [
  /** The chain that the model's predicted phi and psi build, without distances. */
  'secondary structure only',
  /** The training chain whose sequence is most like it. */
  'nearest training chain',
  /** Nothing but the length. */
  'ideal helix',
] as const;

export type BaselineName = (typeof BASELINES)[number];

/** Scores of each baseline on one chain; a model without a torsion head has no secondary structure. */
export type BaselineScores = Readonly<Partial<Record<BaselineName, TraceScores>>>;

/**
 * Scores the baselines on one chain.
 *
 * @param truth the known structure
 * @param traces `[N, 3]` CA atoms of the chain that predicted torsions build; the nearest chain, aligned
 */
export function baselineScores(
  truth: ResidueAtoms,
  traces: { readonly torsionTrace: Float32Array | undefined; readonly nearestChain: ResidueAtoms },
): BaselineScores {
  const { torsionTrace, nearestChain } = traces;
  const score = (model: ResidueAtoms) => plainScores(scoreTrace(model, truth));
  const { aatype } = truth;
  return {
    ...(torsionTrace
      ? { 'secondary structure only': score(traceAtoms(torsionTrace, aatype)) }
      : {}),
    'nearest training chain': score(nearestChain),
    'ideal helix': score(traceAtoms(idealHelix(aatype.length), aatype)),
  };
}
