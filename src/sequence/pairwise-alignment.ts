import { FoldError } from '#errors';
import { BLOSUM62 } from './blosum62.generated.js';

/** Places in the first and in the second sequence that stand for each other, both rising from pair to pair. */
export type AlignedPairs = readonly (readonly [number, number])[];

/** The best alignment of two chains. */
export interface PairwiseAlignment {
  /** What the pairs score together, less the gaps between them. */
  readonly score: number;
  readonly pairs: AlignedPairs;
}

/** What an alignment maximises. */
export interface AlignmentGoal {
  /** Length of the first and of the second chain. */
  readonly lengths: readonly [number, number];
  /** Writes to `row` `[M]` what place `first` of the first chain scores with each place of the second. */
  readonly scoreRow: (first: number, row: Float64Array) => void;
  /** What a gap costs once, and for each place in it. */
  readonly gap: { readonly open: number; readonly extend: number };
  /** `whole`: from end to end, though unpaired ends cost nothing; `local`: the part that is most alike. */
  readonly scope: 'whole' | 'local';
}

/** Half bits, as in BLASTP. */
const BLAST_GAP = { open: 11, extend: 1 };
/** Cells of the table beyond which an alignment is refused: two chains of 20,000 residues, 400 MB. */
const MOST_CELLS = 400_000_000;

/** Where the best alignment that ends in a cell comes from. */
const FROM = { nowhere: 0, both: 1, first: 2, second: 3 } as const;
const EXTENDS_FIRST = 4;
const EXTENDS_SECOND = 8;

/**
 * Aligns two chains by any score of their places and by affine gaps.
 *
 * @param goal what to maximise
 * @returns the alignment; of equally good ones, that with its gaps furthest left
 * @throws FoldError `SEQUENCE_TOO_LONG` where the table would not fit into memory
 * @source Needleman & Wunsch 1970 and Smith & Waterman 1981; Gotoh 1982 for the gaps
 */
export function align(goal: AlignmentGoal): PairwiseAlignment {
  const [numRows, numColumns] = goal.lengths;
  const width = numColumns + 1;
  if ((numRows + 1) * width > MOST_CELLS)
    throw new FoldError(
      'SEQUENCE_TOO_LONG',
      `cannot align chains of ${numRows} and ${numColumns} residues: too long`,
      { hint: 'align parts of them' },
    );
  const steps = new Uint8Array((numRows + 1) * width);
  const { score, end } = fillTable(goal, steps);
  return { score, pairs: pairsUpTo(end, steps, width) };
}

/** Writes to `steps` `[N + 1, M + 1]` where each cell comes from; finds the best score and the cell it ends in. */
function fillTable({ lengths, scoreRow, gap, scope }: AlignmentGoal, steps: Uint8Array) {
  const [numRows, numColumns] = lengths;
  const floor = scope === 'local' ? 0 : -Infinity;
  const row = new Float64Array(numColumns);
  const above = new Float64Array(numColumns + 1);
  const gapInSecond = new Float64Array(numColumns + 1).fill(-Infinity);
  let [best, end] = [0, 0];
  for (let i = 1; i <= numRows; i++) {
    scoreRow(i - 1, row);
    let [diagonal, left, gapInFirst] = [0, 0, -Infinity];
    const start = i * (numColumns + 1);
    for (let j = 1; j <= numColumns; j++) {
      const openSecond = above[j]! - gap.open;
      let down = gapInSecond[j]!;
      let step = 0;
      if (down > openSecond) step = EXTENDS_FIRST;
      else down = openSecond;
      gapInSecond[j] = down -= gap.extend;
      const openFirst = left - gap.open;
      if (gapInFirst > openFirst) step |= EXTENDS_SECOND;
      else gapInFirst = openFirst;
      gapInFirst -= gap.extend;
      let score = diagonal + row[j - 1]!;
      let from: number = FROM.both;
      if (down > score) [score, from] = [down, FROM.first];
      if (gapInFirst > score) [score, from] = [gapInFirst, FROM.second];
      if (score > floor) step |= from;
      else score = floor;
      steps[start + j] = step;
      const isEnd = scope === 'local' || i === numRows || j === numColumns;
      if (isEnd && score > best) [best, end] = [score, start + j];
      diagonal = above[j]!;
      above[j] = left = score;
    }
  }
  return { score: best, end };
}

/** Walks back from the end of an alignment. */
function pairsUpTo(end: number, steps: Uint8Array, width: number): AlignedPairs {
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
  return pairs.reverse();
}

/** How two sequences are aligned. */
export interface SequenceAlignmentOptions extends Pick<AlignmentGoal, 'scope'> {
  /** Half bits; those of BLASTP if absent. */
  readonly gap?: AlignmentGoal['gap'];
  /** Adds to a row of scores what else speaks for its pairs: less than one in sum, it decides between equal alignments. */
  readonly prefer?: AlignmentGoal['scoreRow'];
}

/**
 * Aligns two sequences by BLOSUM62 and affine gaps, in half bits.
 *
 * @param first `[N]` residue types 0-20
 * @param second `[M]` residue types 0-20
 * @throws FoldError `SEQUENCE_TOO_LONG`
 */
export function alignSequences(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  { scope, gap = BLAST_GAP, prefer }: SequenceAlignmentOptions,
): PairwiseAlignment {
  return align({
    lengths: [first.length, second.length],
    scoreRow: (i, row) => {
      const scores = BLOSUM62[first[i]!]!;
      for (let j = 0; j < row.length; j++) row[j] = scores[second[j]!]!;
      prefer?.(i, row);
    },
    gap,
    scope,
  });
}
