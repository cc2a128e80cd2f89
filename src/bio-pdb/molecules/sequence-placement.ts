import { standardName } from './components.js';

/** A residue as seen in the coordinates. */
interface SeenResidue {
  readonly name: string;
  readonly number: number;
}

/** Where each residue stands in the sequence: 1-based, rising; null where it has no place. */
type Places = readonly (number | null)[];

/**
 * Comparisons of two residues for all chains of a file together, half a second's worth. Files of the size and with the
 * gaps that experiments leave need a hundredth; only what is built to be hard needs more.
 */
const MAX_COMPARISONS = 50_000_000;
/** Cells of one alignment table, 4 bytes each: chains of 4,000 residues. */
const MAX_TABLE_CELLS = 16_000_000;
/** A residue that finds a place is worth more than a run that is kept. */
const PLACE_SCORE = 2;
const RUN_SCORE = 1;

/** Rising 1-based places of each name in a sequence. */
type PlacesByName = ReadonlyMap<string, readonly number[]>;

/** A sequence with what is worked out for it once. */
interface Whole {
  readonly names: readonly string[];
  index: PlacesByName | undefined;
  /** The last chain placed in it: the models of an ensemble differ in coordinates only. */
  last: { readonly residues: readonly SeenResidue[]; readonly places: Places } | undefined;
}

/** Places the residues of chains in their whole sequences, some of which the experiment may not have seen. */
export class SequencePlacement {
  /** How many comparisons of two residues were made so far. */
  comparisons = 0;
  private readonly wholes = new WeakMap<readonly string[], Whole>();

  /**
   * Places one chain. Tried in turn: nothing is missing; residue numbers count through the sequence from some start
   * (the one nearest to 1 first); the longest common subsequence, preferring not to break runs of consecutive numbers;
   * and where that is too much work, the next residue of the same name. Names of force fields count as the standard
   * ones.
   *
   * @param seen residues in chain order
   * @param sequence residue names of the whole polymer
   * @returns 1-based index into `sequence` for each of `seen`, rising; null where a residue has no place
   */
  place(seen: readonly SeenResidue[], sequence: readonly string[]): Places {
    const residues = seen.map(({ name, number }) => ({ name: standardName(name), number }));
    this.comparisons += seen.length;
    const whole = this.whole(sequence);
    const { last } = whole;
    if (last && areEqual(last.residues, residues)) return last.places;
    const places = this.find(residues, whole);
    whole.last = { residues, places };
    return places;
  }

  private find(residues: readonly SeenResidue[], whole: Whole): Places {
    const { names } = whole;
    if (residues.length === names.length && residues.every(({ name }, i) => name === names[i])) {
      return residues.map((_, i) => i + 1);
    }
    const offset = this.numberingOffset(residues, names);
    if (offset !== null) return residues.map(({ number }) => number + offset);
    const cells = residues.length * names.length;
    if (cells > MAX_TABLE_CELLS || this.comparisons + cells > MAX_COMPARISONS) {
      return placeGreedily(residues, (whole.index ??= placesByName(names)));
    }
    this.comparisons += cells;
    return alignToSequence(residues, names);
  }

  private whole(sequence: readonly string[]): Whole {
    let whole = this.wholes.get(sequence);
    if (whole === undefined) {
      whole = { names: sequence.map(standardName), index: undefined, last: undefined };
      this.wholes.set(sequence, whole);
    }
    return whole;
  }

  private numberingOffset(
    seen: readonly SeenResidue[],
    sequence: readonly string[],
  ): number | null {
    const rising = seen.every(({ number }, i) => i === 0 || number > seen[i - 1]!.number);
    if (seen.length === 0 || !rising) return null;
    const lowest = 1 - seen[0]!.number;
    const highest = sequence.length - seen.at(-1)!.number;
    for (const offset of nearestFirst(lowest, highest)) {
      if (this.comparisons > MAX_COMPARISONS) return null;
      const other = seen.findIndex(({ name, number }) => sequence[number + offset - 1] !== name);
      if (other < 0) return offset;
      this.comparisons += other + 1;
    }
    return null;
  }
}

function areEqual(one: readonly SeenResidue[], other: readonly SeenResidue[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ name, number }, i) => name === other[i]!.name && number === other[i]!.number)
  );
}

function placesByName(names: readonly string[]): PlacesByName {
  const index = new Map<string, number[]>();
  names.forEach((name, i) => {
    const places = index.get(name);
    if (places) places.push(i + 1);
    else index.set(name, [i + 1]);
  });
  return index;
}

/** Whole numbers from `lowest` to `highest` in the order of their distance from 0, the negative of equals first. */
function* nearestFirst(lowest: number, highest: number): Generator<number> {
  const start = Math.min(Math.max(0, lowest), highest);
  if (start < lowest) return;
  yield start;
  for (let step = 1; start - step >= lowest || start + step <= highest; step++) {
    if (start - step >= lowest) yield start - step;
    if (start + step <= highest) yield start + step;
  }
}

/** Each residue at the next place of its name. */
function placeGreedily(seen: readonly SeenResidue[], index: PlacesByName): Places {
  let last = 0;
  return seen.map(({ name }) => {
    const place = firstBeyond(index.get(name) ?? [], last);
    if (place === undefined) return null;
    return (last = place);
  });
}

/** The first of rising numbers that is greater than the limit. */
function firstBeyond(numbers: readonly number[], limit: number): number | undefined {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! > limit) high = middle;
    else low = middle + 1;
  }
  return numbers[low];
}

/** Longest common subsequence, with a little more for consecutive numbers at consecutive places. */
function alignToSequence(seen: readonly SeenResidue[], sequence: readonly string[]): Places {
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
