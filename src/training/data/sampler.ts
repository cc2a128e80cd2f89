import { FoldError } from '#errors';
import type { ChainRecord } from './dataset.js';
import type { Random } from './random.js';

/** Picks chains so that each cluster is as likely as any other, whatever its size. */
export class ClusterSampler {
  readonly #clusters: readonly (readonly ChainRecord[])[];

  /**
   * Groups the chains.
   *
   * @throws FoldError `PARSE_DATASET` where there is none
   */
  constructor(chains: readonly ChainRecord[]) {
    if (chains.length === 0) {
      throw new FoldError('PARSE_DATASET', 'the data set has no chains to train on', {
        hint: 'training takes the chains of split "train"',
      });
    }
    const clusters = new Map<string, ChainRecord[]>();
    for (const chain of chains) {
      const members = clusters.get(chain.cluster);
      if (members) members.push(chain);
      else clusters.set(chain.cluster, [chain]);
    }
    this.#clusters = [...clusters.values()];
  }

  /** A random chain of a random cluster. */
  next(random: Random): ChainRecord {
    return random.pick(random.pick(this.#clusters));
  }
}

/** First residue of a random window of `size` residues, 0 for chains that fit. */
export function cropStart(chainLength: number, size: number, random: Random): number {
  return random.below(Math.max(1, chainLength - size + 1));
}
