import { BLOSUM62 } from '#sequence/blosum62.generated';

/** Half bits that a gap costs once, and for each residue in it, as in BLASTP. */
const GAP_OPEN = 11;
const GAP_EXTEND = 1;

/** The best local alignment of two sequences. */
export interface LocalAlignment {
  /** Half bits; 0 where nothing is alike. */
  readonly score: number;
  /** Places in the first and in the second sequence that are aligned with one another, from last to first. */
  readonly pairs: readonly (readonly [number, number])[];
}

/** Where the best alignment that ends in a cell comes from. */
const FROM = { nowhere: 0, both: 1, first: 2, second: 3 } as const;
const EXTENDS_FIRST = 4;
const EXTENDS_SECOND = 8;

/**
 * Aligns the parts of two sequences that are most alike, scored by BLOSUM62 and affine gaps.
 *
 * @param first `[N]` residue types
 * @param second `[M]` residue types
 * @source Smith & Waterman 1981; Gotoh 1982 for the gaps
 */
export function alignLocally(first: ArrayLike<number>, second: ArrayLike<number>): LocalAlignment {
  const width = second.length + 1;
  const steps = new Uint8Array((first.length + 1) * width);
  const above = new Int32Array(width);
  const gapInSecond = new Int32Array(width).fill(-GAP_OPEN);
  let [best, end] = [0, 0];
  for (let i = 1; i <= first.length; i++) {
    const scores = BLOSUM62[first[i - 1]!]!;
    let [diagonal, left, gapInFirst] = [0, 0, -GAP_OPEN];
    for (let j = 1; j < width; j++) {
      let step = 0;
      const openSecond = above[j]! - GAP_OPEN;
      if (gapInSecond[j]! > openSecond) step |= EXTENDS_FIRST;
      const down = (gapInSecond[j] = Math.max(gapInSecond[j]!, openSecond) - GAP_EXTEND);
      const openFirst = left - GAP_OPEN;
      if (gapInFirst > openFirst) step |= EXTENDS_SECOND;
      gapInFirst = Math.max(gapInFirst, openFirst) - GAP_EXTEND;
      const match = diagonal + scores[second[j - 1]!]!;
      const score = Math.max(0, match, down, gapInFirst);
      if (score > 0) {
        if (score === match) step |= FROM.both;
        else step |= score === down ? FROM.first : FROM.second;
      }
      const cell = i * width + j;
      steps[cell] = step;
      if (score > best) [best, end] = [score, cell];
      diagonal = above[j]!;
      above[j] = left = score;
    }
  }
  return { score: best, pairs: alignedPairs(steps, end, width) };
}

/** Walks back from the end of an alignment. */
function alignedPairs(steps: Uint8Array, end: number, width: number): [number, number][] {
  const pairs: [number, number][] = [];
  let cell = end;
  while ((steps[cell]! & 3) !== FROM.nowhere) {
    const from = steps[cell]! & 3;
    if (from === FROM.both) {
      pairs.push([Math.floor(cell / width) - 1, (cell % width) - 1]);
      cell -= width + 1;
      continue;
    }
    const [back, extendsGap] = from === FROM.first ? [width, EXTENDS_FIRST] : [1, EXTENDS_SECOND];
    let isLonger: boolean;
    do {
      isLonger = (steps[cell]! & extendsGap) !== 0;
      cell -= back;
    } while (isLonger);
  }
  return pairs;
}
