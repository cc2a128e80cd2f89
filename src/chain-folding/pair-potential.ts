import {
  DISTOGRAM_BIN_WIDTH,
  FIRST_DISTOGRAM_CENTRE,
  NUM_DISTOGRAM_BINS,
  REFERENCE_SEPARATIONS,
} from '#layers/heads/distogram';
import { atomOffset } from '#structure/backbone/torsion-chain';
import { CB_SLOT } from '#structure/residues/atoms';
import { push, separation } from './atom-pair.js';
import { binProbabilities } from './bin-probabilities.js';
import { expectedAgreement } from './expected-agreement.js';

const LAST = NUM_DISTOGRAM_BINS - 1;
/** Residues closer in sequence than this are left to the torsions. */
const LEAST_SEPARATION = 3;
/** Energy of a unit of expected agreement, against one of log-probability. */
const AGREEMENT_WEIGHT = 90;
/** Energy of a pair, against one of a residue's torsions and of what repels: not less in longer chains. */
const PAIR_WEIGHT = 0.015;
/** Keeps the logarithm of improbable distances finite. */
const LEAST_PROBABILITY = 1e-5;
/** How fast the energy rises beyond the last bin where the residues should be within it, per Å. */
const PULL = 0.1;

/** Energy of each pair of pseudo-betas by their distance. */
export interface PairPotential {
  /** `[N, N, 64]` at the middles of the bins; only i < j is filled */
  readonly energies: Float32Array;
  /** `[N, N]` slope beyond the last bin, per Å */
  readonly pull: Float32Array;
  readonly numResidues: number;
}

/**
 * Reads a potential off a distogram: how much likelier each distance is than between any two residues so far apart in
 * sequence, and what it can be expected to add to lDDT beyond what those would.
 *
 * @param logits `[N, N, 64]`
 * @param reference `[65, 64]` logarithms of the frequencies of distances, by separation in sequence
 * @source after Senior et al. 2020 (AlphaFold 1), "distance potential" with a reference distribution taken off
 * @departs the expected agreement, which makes confident short distances count for more, is our own
 */
export function pairPotential(
  logits: Float32Array,
  reference: ArrayLike<number>,
  numResidues: number,
): PairPotential {
  const energies = new Float32Array(logits.length);
  const pull = new Float32Array(numResidues ** 2);
  const probabilities = new Float64Array(NUM_DISTOGRAM_BINS);
  const surprise = new Float64Array(NUM_DISTOGRAM_BINS);
  const excess = new Float64Array(NUM_DISTOGRAM_BINS);
  for (let i = 0; i < numResidues; i++) {
    for (let j = i + LEAST_SEPARATION; j < numResidues; j++) {
      const pair = i * numResidues + j;
      const row = Math.min(j - i, REFERENCE_SEPARATIONS) * NUM_DISTOGRAM_BINS;
      binProbabilities(logits, pair, probabilities);
      for (let bin = 0; bin <= LAST; bin++) {
        const usual = reference[row + bin]!;
        surprise[bin] = usual - Math.log(probabilities[bin]! + LEAST_PROBABILITY);
        excess[bin] = probabilities[bin]! - Math.exp(usual);
      }
      for (let bin = 0; bin <= LAST; bin++) {
        const [before, after] = [
          surprise[Math.max(0, bin - 1)]!,
          surprise[Math.min(LAST, bin + 1)]!,
        ];
        const smoothed = (before + 2 * surprise[bin]! + after) / 4;
        energies[pair * NUM_DISTOGRAM_BINS + bin] =
          smoothed - AGREEMENT_WEIGHT * expectedAgreement(excess, bin);
      }
      pull[pair] = PULL * (1 - probabilities[LAST]!);
    }
  }
  return { energies, pull, numResidues };
}

/**
 * Takes the energy of pairs out of which other things decide.
 *
 * @param potential changed
 * @param isSettled `[N]` residues; pairs of two of them are left out
 */
export function leaveOut(
  { energies, pull, numResidues }: PairPotential,
  isSettled: ArrayLike<number>,
): void {
  for (let i = 0; i < numResidues; i++) {
    for (let j = i + LEAST_SEPARATION; j < numResidues; j++) {
      if (!isSettled[i] || !isSettled[j]) continue;
      const pair = i * numResidues + j;
      pull[pair] = 0;
      energies.fill(0, pair * NUM_DISTOGRAM_BINS, (pair + 1) * NUM_DISTOGRAM_BINS);
    }
  }
}

/**
 * Energy and slope of one pair at a distance: a quadratic spline, whose slope has no jumps, and straight lines beyond both
 * ends.
 */
function pairEnergy(
  { energies, pull }: PairPotential,
  pair: number,
  distance: number,
): [energy: number, slope: number] {
  const start = pair * NUM_DISTOGRAM_BINS;
  const position = (distance - FIRST_DISTOGRAM_CENTRE) / DISTOGRAM_BIN_WIDTH;
  const last = energies[start + LAST]!;
  const pullOfBin = pull[pair]! * DISTOGRAM_BIN_WIDTH;
  if (position >= LAST + 0.5) return [last + (position - LAST) * pullOfBin, pull[pair]!];
  const bin = Math.max(1, Math.floor(position + 0.5));
  const [before, here] = [energies[start + bin - 1]!, energies[start + bin]!];
  const fall = here - before;
  if (position < 0.5) return [before + position * fall, fall / DISTOGRAM_BIN_WIDTH];
  const rise = bin === LAST ? pullOfBin : energies[start + bin + 1]! - here;
  const [up, down] = [position + 0.5 - bin, bin + 0.5 - position];
  return [
    here + (up * up * rise - down * down * fall) / 2,
    (up * rise + down * fall) / DISTOGRAM_BIN_WIDTH,
  ];
}

/** Residues of sequence over which the energy of a pair sets in. */
const FADE = 4;

/**
 * Adds the energy of all pairs.
 *
 * @param atoms `[N, 5, 3]` of a torsion chain, Å
 * @param byAtoms `[N, 5, 3]` derivative, added to
 * @param share of the full weight
 * @param reach in sequence: pairs that are further apart do not count, nor do those just within it in full
 */
export function addPairEnergy(
  potential: PairPotential,
  atoms: Float64Array,
  byAtoms: Float64Array,
  share = 1,
  reach = Infinity,
): number {
  const { numResidues } = potential;
  let total = 0;
  for (let i = 0; i < numResidues; i++) {
    const end = Math.min(numResidues, i + reach);
    for (let j = i + LEAST_SEPARATION; j < end; j++) {
      const weight = share * PAIR_WEIGHT * Math.min(1, (i + reach - j) / FADE);
      const [a, b] = [atomOffset(i, CB_SLOT), atomOffset(j, CB_SLOT)];
      const apart = separation(atoms, a, b);
      const [energy, slope] = pairEnergy(potential, i * numResidues + j, apart);
      total += weight * energy;
      push(atoms, byAtoms, a, b, (weight * slope) / apart);
    }
  }
  return total;
}
