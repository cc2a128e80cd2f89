const [MATCH, MISMATCH, GAP] = [2, -1, -1.5];
/** Cells of the score table; beyond it sequences are matched residue by residue. 25 M cells are 125 MB. */
const MOST_CELLS = 25_000_000;

/** Residues of two sequences that stand for each other. */
export type Pairs = readonly (readonly [number, number])[];

/**
 * Global alignment of two sequences, ends free.
 *
 * @returns index pairs of aligned residues, in order, gaps left out
 * @source Needleman & Wunsch 1970, doi:10.1016/0022-2836(70)90057-4
 */
export function alignSequences(a: string, b: string): Pairs {
  if (a === b || a.length * b.length > MOST_CELLS)
    return Array.from({ length: Math.min(a.length, b.length) }, (_, i) => [i, i] as const);
  const width = b.length + 1;
  const scores = new Float32Array((a.length + 1) * width);
  const moves = new Uint8Array(scores.length); // 0 both, 1 a alone, 2 b alone
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const at = i * width + j;
      const both = scores[at - width - 1]! + (a[i - 1] === b[j - 1] ? MATCH : MISMATCH);
      const aAlone = scores[at - width]! + (j === b.length ? 0 : GAP);
      const bAlone = scores[at - 1]! + (i === a.length ? 0 : GAP);
      const best = Math.max(both, aAlone, bAlone);
      scores[at] = best;
      moves[at] = best === both ? 0 : best === aAlone ? 1 : 2;
    }
  const pairs: [number, number][] = [];
  let [i, j] = [a.length, b.length];
  while (i > 0 && j > 0) {
    const move = moves[i * width + j]!;
    if (move === 0) pairs.push([i - 1, j - 1]);
    if (move !== 2) i--;
    if (move !== 1) j--;
  }
  return pairs.reverse();
}
