import { atomOffset } from '#structure/backbone/torsion-chain';
import { CA_SLOT } from '#structure/residues/atoms';
import { separation } from './atom-pair.js';
import { bondLength, canBond, NO_LENGTH, type HydrogenBond } from './hydrogen-bonds.js';
import type { Spring } from './springs.js';
import type { Ladder } from './strand-ladders.js';

/** What holds two strands together. */
export interface LadderBonds {
  readonly ladder: Ladder;
  readonly bonds: readonly HydrogenBond[];
  /** Between the CA atoms of each pair. */
  readonly springs: readonly Spring[];
}

/** Å between CA atoms of a pair: antiparallel with and without hydrogen bonds, and parallel. */
const CA_LENGTHS = { bonded: 5.4, unbonded: 4.5, parallel: 4.8 };
const CA_STRENGTH = 3;
/** Å² of strain that one more bond is worth. */
const WORTH_OF_BOND = 1;
/** Å² that strain counts for at most: far bonds are nearly alike, but never quite, or rounding would choose among them. */
const MOST_STRAIN = 25;

/**
 * Chooses the hydrogen bonds of ladders. Residues of a strand bond alternately to one side and the other, so there are two
 * ways to bond antiparallel strands and four for parallel ones; the one that strains the chain least is taken, and no N-H
 * or C=O bonds twice.
 *
 * @param ladders the best first; one that finds no free way is left out
 * @param atoms `[N, 5, 3]` of the folded chain, Å
 */
export function sheetBonds(ladders: readonly Ladder[], atoms: Float64Array): LadderBonds[] {
  const numResidues = atoms.length / atomOffset(1, 0);
  const [donors, acceptors] = [new Set<number>(), new Set<number>()];
  return ladders.flatMap((ladder) => {
    const ways = waysToBond(ladder)
      .map(({ bonds, springs }) => ({
        ladder,
        bonds: bonds.filter((bond) => canBond(bond, numResidues)),
        springs,
      }))
      .filter(({ bonds }) => !bonds.some((b) => donors.has(b.donor) || acceptors.has(b.acceptor)));
    if (ways.length === 0) return [];
    const best = ways.reduce((a, b) => (cost(b, atoms) < cost(a, atoms) ? b : a));
    for (const { donor, acceptor } of best.bonds) {
      donors.add(donor);
      acceptors.add(acceptor);
    }
    return best;
  });
}

type Way = Pick<LadderBonds, 'bonds' | 'springs'>;

function waysToBond({ isParallel, pairs }: Ladder): Way[] {
  return [0, 1].flatMap((parity): Way[] => {
    const isTurn = (k: number) => k % 2 === parity;
    const bonded = pairs.filter((_, k) => isTurn(k));
    if (isParallel) {
      const springs = pairs.map((pair) => caSpring(pair, CA_LENGTHS.parallel));
      const around = (i: number, j: number): HydrogenBond[] => [
        { donor: i, acceptor: j - 1 },
        { donor: j + 1, acceptor: i },
      ];
      return [
        { bonds: bonded.flatMap(([i, j]) => around(i, j)), springs },
        { bonds: bonded.flatMap(([i, j]) => around(j, i)), springs },
      ];
    }
    const bonds = bonded.flatMap(([i, j]) => [
      { donor: i, acceptor: j },
      { donor: j, acceptor: i },
    ]);
    const springs = pairs.map((pair, k) =>
      caSpring(pair, isTurn(k) ? CA_LENGTHS.bonded : CA_LENGTHS.unbonded),
    );
    return [{ bonds, springs }];
  });
}

function caSpring([i, j]: readonly [number, number], length: number): Spring {
  return { atoms: [atomOffset(i, CA_SLOT), atomOffset(j, CA_SLOT)], length, strength: CA_STRENGTH };
}

/** Mean strain of a way, less what its bonds are worth. */
function cost({ bonds, springs }: Way, atoms: Float64Array): number {
  const strains = [
    ...bonds.map((bond) => (bondLength(bond, atoms) - NO_LENGTH) ** 2),
    ...springs.map(({ atoms: [a, b], length }) => (separation(atoms, a, b) - length) ** 2),
  ];
  const sum = strains.reduce((total, strain) => total + strain / (1 + strain / MOST_STRAIN), 0);
  return sum / strains.length - WORTH_OF_BOND * bonds.length;
}
