import { atomOffset, CHAIN_ATOMS } from '#structure/backbone/torsion-chain';
import { CA_SLOT } from '#structure/residues/atoms';
import { push, separation } from './atom-pair.js';

/**
 * Distances below which atoms repel, Å: N, CA, C, O and CB against the same. A little more than what hydrogen bonds and
 * the closest packing of real backbones need; between CA atoms as much as neighbouring strands have.
 */
const CONTACT_DISTANCES = [
  [3.0, 3.4, 3.2, 2.8, 3.2],
  [3.4, 4.3, 3.6, 3.1, 3.7],
  [3.2, 3.6, 3.4, 3.0, 3.5],
  [2.8, 3.1, 3.0, 2.9, 3.1],
  [3.2, 3.7, 3.5, 3.1, 3.6],
];
/** Å², `[5, 5]` */
const CONTACT_SQUARES = Float64Array.from(CONTACT_DISTANCES.flat(), (distance) => distance ** 2);
/** Energy per Å² of a small overlap, at full strength. */
const STRENGTH = 0.6;
/** No atoms of two residues touch where their CA lie further apart, Å. */
const FARTHEST_CA = 8;
/** Neighbours in sequence are as close as bonds hold them. */
const LEAST_SEPARATION = 2;

/** Residues whose atoms may touch: i, j, i, j and so on. */
export type NearPairs = readonly number[];

/**
 * Looks for residues near each other.
 *
 * @param atoms `[N, 5, 3]` of a chain, Å
 * @param margin Å that two CA may come nearer before the list must be made again
 */
export function nearPairs(atoms: Float64Array, margin = 0): NearPairs {
  const numResidues = atoms.length / (3 * CHAIN_ATOMS);
  const near: number[] = [];
  for (let i = 0; i < numResidues; i++) {
    for (let j = i + LEAST_SEPARATION; j < numResidues; j++) {
      const apart = separation(atoms, atomOffset(i, CA_SLOT), atomOffset(j, CA_SLOT));
      if (apart < FARTHEST_CA + margin) near.push(i, j);
    }
  }
  return near;
}

/**
 * Adds the repulsion of atoms that come too close: rises with the square of a small overlap, and is level where one atom
 * lies on the other, so that it never depends on rounding which way they part.
 *
 * @param atoms `[N, 5, 3]` of a chain, Å
 * @param byAtoms `[N, 5, 3]` derivative, added to
 * @param share of the full strength
 * @param near pairs among which all are that touch
 */
export function addRepulsion(
  atoms: Float64Array,
  byAtoms: Float64Array,
  share = 1,
  near = nearPairs(atoms),
): number {
  let total = 0;
  for (let k = 0; k < near.length; k += 2) {
    total += repelResidues(atoms, byAtoms, near[k]!, near[k + 1]!, share * STRENGTH);
  }
  return total;
}

function repelResidues(
  atoms: Float64Array,
  byAtoms: Float64Array,
  i: number,
  j: number,
  strength: number,
): number {
  let total = 0;
  for (let first = 0; first < CHAIN_ATOMS; first++) {
    const a = atomOffset(i, first);
    for (let second = 0; second < CHAIN_ATOMS; second++) {
      const b = atomOffset(j, second);
      const x = atoms[a]! - atoms[b]!;
      const y = atoms[a + 1]! - atoms[b + 1]!;
      const z = atoms[a + 2]! - atoms[b + 2]!;
      const contact = CONTACT_SQUARES[CHAIN_ATOMS * first + second]!;
      const overlap = contact - (x * x + y * y + z * z);
      if (overlap <= 0) continue;
      total += (strength * overlap * overlap) / (4 * contact);
      push(atoms, byAtoms, a, b, (-strength * overlap) / contact);
    }
  }
  return total;
}
