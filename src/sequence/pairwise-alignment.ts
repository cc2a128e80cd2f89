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

/** Writes to `row` `[M]` what place `first` of the first chain scores with each place of the second. */
export type ScoreRow = (first: number, row: Float64Array) => void;

/** What an alignment maximises. */
export interface AlignmentGoal {
  /** Length of the first and of the second chain. */
  readonly lengths: readonly [number, number];
  readonly scoreRow: ScoreRow;
  /** What a gap costs once, and for each place in it. */
  readonly gap: GapCost;
  /**
   * `whole`: from an end of a chain, or a break, to another, beyond which nothing costs; `local`: the part that is most
   * alike.
   */
  readonly scope: 'whole' | 'local';
  /** Where places are known to be missing; nowhere if absent. */
  readonly breaks?: Breaks;
}

/** What a gap costs. */
export interface GapCost {
  readonly open: number;
  readonly extend: number;
}

/** Where places of two chains are missing: a gap there explains itself, and a pair that leaps over one does not. */
export interface Breaks {
  /** `[N]` and `[M]` 1 where places are missing behind a place. */
  readonly after: readonly [Uint8Array, Uint8Array];
  /** What a gap costs, in place of `open`, where the chain without the skipped places is broken. */
  readonly open: number;
}

/** Half bits, as in BLASTP. */
export const BLAST_GAP = { open: 11, extend: 1 };
/** Cells of the table beyond which an alignment is refused: two chains of 20,000 residues, 400 MB. */
const MOST_CELLS = 400_000_000;

/** How an alignment can end in a cell: with a pair, or with a place of one chain alone. Two bits of a step. */
const END = { nowhere: 0, pair: 1, first: 2, second: 3 } as const;
/** Further bits: the gap of one chain is longer than one place; what came before the pair, two bits. */
const EXTENDS_FIRST = 4;
const EXTENDS_SECOND = 8;
const BEFORE_PAIR = 4;

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

/**
 * Writes to `steps` `[N + 1, M + 1]` where each cell comes from; finds the best score and the cell it ends in. In a cell,
 * `pair` is the best score that ends with its pair, `down` with a place of the first chain alone, `right` with one of
 * the second.
 */
function fillTable({ lengths, scoreRow, gap, scope, breaks }: AlignmentGoal, steps: Uint8Array) {
  const [numRows, numColumns] = lengths;
  const isLocal = scope === 'local';
  const row = new Float64Array(numColumns);
  const pairAbove = new Float64Array(numColumns + 1).fill(-Infinity);
  const gapAbove = new Float64Array(numColumns + 1); // 0 at the borders, where an alignment may begin
  const gapEndAbove = new Uint8Array(numColumns + 1);
  const down = new Float64Array(numColumns + 1).fill(-Infinity);
  let [best, end] = [0, 0];
  for (let i = 1; i <= numRows; i++) {
    scoreRow(i - 1, row);
    const isBroken = breaks?.after[0][i - 2] === 1;
    const isBrokenAfter = breaks?.after[0][i - 1] === 1;
    const openRight = isBrokenAfter ? breaks.open : gap.open;
    let pairDiagonal = -Infinity;
    let gapDiagonal = 0;
    let endDiagonal: number = END.nowhere;
    let bestLeft = 0;
    let right = -Infinity;
    for (let j = 1, cell = i * (numColumns + 1) + 1; j <= numColumns; j++, cell++) {
      const isOtherBrokenAfter = breaks?.after[1][j - 1] === 1;
      const openDown = isOtherBrokenAfter ? breaks.open : gap.open;
      const opensDown = Math.max(pairAbove[j]!, gapAbove[j]!) - openDown;
      const opensRight = bestLeft - openRight;
      let step = down[j]! > opensDown ? EXTENDS_FIRST : 0;
      if (right > opensRight) step |= EXTENDS_SECOND;
      down[j] = Math.max(down[j]!, opensDown) - gap.extend;
      right = Math.max(right, opensRight) - gap.extend;
      const isOtherBroken = breaks?.after[1][j - 2] === 1;
      const leaps = isBroken !== isOtherBroken;
      const goesOn = leaps ? pairDiagonal - gap.open : pairDiagonal;
      let before = goesOn >= gapDiagonal ? END.pair : endDiagonal;
      let pair = Math.max(goesOn, gapDiagonal);
      if ((isLocal || isBroken || isOtherBroken) && pair <= 0) {
        before = END.nowhere;
        pair = 0;
      }
      pair += row[j - 1]!;
      const gapHere = Math.max(right, down[j]!);
      const gapEnd = right > down[j]! ? END.second : END.first;
      steps[cell] = step | (before << BEFORE_PAIR) | (pair >= gapHere ? END.pair : gapEnd);
      bestLeft = Math.max(pair, gapHere);
      const isChainEnd = i === numRows || j === numColumns;
      if (bestLeft > best && (isLocal || isBrokenAfter || isOtherBrokenAfter || isChainEnd)) {
        best = bestLeft;
        end = cell;
      }
      pairDiagonal = pairAbove[j]!;
      gapDiagonal = gapAbove[j]!;
      endDiagonal = gapEndAbove[j]!;
      pairAbove[j] = pair;
      gapAbove[j] = gapHere;
      gapEndAbove[j] = gapEnd;
    }
  }
  return { score: best, end };
}

/** Walks back from the end of an alignment. */
function pairsUpTo(last: number, steps: Uint8Array, width: number): AlignedPairs {
  const pairs: [number, number][] = [];
  let cell = last;
  let end = steps[cell]! & 3;
  while (end !== END.nowhere) {
    if (end === END.pair) {
      pairs.push([Math.floor(cell / width) - 1, (cell % width) - 1]);
      end = steps[cell]! >> BEFORE_PAIR;
      cell -= width + 1;
      continue;
    }
    const [back, extendsGap] = end === END.first ? [width, EXTENDS_FIRST] : [1, EXTENDS_SECOND];
    let isLonger: boolean;
    do {
      isLonger = (steps[cell]! & extendsGap) !== 0;
      cell -= back;
    } while (isLonger);
    end = steps[cell]! & 3;
  }
  return pairs.reverse();
}

/** How two sequences are aligned. */
export interface SequenceAlignmentOptions extends Pick<AlignmentGoal, 'scope' | 'breaks'> {
  /** Half bits; those of BLASTP if absent. */
  readonly gap?: GapCost;
  /** Adds to a row of scores what else speaks for its pairs, in half bits. */
  readonly prefer?: ScoreRow;
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
  { gap = BLAST_GAP, prefer, ...goal }: SequenceAlignmentOptions,
): PairwiseAlignment {
  return align({
    lengths: [first.length, second.length],
    scoreRow: (i, row) => {
      const scores = BLOSUM62[first[i]!]!;
      for (let j = 0; j < row.length; j++) row[j] = scores[second[j]!]!;
      prefer?.(i, row);
    },
    gap,
    ...goal,
  });
}
