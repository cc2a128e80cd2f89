import { selectPoints } from './select-points.js';
import { searchSuperposition } from './superposition-search.js';
import { countPairedPoints } from './superposition.js';

/** Å; the four cutoffs of the total score. */
const CUTOFFS = [1, 2, 4, 8];

/** How many deviations are within each cutoff. */
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
 * GDT-TS: the mean share of residues that can be brought within 1, 2, 4 and 8 Å, each with its own
 * superposition.
 *
 * @param model `[N, 3]` CA positions, Å
 * @param target `[N, 3]` CA positions, Å
 * @param mask `[N]` residues to compare, where > 0; all where absent
 * @returns 0-1
 * @throws FoldError `STRUCTURE_MISMATCH` when the lengths differ
 * @source Zemla 2003, "LGA: a method for finding 3D similarities in protein structures"
 */
export function gdtTs(
  model: ArrayLike<number>,
  target: ArrayLike<number>,
  mask?: ArrayLike<number>,
): number {
  countPairedPoints(model, target);
  const mobile = selectPoints(model, mask);
  const fixed = selectPoints(target, mask);
  const numPoints = fixed.length / 3;
  if (numPoints === 0) return 0;
  const most = new Float64Array(CUTOFFS.length);
  // Every superposition counts for every cutoff, whichever it was refined for.
  const score = (squared: Float64Array): number => {
    const within = countWithin(squared);
    within.forEach((count, i) => (most[i] = Math.max(most[i]!, count)));
    return within.reduce((sum, count) => sum + count);
  };
  for (const cutoff of CUTOFFS)
    searchSuperposition(mobile, fixed, { score, cutoffs: [cutoff, cutoff] });
  return most.reduce((sum, within) => sum + within / numPoints, 0) / CUTOFFS.length;
}
