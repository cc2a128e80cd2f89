import { limitsAround, searchSuperposition } from './superposition-search.js';
import { countPairedPoints, type RigidMotion } from './superposition.js';
import { selectPoints } from './select-points.js';

/** How alike two structures of the same residues are, each score at the best superposition found for it. */
export interface SuperpositionScores {
  /** 0-1; {@link foldInWords} says what it means. */
  readonly tmScore: number;
  /** 0-1; mean share of residues that come within 1, 2, 4 and 8 Å. */
  readonly gdtTs: number;
  /** Brings the model on the target as the TM-score has it. */
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
 * How near a point must come to take part in the next fit, given the distance that scores ½.
 *
 * @returns Å
 */
export function searchReach(d0: number): number {
  return Math.min(8, Math.max(4.5, d0));
}

/**
 * What a TM-score says of two folds.
 *
 * @source Xu & Zhang 2010, "How significant is a protein structure similarity with TM-score = 0.5?"; Zhang & Skolnick
 *   2005: unrelated proteins that are aligned by shape reach 0.3
 */
export function foldInWords(tmScore: number): string {
  if (tmScore > 0.5) return 'mostly the same fold';
  return tmScore > 0.3
    ? 'alike in parts, mostly not the same fold'
    : 'no more alike than unrelated proteins';
}

/** How many deviations are within each cutoff of GDT-TS. */
function countWithin(squared: Float64Array): [number, number, number, number] {
  let [one, two, four, eight] = [0, 0, 0, 0];
  for (const value of squared) {
    if (value > 64) continue;
    eight++;
    if (value > 16) continue;
    four++;
    if (value > 4) continue;
    two++;
    if (value <= 1) one++;
  }
  return [one, two, four, eight];
}

/**
 * TM-score and GDT-TS of residue i on residue i. Both come from one search, as in the program TMscore: GDT-TS takes the
 * best that is met for each distance.
 *
 * @param model `[N, 3]` CA positions, Å
 * @param target `[N, 3]` CA positions, Å
 * @param options `mask` `[N]`: residues to compare, where > 0, all if absent; `length`: residues that the scores are
 *   divided by, where the mask leaves out some of the target, by default the number of residues compared
 * @throws FoldError `STRUCTURE_MISMATCH` when the lengths differ
 * @source Zhang & Skolnick 2004, "Scoring function for automated assessment of protein structure template quality";
 *   Zemla 2003, "LGA: a method for finding 3D similarities in protein structures"
 */
export function superpositionScores(
  model: ArrayLike<number>,
  target: ArrayLike<number>,
  options: { readonly mask?: ArrayLike<number>; readonly length?: number } = {},
): SuperpositionScores {
  countPairedPoints(model, target);
  const mobile = selectPoints(model, options.mask);
  const fixed = selectPoints(target, options.mask);
  const { length = fixed.length / 3 } = options;
  const d0 = tmScoreD0(length);
  const inverse = 1 / (d0 * d0);
  const most = [0, 0, 0, 0];
  const score = (squared: Float64Array): number => {
    countWithin(squared).forEach((count, i) => (most[i] = Math.max(most[i]!, count)));
    let sum = 0;
    for (let i = 0; i < squared.length; i++) sum += 1 / (1 + squared[i]! * inverse);
    return sum;
  };
  const found = searchSuperposition(mobile, fixed, { score, limit: limitsAround(searchReach(d0)) });
  const share = length > 0 ? 1 / length : 0;
  return {
    tmScore: found.score * share,
    gdtTs: (most.reduce((sum, count) => sum + count) / most.length) * share,
    motion: found.motion,
  };
}
