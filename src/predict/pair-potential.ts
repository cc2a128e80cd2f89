import { DISTOGRAM_LIMITS, NUM_DISTOGRAM_BINS } from '#model/heads/distogram';

/** Width of a bin, Å. */
const BIN_WIDTH = DISTOGRAM_LIMITS[1]! - DISTOGRAM_LIMITS[0]!;
/** Middle of the first bin, Å. */
const FIRST_CENTRE = DISTOGRAM_LIMITS[0]! - BIN_WIDTH / 2;
const LAST = NUM_DISTOGRAM_BINS - 1;
/** Residues closer in sequence than this are left to the torsions. */
const LEAST_SEPARATION = 3;
/** How fast the energy rises beyond the last bin where the residues should be within it, per Å. */
const PULL = 0.1;
/** CA atoms closer than this repel, Å; and how much, per Å². */
const CONTACT_DISTANCE = 4.2;
const REPULSION = 2;

/** Energy of each pair of pseudo-betas by their distance: the negative logarithm of the predicted distribution. */
export interface PairPotential {
  /** `[N, N, 64]` at the middles of the bins, smoothed */
  readonly energies: Float32Array;
  /** `[N, N]` slope beyond the last bin, per Å */
  readonly pull: Float32Array;
  readonly numResidues: number;
}

/**
 * Reads a potential off a distogram.
 *
 * @param logits `[N, N, 64]`
 */
export function pairPotential(logits: Float32Array, numResidues: number): PairPotential {
  const energies = new Float32Array(logits.length);
  const pull = new Float32Array(numResidues ** 2);
  for (let pair = 0; pair < pull.length; pair++) {
    const row = logits.subarray(pair * NUM_DISTOGRAM_BINS, (pair + 1) * NUM_DISTOGRAM_BINS);
    const top = Math.max(...row);
    let total = 0;
    for (const logit of row) total += Math.exp(logit - top);
    const normaliser = top + Math.log(total);
    for (let bin = 0; bin <= LAST; bin++) {
      const [before, after] = [row[Math.max(0, bin - 1)]!, row[Math.min(LAST, bin + 1)]!];
      energies[pair * NUM_DISTOGRAM_BINS + bin] = normaliser - (before + 2 * row[bin]! + after) / 4;
    }
    pull[pair] = PULL * (1 - Math.exp(row[LAST]! - normaliser));
  }
  return { energies, pull, numResidues };
}

/** Energy and slope of one pair at a distance. */
function pairEnergy(
  { energies, pull }: PairPotential,
  pair: number,
  distance: number,
): [energy: number, slope: number] {
  const start = pair * NUM_DISTOGRAM_BINS;
  const position = (distance - FIRST_CENTRE) / BIN_WIDTH;
  if (position >= LAST) {
    const slope = pull[pair]!;
    return [energies[start + LAST]! + slope * (position - LAST) * BIN_WIDTH, slope];
  }
  const bin = Math.max(0, Math.floor(position));
  const [low, high] = [energies[start + bin]!, energies[start + bin + 1]!];
  return [low + (position - bin) * (high - low), (high - low) / BIN_WIDTH];
}

/**
 * Adds the energy of all pairs, mean over residues.
 *
 * @param beta `[N, 3]` Å
 * @param byBeta `[N, 3]` derivative, added to
 */
export function addPairEnergy(
  potential: PairPotential,
  beta: Float64Array,
  byBeta: Float64Array,
): number {
  const { numResidues } = potential;
  const share = 1 / numResidues;
  let total = 0;
  for (let i = 0; i < numResidues; i++) {
    for (let j = i + LEAST_SEPARATION; j < numResidues; j++) {
      const distance = separation(beta, i, j);
      const [energy, slope] = pairEnergy(potential, i * numResidues + j, distance);
      total += energy * share;
      push(beta, byBeta, i, j, (slope * share) / distance);
    }
  }
  return total;
}

/** Adds the repulsion of CA atoms that come too close, mean over residues; as {@link addPairEnergy}. */
export function addRepulsion(ca: Float64Array, byCa: Float64Array): number {
  const numResidues = ca.length / 3;
  const share = REPULSION / numResidues;
  let total = 0;
  for (let i = 0; i < numResidues; i++) {
    for (let j = i + LEAST_SEPARATION; j < numResidues; j++) {
      const distance = separation(ca, i, j);
      const overlap = CONTACT_DISTANCE - distance;
      if (overlap <= 0) continue;
      total += share * overlap ** 2;
      push(ca, byCa, i, j, (-2 * share * overlap) / distance);
    }
  }
  return total;
}

const LEAST_DISTANCE = 0.01;

function separation(points: Float64Array, i: number, j: number): number {
  return Math.max(
    LEAST_DISTANCE,
    Math.hypot(
      points[3 * i]! - points[3 * j]!,
      points[3 * i + 1]! - points[3 * j + 1]!,
      points[3 * i + 2]! - points[3 * j + 2]!,
    ),
  );
}

/** Adds `factor` times the vector between two points to the derivatives by both. */
function push(
  points: Float64Array,
  derivative: Float64Array,
  i: number,
  j: number,
  factor: number,
) {
  for (let k = 0; k < 3; k++) {
    const change = factor * (points[3 * i + k]! - points[3 * j + k]!);
    derivative[3 * i + k]! += change;
    derivative[3 * j + k]! -= change;
  }
}
