import { BLOSUM62 } from './blosum62.generated.js';

const NUM_TYPES = 20;
/** Of BLOSUM62 without gaps, for sequences of the usual composition; per half bit. */
const USUAL_LAMBDA = 0.3176;
/** Of BLOSUM62 with gaps of 11 and 1: how scores of chance alignments thin out per half bit, and how many there are. */
const GAPPED = { lambda: 0.267, k: 0.041 };
/** Frequencies of residues in proteins, in the order ARNDCQEGHILKMFPSTWYV. @source Robinson & Robinson 1991 */
const USUAL_COMPOSITION = [
  0.0781, 0.0513, 0.0449, 0.0536, 0.0193, 0.0426, 0.063, 0.0738, 0.022, 0.0514, 0.0902, 0.0574,
  0.0224, 0.0386, 0.052, 0.0712, 0.0584, 0.0133, 0.0322, 0.0644,
];
/** Residues of the usual composition that each sequence is mixed with: short ones say little of theirs. */
const PSEUDOCOUNT = 20;
/** How exact λ is. */
const PRECISION = 1e-9;

/**
 * How many local alignments of at least this score two unrelated sequences have by chance. Sequences of an unusual
 * composition, such as those that cross membranes, resemble each other more often than others; so it goes by theirs.
 *
 * @param score half bits, of BLOSUM62 with gaps of 11 and 1
 * @param first `[N]` residue types 0-20
 * @param second `[M]` residue types 0-20
 * @source Karlin & Altschul 1990; Altschul et al. 1997 "Gapped BLAST and PSI-BLAST" for gaps; Schäffer et al. 2001
 *   "composition-based statistics"
 */
export function expectedByChance(
  score: number,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
): number {
  const lambda = Math.min(USUAL_LAMBDA, lambdaOf(compositionOf(first), compositionOf(second)));
  const scaled = (GAPPED.lambda * lambda * score) / USUAL_LAMBDA;
  return GAPPED.k * first.length * second.length * Math.exp(-scaled);
}

function compositionOf(types: ArrayLike<number>): Float64Array {
  const counts = Float64Array.from(USUAL_COMPOSITION, (share) => PSEUDOCOUNT * share);
  for (let i = 0; i < types.length; i++) if (types[i]! < NUM_TYPES) counts[types[i]!]!++;
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / total);
}

/** The λ at which the expectation of exp(λ · score) is 1; 0 where pairs score more than nothing on the average. */
function lambdaOf(first: Float64Array, second: Float64Array): number {
  const expectation = (lambda: number): number => {
    let sum = 0;
    for (let a = 0; a < NUM_TYPES; a++)
      for (let b = 0; b < NUM_TYPES; b++)
        sum += first[a]! * second[b]! * Math.exp(lambda * BLOSUM62[a]![b]!);
    return sum;
  };
  let [low, high] = [0, 1];
  while (high - low > PRECISION) {
    const middle = (low + high) / 2;
    if (expectation(middle) < 1) low = middle;
    else high = middle;
  }
  return low;
}
