/** @file Pairs of real chains to compare, of five kinds. */
import { aatypeOf } from '#sequence/amino-acids';
import { alignSequences } from '#sequence/pairwise-alignment';
import type { ResidueAtoms } from '#structure/residues/residue-atoms';
import {
  chainAtoms,
  expandNumbering,
  type ChainRecord,
  type Dataset,
} from '#training/data/dataset';
import { Random } from '#training/data/random';

/** A chain as it is written to a file. */
export interface WrittenChain {
  readonly residues: ResidueAtoms;
  readonly numbers: ArrayLike<number>;
}

/** Two chains to compare. */
export interface ChainPair {
  readonly kind: PairKind;
  /** Ids in the data set. */
  readonly name: string;
  /** What is compared. */
  readonly structure: WrittenChain;
  readonly reference: WrittenChain;
  /** The structure under numbers that agree with the reference's, for programs that go by numbers. */
  readonly numbered: WrittenChain;
  /** A chain that has nothing to do with them and stands before the reference in its file. */
  readonly bystander?: WrittenChain;
}

export const PAIR_KINDS = {
  numbered: 'the same protein twice, numbered alike',
  loop: 'the same protein, a loop cut out of one and numbers from 1 on',
  chains: 'the same, the reference the second chain of its file',
  relatives: 'relatives of 30 to 90% identity',
  strangers: 'chains of different clusters',
} as const;

export type PairKind = keyof typeof PAIR_KINDS;

const SAME = 0.9;
const FEWEST_SHARED = 30;

function written(dataset: Dataset, record: ChainRecord): WrittenChain {
  return { residues: chainAtoms(dataset, record), numbers: expandNumbering(record.numbering) };
}

/** A chain without the residues from `first` on. */
function without({ residues, numbers }: WrittenChain, first: number, count: number): WrittenChain {
  const isKept = (i: number, width: number): boolean =>
    Math.floor(i / width) < first || Math.floor(i / width) >= first + count;
  const pick = (values: ArrayLike<number>, width = 1): number[] =>
    Array.from(values).filter((_, i) => isKept(i, width));
  return {
    residues: {
      aatype: pick(residues.aatype),
      atom14: pick(residues.atom14, 42),
      atom14Mask: pick(residues.atom14Mask, 14),
      chainIndex: pick(residues.chainIndex),
      residueIndex: pick(residues.residueIndex),
    },
    numbers: pick(numbers),
  };
}

const fromOne = ({ residues, numbers }: WrittenChain): WrittenChain => ({
  residues,
  numbers: Array.from(numbers, (_, i) => i + 1),
});

/** Share of equal residues among those of the same number; 0 where a number names two residues or few are shared. */
function agreement(a: ChainRecord, b: ChainRecord): number {
  const [first, second] = [a, b].map(({ numbering, sequence }) => {
    const numbers = Array.from(expandNumbering(numbering));
    return { numbers, letters: new Map(numbers.map((number, i) => [number, sequence[i]])) };
  });
  if ([first!, second!].some(({ numbers, letters }) => letters.size < numbers.length)) return 0;
  const shared = first!.numbers.filter((number) => second!.letters.has(number));
  if (shared.length < FEWEST_SHARED) return 0;
  const equal = shared.filter((n) => first!.letters.get(n) === second!.letters.get(n));
  return equal.length / shared.length;
}

function identity(a: ChainRecord, b: ChainRecord): number {
  const { pairs } = alignSequences(aatypeOf(a.sequence), aatypeOf(b.sequence), { scope: 'whole' });
  return pairs.filter(([i, j]) => a.sequence[i] === b.sequence[j]).length / pairs.length;
}

function makePair(
  dataset: Dataset,
  kind: PairKind,
  [first, second, third]: readonly [ChainRecord, ChainRecord, ChainRecord],
  random: Random,
): ChainPair | undefined {
  const [structure, reference] = [written(dataset, first), written(dataset, second)];
  const pair = { kind, name: `${first.id}/${second.id}`, reference };
  if (kind === 'strangers' || kind === 'relatives') {
    if (kind === 'relatives' && identity(first, second) >= SAME) return undefined;
    return { ...pair, structure: fromOne(structure), numbered: fromOne(structure) };
  }
  if (agreement(first, second) < SAME) return undefined;
  if (kind === 'numbered') return { ...pair, structure, numbered: structure };
  const size = 5 + random.below(16);
  const numbered = without(structure, 5 + random.below(first.length - size - 10), size);
  const cut = { ...pair, structure: fromOne(numbered), numbered };
  return kind === 'loop' ? cut : { ...cut, bystander: written(dataset, third) };
}

/**
 * Draws pairs of chains with all atoms, as many of each kind.
 *
 * @param count of all pairs together
 */
export function drawPairs(dataset: Dataset, count: number, seed: number): ChainPair[] {
  const random = new Random(seed);
  const clusters = new Map<string, ChainRecord[]>();
  for (const record of dataset.chains) {
    if (record.kind !== 'all-atom') continue;
    clusters.set(record.cluster, [...(clusters.get(record.cluster) ?? []), record]);
  }
  const all = [...clusters.values()];
  const families = all.filter((cluster) => cluster.length > 1);
  const kinds = Object.keys(PAIR_KINDS) as PairKind[];
  const pairs: ChainPair[] = [];
  while (pairs.length < count) {
    const kind = kinds[pairs.length % kinds.length]!;
    const family = random.pick(families);
    const [first, other, third] = [family, family, random.pick(all)].map((from) =>
      random.pick(from),
    ) as [ChainRecord, ChainRecord, ChainRecord];
    const second = kind === 'strangers' ? third : other;
    if (first.cluster === third.cluster || first === second) continue;
    const pair = makePair(dataset, kind, [first, second, third], random);
    if (pair) pairs.push(pair);
  }
  return pairs;
}
