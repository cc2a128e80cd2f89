/** A residue as seen in the coordinates. */
interface SeenResidue {
  readonly name: string;
  readonly number: number;
}

/** Cells of each alignment table, 4 bytes each; for longer chains (4,000 residues) the numbering alone must do. */
const MAX_TABLE_CELLS = 16_000_000;
/** A residue that finds a place is worth more than a run that is kept. */
const PLACE_SCORE = 2;
const RUN_SCORE = 1;

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

/** Longest common subsequence, with a little more for consecutive numbers at consecutive places. */
function alignToSequence(
  seen: readonly SeenResidue[],
  sequence: readonly string[],
): (number | null)[] {
  const width = sequence.length + 1;
  // At [i * width + j]: the best score of seen[i..] within sequence[j..], and the best with seen[i] placed at j.
  const best = new Int32Array((seen.length + 1) * width);
  const placed = new Int32Array((seen.length + 1) * width);
  const continues = seen.map(({ number }, i) => seen[i + 1]?.number === number + 1);
  for (let i = seen.length - 1; i >= 0; i--) {
    for (let j = sequence.length - 1; j >= 0; j--) {
      const here = i * width + j;
      const next = here + width + 1;
      if (seen[i]!.name === sequence[j]) {
        const run = continues[i] && placed[next]! > 0 ? placed[next]! + RUN_SCORE : 0;
        placed[here] = PLACE_SCORE + Math.max(best[next]!, run);
      }
      best[here] = Math.max(placed[here]!, best[here + 1]!, best[here + width]!);
    }
  }
  const places: (number | null)[] = seen.map(() => null);
  let j = 0;
  let inRun = false;
  for (let i = 0; i < seen.length; i++) {
    const row = i * width;
    if (!inRun) while (j < sequence.length && best[row + j] === best[row + j + 1]) j++;
    const score = placed[row + j]!;
    if (score === 0 || (!inRun && score < best[row + j]!)) continue;
    inRun = score > PLACE_SCORE + best[row + width + j + 1]!;
    places[i] = ++j;
  }
  return places;
}
