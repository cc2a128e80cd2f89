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

const BINS_PER_RADIAN = NUM_TORSION_BINS / (2 * Math.PI);
const SPAN = [0, 1, 2] as const;

/** The bin of an angle and its neighbours, their weights in a quadratic spline, and how these change by the angle. */
class SplinePlace {
  readonly bins = new Uint8Array(SPAN.length);
  readonly weights = new Float64Array(SPAN.length);
  readonly slopes = new Float64Array(SPAN.length);

  set(angle: number): void {
    const turn = angle / (2 * Math.PI) + 0.5 - 0.5 / NUM_TORSION_BINS;
    const position = (turn - Math.floor(turn)) * NUM_TORSION_BINS;
    const bin = Math.floor(position + 0.5);
    const [down, up] = [bin + 0.5 - position, position + 0.5 - bin];
    for (const k of SPAN) this.bins[k] = (bin + k - 1 + NUM_TORSION_BINS) % NUM_TORSION_BINS;
    this.weights[0] = (down * down) / 2;
    this.weights[1] = 0.5 + down * up;
    this.weights[2] = (up * up) / 2;
    this.slopes[0] = -down * BINS_PER_RADIAN;
    this.slopes[1] = (down - up) * BINS_PER_RADIAN;
    this.slopes[2] = up * BINS_PER_RADIAN;
  }
}

/**
 * Adds the energy of all torsions.
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
  const [phi, psi] = [new SplinePlace(), new SplinePlace()];
  for (let i = 0; i < angles.length / 2; i++) {
    phi.set(angles[2 * i]!);
    psi.set(angles[2 * i + 1]!);
    for (const r of SPAN) {
      const row = i * NUM_CELLS + phi.bins[r]! * NUM_TORSION_BINS;
      for (const c of SPAN) {
        const energy = share * potential[row + psi.bins[c]!]!;
        total += energy * phi.weights[r]! * psi.weights[c]!;
        byAngles[2 * i]! += energy * phi.slopes[r]! * psi.weights[c]!;
        byAngles[2 * i + 1]! += energy * phi.weights[r]! * psi.slopes[c]!;
      }
    }
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
