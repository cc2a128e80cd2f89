import { GAP, type Alignment } from './alignment.js';

/** Letters that may be compared for one alignment: about a second on one core. */
const WORK = 1e10;
/** What beginning with a pair of rows costs, in letters. */
const PAIR_COST = 100;
/** Rows whose relatives are counted at least, however much work that is. */
const MIN_SAMPLED = 200;

/** How many sequences of their own an alignment amounts to. */
export interface EffectiveNumber {
  /** Sum over rows of 1 / (rows that are at least 80 % identical to it, itself included). */
  readonly value: number;
  /** Rows whose relatives were counted; fewer than all rows make `value` an estimate. */
  readonly numSampled: number;
}

/**
 * Number of effective sequences (Neff) at 80 % identity, counted over the columns in which either row has a residue.
 *
 * Exact up to 5,000 rows of 300 columns. For larger alignments the relatives of rows at even distances are counted
 * among all rows, at least of 200, and their mean weight is multiplied by the number of rows.
 *
 * @param alignment its rows as they are, duplicates included
 * @param work letters that may be compared; the more, the more rows are sampled
 * @source Jumper et al. 2021, figure 5a: weights by 80 % identity "on the region that is non-gap in either sequence"
 */
export function effectiveNumber(alignment: Alignment, work = WORK): EffectiveNumber {
  const { numRows, numColumns } = alignment;
  const affordable = Math.floor(work / (numRows * (numColumns + PAIR_COST)));
  const numSampled = Math.min(numRows, Math.max(MIN_SAMPLED, affordable));
  const packed = packRows(alignment);
  let weights = 0;
  for (let sample = 0; sample < numSampled; sample++)
    weights += 1 / countRelatives(packed, Math.floor((sample * numRows) / numSampled));
  return { value: (weights * numRows) / numSampled, numSampled };
}

/** Rows with four letters in each word, so that four are compared at a time. */
interface PackedRows {
  readonly numRows: number;
  readonly wordsPerRow: number;
  /** `[R, wordsPerRow]`; the last word of a row is filled up with gaps. */
  readonly words: Int32Array;
  /** `[R]` residues of each row. */
  readonly numResidues: Int32Array;
}

function packRows({ numRows, numColumns, letters }: Alignment): PackedRows {
  const wordsPerRow = Math.ceil(numColumns / 4);
  const bytes = new Uint8Array(numRows * wordsPerRow * 4).fill(GAP);
  const numResidues = new Int32Array(numRows);
  for (let row = 0; row < numRows; row++) {
    const source = letters.subarray(row * numColumns, (row + 1) * numColumns);
    bytes.set(source, row * wordsPerRow * 4);
    for (const letter of source) if (letter !== GAP) numResidues[row]!++;
  }
  return { numRows, wordsPerRow, words: new Int32Array(bytes.buffer), numResidues };
}

/** Rows that are at least 80 % identical to one, itself included. */
function countRelatives(rows: PackedRows, row: number): number {
  let relatives = 1;
  for (let other = 0; other < rows.numRows; other++)
    if (other !== row && areRelatives(rows, row, other)) relatives++;
  return relatives;
}

const ALL_GAPS = 0x01010101 * GAP;
const SEVEN_BITS = 0x7f7f7f7f;

/** How many bytes of a word are not 0. */
function nonZeroBytes(word: number): number {
  const high = ((word & SEVEN_BITS) + SEVEN_BITS) | word;
  return Math.imul((high >>> 7) & 0x01010101, 0x01010101) >>> 24;
}

/**
 * Of two rows with a and b residues, i of them identical and d columns different, either has a residue in i + d
 * columns, so identity is i / (i + d). As 2i + d <= a + b, more than (a + b) / 9 differences are too many for 80 %.
 */
function areRelatives(rows: PackedRows, one: number, other: number): boolean {
  const { words, wordsPerRow, numResidues } = rows;
  const [a, b] = [numResidues[one]!, numResidues[other]!];
  if (9 * Math.abs(a - b) > a + b) return false;
  const [start, otherStart] = [one * wordsPerRow, other * wordsPerRow];
  let different = 0;
  for (let word = 0; word < wordsPerRow; word++) {
    const difference = words[start + word]! ^ words[otherStart + word]!;
    if (difference === 0) continue;
    different += nonZeroBytes(difference);
    if (9 * different > a + b) return false;
  }
  let either = 0;
  for (let word = 0; word < wordsPerRow; word++)
    either += nonZeroBytes(
      (words[start + word]! ^ ALL_GAPS) | (words[otherStart + word]! ^ ALL_GAPS),
    );
  return 5 * (either - different) >= 4 * either;
}
