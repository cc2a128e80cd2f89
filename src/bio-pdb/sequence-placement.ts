/** A residue as seen in the coordinates. */
interface SeenResidue {
  readonly name: string;
  readonly number: number;
}

/** Cells of the alignment table; beyond it a chain is so long that its numbering must do. 64 MB. */
const MAX_TABLE_CELLS = 64_000_000;

/**
 * Places the residues of a chain in the chain's whole sequence, some of which the experiment may not have seen.
 * Tried in turn: nothing is missing; residue numbers count through the sequence from some start (the one nearest
 * to 1 first); the longest common subsequence, preferring not to break runs of consecutive numbers.
 *
 * @param seen residues in chain order
 * @param sequence residue names of the whole polymer
 * @returns 1-based index into `sequence` for each of `seen`, rising; null where a residue has no place
 */
export function placeInSequence(
  seen: readonly SeenResidue[],
  sequence: readonly string[],
): (number | null)[] {
  if (seen.length === sequence.length && seen.every(({ name }, i) => name === sequence[i])) {
    return seen.map((_, i) => i + 1);
  }
  const offset = numberingOffset(seen, sequence);
  if (offset !== null) return seen.map(({ number }) => number + offset);
  if (seen.length * sequence.length > MAX_TABLE_CELLS) return seen.map(() => null);
  return alignToSequence(seen, sequence);
}

function numberingOffset(seen: readonly SeenResidue[], sequence: readonly string[]): number | null {
  const rising = seen.every(({ number }, i) => i === 0 || number > seen[i - 1]!.number);
  if (seen.length === 0 || !rising) return null;
  const lowest = 1 - seen[0]!.number;
  const highest = sequence.length - seen.at(-1)!.number;
  const fits = (offset: number) =>
    seen.every(({ name, number }) => sequence[number + offset - 1] === name);
  let best: number | null = null;
  for (let offset = lowest; offset <= highest; offset++) {
    if ((best === null || Math.abs(offset) < Math.abs(best)) && fits(offset)) best = offset;
  }
  return best;
}

/** Longest common subsequence; going down a column costs nothing, so gaps fall where names force them. */
function alignToSequence(
  seen: readonly SeenResidue[],
  sequence: readonly string[],
): (number | null)[] {
  const width = sequence.length + 1;
  // score[i * width + j]: most residues of seen[i..] that find a place in sequence[j..], doubled for a run kept.
  const score = new Int32Array((seen.length + 1) * width);
  for (let i = seen.length - 1; i >= 0; i--) {
    const continues = seen[i + 1]?.number === seen[i]!.number + 1;
    for (let j = sequence.length - 1; j >= 0; j--) {
      const here = i * width + j;
      const skip = Math.max(score[here + 1]!, score[here + width]!);
      const keepsRun = continues && seen[i + 1]!.name === sequence[j + 1];
      const matches = seen[i]!.name === sequence[j];
      score[here] = matches ? Math.max(skip, score[here + width + 1]! + (keepsRun ? 3 : 2)) : skip;
    }
  }
  const places: (number | null)[] = seen.map(() => null);
  let j = 0;
  for (let i = 0; i < seen.length; i++) {
    const row = i * width;
    while (j < sequence.length && score[row + j] === score[row + j + 1]) j++;
    if (j < sequence.length && score[row + j]! > score[row + width + j]!) places[i] = ++j;
  }
  return places;
}
