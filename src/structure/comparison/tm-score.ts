import { searchSuperposition } from './superposition-search.js';
import { countPairedPoints, type RigidMotion } from './superposition.js';
import { selectPoints } from './select-points.js';

/** How alike two structures of the same residues are. */
export interface TmScore {
  /** 0-1; above 0.5 is mostly the same fold, 0.17 what random structures reach. */
  readonly score: number;
  /** Brings the model on the target. */
  readonly motion: RigidMotion;
}

/** Å; d0 is no smaller than this, however short the chain. */
const SMALLEST_D0 = 0.5;

/**
 * Distance at which a residue scores ½.
 *
 * @param length residues in the target
 * @returns Å
 */
export function tmScoreD0(length: number): number {
  if (length <= 15) return SMALLEST_D0;
  return Math.max(SMALLEST_D0, 1.24 * Math.cbrt(length - 15) - 1.8);
}

/**
 * TM-score of residue i on residue i, at the best superposition found.
 *
 * @param model `[N, 3]` CA positions, Å
 * @param target `[N, 3]` CA positions, Å
 * @param mask `[N]` residues to compare, where > 0; all where absent
 * @param length residues that the score is divided by: the whole target, where the mask leaves out some
 *   of it; by default the number of residues compared
 * @throws FoldError `STRUCTURE_MISMATCH` when the lengths differ
 * @source Zhang & Skolnick 2004, "Scoring function for automated assessment of protein structure template quality"
 */
export function tmScore(
  model: ArrayLike<number>,
  target: ArrayLike<number>,
  mask?: ArrayLike<number>,
  length?: number,
): TmScore {
  countPairedPoints(model, target);
  const mobile = selectPoints(model, mask);
  const fixed = selectPoints(target, mask);
  const size = length ?? fixed.length / 3;
  const d0 = tmScoreD0(size);
  const reach = Math.min(8, Math.max(4.5, d0));
  const inverse = 1 / (d0 * d0);
  const score = (squared: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < squared.length; i++) sum += 1 / (1 + squared[i]! * inverse);
    return size > 0 ? sum / size : 0;
  };
  return searchSuperposition(mobile, fixed, { score, cutoffs: [reach - 1, reach + 1] });
}
