import type { Backbone } from '#structure/backbone/backbone';

/** kcal/mol; an N-H and a C=O are bonded below this. */
const BOND_ENERGY = -0.5;
/** kcal/mol; no bond is stronger, and touching atoms count as this. */
const STRONGEST = -9.9;
/** Å; atoms closer than this touch. */
const TOUCHING = 0.5;
/** Å; residues whose CA lie further apart do not bond. */
const FARTHEST_CA = 9;
/** kcal/mol Å: 332 times the partial charges 0.42 e and 0.20 e. */
const COUPLING = 332 * 0.42 * 0.2;

/** The two strongest acceptors of each N-H. */
export interface HydrogenBonds {
  /** `[count, 2]` backbone index of the acceptor; -1 where there is none. */
  readonly acceptor: Int32Array;
  /** `[count, 2]` kcal/mol, ascending; 0 where there is none. */
  readonly energy: Float64Array;
}

function separation(a: Float64Array, i: number, b: Float64Array, j: number): number {
  const x = a[3 * i]! - b[3 * j]!;
  const y = a[3 * i + 1]! - b[3 * j + 1]!;
  const z = a[3 * i + 2]! - b[3 * j + 2]!;
  return Math.sqrt(x * x + y * y + z * z);
}

/** Electrostatic energy of the N-H of `donor` with the C=O of `acceptor`, to three decimals. */
function bondEnergy(backbone: Backbone, donor: number, acceptor: number): number {
  const ho = separation(backbone.h, donor, backbone.o, acceptor);
  const hc = separation(backbone.h, donor, backbone.c, acceptor);
  const nc = separation(backbone.n, donor, backbone.c, acceptor);
  const no = separation(backbone.n, donor, backbone.o, acceptor);
  if (Math.min(ho, hc, nc, no) < TOUCHING) return STRONGEST;
  const energy = COUPLING * (1 / no + 1 / hc - 1 / ho - 1 / nc);
  return Math.max(STRONGEST, Math.round(energy * 1000) / 1000);
}

function keepStrongest(
  bonds: HydrogenBonds,
  donor: number,
  candidate: { acceptor: number; energy: number },
): void {
  const { acceptor, energy } = bonds;
  const [first, second] = [2 * donor, 2 * donor + 1];
  if (candidate.energy < energy[first]!) {
    acceptor[second] = acceptor[first]!;
    energy[second] = energy[first]!;
    acceptor[first] = candidate.acceptor;
    energy[first] = candidate.energy;
  } else if (candidate.energy < energy[second]!) {
    acceptor[second] = candidate.acceptor;
    energy[second] = candidate.energy;
  }
}

/**
 * The hydrogen bonds between backbones.
 *
 * @param backbone with its hydrogens
 * @source Kabsch & Sander 1983, "Dictionary of protein secondary structure"
 */
export function hydrogenBondsOf(backbone: Backbone): HydrogenBonds {
  const { count, ca, canDonate } = backbone;
  const bonds = {
    acceptor: new Int32Array(2 * count).fill(-1),
    energy: new Float64Array(2 * count),
  };
  const consider = (donor: number, acceptor: number): void => {
    if (canDonate[donor] === 0) return;
    const energy = bondEnergy(backbone, donor, acceptor);
    if (energy < 0) keepStrongest(bonds, donor, { acceptor, energy });
  };
  for (let i = 0; i < count; i++)
    for (let j = i + 1; j < count; j++) {
      if (separation(ca, i, ca, j) > FARTHEST_CA) continue;
      consider(i, j);
      if (j !== i + 1) consider(j, i);
    }
  return bonds;
}

/** Whether the N-H of `donor` is bonded to the C=O of `acceptor`. */
export function isBonded(bonds: HydrogenBonds, donor: number, acceptor: number): boolean {
  return [2 * donor, 2 * donor + 1].some(
    (k) => bonds.acceptor[k] === acceptor && bonds.energy[k]! < BOND_ENERGY,
  );
}
