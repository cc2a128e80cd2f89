import { DISTOGRAM_BIN_WIDTH, DISTOGRAM_LIMITS, NUM_DISTOGRAM_BINS, REFERENCE_SHAPE } from '#layers/heads/distogram';
import { pseudoBeta } from '#structure/backbone/backbone-frames';
import { chainAtoms, type ChainRecord, type Dataset } from './dataset.js';

/** Chains that are counted: some tens of thousands of pairs in each row. */
const MOST_CHAINS = 400;
/** Added to each count, so that no frequency is zero. */
const PRIOR_COUNT = 10;
const [NUM_ROWS] = REFERENCE_SHAPE;

/**
 * How often pseudo-betas are how far apart, by their separation in sequence, in the first chain of each of the first
 * training clusters.
 *
 * @returns `[65, 64]` natural logarithms of frequencies
 */
export function distanceFrequencies(dataset: Dataset): Float32Array {
  const counts = new Float64Array(NUM_ROWS * NUM_DISTOGRAM_BINS).fill(PRIOR_COUNT);
  for (const chain of oneOfEachCluster(dataset)) countDistances(dataset, chain, counts);
  const logarithms = new Float32Array(counts.length);
  for (let row = 0; row < NUM_ROWS; row++) {
    const start = row * NUM_DISTOGRAM_BINS;
    const bins = counts.subarray(start, start + NUM_DISTOGRAM_BINS);
    const total = bins.reduce((a, b) => a + b);
    logarithms.set(
      bins.map((count) => Math.log(count / total)),
      start,
    );
  }
  return logarithms;
}

function oneOfEachCluster(dataset: Dataset): ChainRecord[] {
  const byCluster = new Map<string, ChainRecord>();
  for (const chain of dataset.chains) {
    if (chain.split === 'train' && !byCluster.has(chain.cluster)) {
      byCluster.set(chain.cluster, chain);
    }
  }
  return [...byCluster.values()].slice(0, MOST_CHAINS);
}

function countDistances(dataset: Dataset, chain: ChainRecord, counts: Float64Array): void {
  const atoms = chainAtoms(dataset, chain);
  const { positions, mask } = pseudoBeta(atoms);
  const { residueIndex } = atoms;
  for (let i = 0; i < chain.length; i++) {
    for (let j = i + 1; j < chain.length; j++) {
      if (!mask[i] || !mask[j]) continue;
      const row = Math.min(residueIndex[j]! - residueIndex[i]!, NUM_ROWS - 1);
      const apart = [0, 1, 2].map((k) => positions[3 * i + k]! - positions[3 * j + k]!);
      counts[row * NUM_DISTOGRAM_BINS + binOf(Math.hypot(...apart))]!++;
    }
  }
}

function binOf(distance: number): number {
  const bin = Math.ceil((distance - DISTOGRAM_LIMITS[0]!) / DISTOGRAM_BIN_WIDTH);
  return Math.max(0, Math.min(NUM_DISTOGRAM_BINS - 1, bin));
}
