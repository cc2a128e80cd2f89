import type { AlignedPairs, ScoreRow } from '#sequence/pairwise-alignment';

/** From where the best alignment reaches a cell: by a pair, or by a place of one chain alone. */
const STEP = { first: 1, second: 2, both: 3 } as const;

/**
 * Aligns two chains by a score of their places, as TM-align does: a gap costs the same however long it is, and costs only
 * where it follows a pair, by whichever way is best up to there. Affine gaps (`#sequence/pairwise-alignment`) find other
 * alignments, and other TM-scores than those that the field is used to.
 *
 * @param lengths of both chains
 * @param gapOpen what a gap costs
 * @source Zhang & Skolnick 2005, "TM-align: a protein structure alignment algorithm based on the TM-score"
 */
export function alignPlaces(
  lengths: readonly [number, number],
  scoreRow: ScoreRow,
  gapOpen: number,
): AlignedPairs {
  const [numRows, numColumns] = lengths;
  const width = numColumns + 1;
  const row = new Float64Array(numColumns);
  const above = new Float64Array(width);
  const steps = new Uint8Array((numRows + 1) * width);
  for (let i = 1; i <= numRows; i++) {
    scoreRow(i - 1, row);
    let [diagonal, left] = [0, 0];
    for (let j = 1, at = i * width + 1; j <= numColumns; j++, at++) {
      const pair = diagonal + row[j - 1]!;
      const down = above[j]! - (steps[at - width] === STEP.both ? gapOpen : 0);
      const right = left - (steps[at - 1] === STEP.both ? gapOpen : 0);
      diagonal = above[j]!;
      const isPair = pair >= down && pair >= right;
      left = isPair ? pair : Math.max(down, right);
      steps[at] = isPair ? STEP.both : right >= down ? STEP.second : STEP.first;
      above[j] = left;
    }
  }
  const pairs: [number, number][] = [];
  for (let [i, j] = [numRows, numColumns]; i > 0 && j > 0;) {
    const step = steps[i * width + j];
    if (step === STEP.both) pairs.push([i - 1, j - 1]);
    if (step !== STEP.second) i--;
    if (step !== STEP.first) j--;
  }
  return pairs.reverse();
}
