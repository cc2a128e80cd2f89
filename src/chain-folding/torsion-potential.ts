import { NUM_TORSION_BINS } from '#layers/heads/local-structure';
import { binProbabilities } from './bin-probabilities.js';

const NUM_CELLS = NUM_TORSION_BINS ** 2;
/** Energy of a unit of log-probability, against that of pairs and of what repels. */
const WEIGHT = 0.7;
/** Keeps the logarithm of improbable torsions finite. */
const LEAST_PROBABILITY = 1e-4;

/** Energy of each residue's phi and psi at the middles of the bins: `[N, 18, 18]`. */
export type TorsionPotential = Float64Array;

/**
 * The less likely a residue's phi and psi, the higher their energy. What is forbidden to a residue is there too, as the
 * head has never seen it.
 *
 * @param logits `[N, 324]` of the grid of phi (rows) and psi (columns)
 */
export function torsionPotential(logits: ArrayLike<number>): TorsionPotential {
  const energies = new Float64Array(logits.length);
  const probabilities = new Float64Array(NUM_CELLS);
  for (let residue = 0; residue < logits.length / NUM_CELLS; residue++) {
    binProbabilities(logits, residue, probabilities);
    for (const [cell, probability] of probabilities.entries()) {
      energies[residue * NUM_CELLS + cell] = -WEIGHT * Math.log(probability + LEAST_PROBABILITY);
    }
  }
  return energies;
}

/** Bins on both sides of an angle, and how far it lies from the middle of the first to that of the second. */
function between(angle: number): [first: number, second: number, share: number] {
  const turn = angle / (2 * Math.PI) + 0.5 - 0.5 / NUM_TORSION_BINS;
  const position = (turn - Math.floor(turn)) * NUM_TORSION_BINS;
  const first = Math.floor(position) % NUM_TORSION_BINS;
  return [first, (first + 1) % NUM_TORSION_BINS, position - Math.floor(position)];
}

const BINS_PER_RADIAN = NUM_TORSION_BINS / (2 * Math.PI);

/**
 * Adds the energy of all torsions, linear between the middles of bins.
 *
 * @param angles `[N, 2]` phi and psi, radians
 * @param byAngles `[N, 2]` derivative, added to
 * @param share of the full weight
 */
export function addTorsionEnergy(
  potential: TorsionPotential,
  angles: Float64Array,
  byAngles: Float64Array,
  share = 1,
): number {
  let total = 0;
  for (let i = 0; i < angles.length / 2; i++) {
    const [row, nextRow, down] = between(angles[2 * i]!);
    const [column, nextColumn, right] = between(angles[2 * i + 1]!);
    const at = (r: number, c: number) => potential[i * NUM_CELLS + r * NUM_TORSION_BINS + c]!;
    const [a, b] = [at(row, column), at(row, nextColumn)];
    const [c, d] = [at(nextRow, column), at(nextRow, nextColumn)];
    const [here, below] = [a + right * (b - a), c + right * (d - c)];
    total += share * (here + down * (below - here));
    byAngles[2 * i]! += share * BINS_PER_RADIAN * (below - here);
    byAngles[2 * i + 1]! += share * BINS_PER_RADIAN * (b - a + down * (d - c - (b - a)));
  }
  return total;
}

/** Phi and psi of strands in sheets, radians. */
const STRAND = { phi: -2.0, psi: 2.36 };

/**
 * Adds what turns residues of strands to where sheets have them.
 *
 * @param residues of strands; counted as often as they are named
 * @param angles `[N, 2]` phi and psi, radians
 * @param byAngles `[N, 2]` derivative, added to
 * @param strength energy of a quarter turn of one torsion
 */
export function addStrandEnergy(
  residues: readonly number[],
  angles: Float64Array,
  byAngles: Float64Array,
  strength: number,
): number {
  let total = 0;
  for (const i of residues) {
    const [phi, psi] = [angles[2 * i]! - STRAND.phi, angles[2 * i + 1]! - STRAND.psi];
    total += strength * (2 - Math.cos(phi) - Math.cos(psi));
    byAngles[2 * i]! += strength * Math.sin(phi);
    byAngles[2 * i + 1]! += strength * Math.sin(psi);
  }
  return total;
}
