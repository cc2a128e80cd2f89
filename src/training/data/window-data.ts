import type { HostTensor } from '#tensor/tensor';
import type { Objective } from '#training/objectives/objective';
import type { ChainRecord, Dataset, Split } from './dataset.js';
import { foldExample, stackExamples } from './fold-example.js';
import { LabelCache } from './local-labels.js';
import type { Random } from './random.js';
import { ClusterSampler, cropStart } from './sampler.js';
import { maskTokens } from './token-masking.js';

/** Sizes of one run of a folding graph. */
export interface WindowSizes {
  readonly batch: number;
  /** Residues of one window. */
  readonly crop: number;
}

/** What windows are for. */
export interface WindowUse {
  readonly positionBins: number;
  /** Whether some residues are hidden from the language model, to be guessed. */
  readonly hidesResidues: boolean;
}

/**
 * Windows of chains: random ones to train on; to validate the first of each chain of `val`, nothing hidden.
 *
 * @param dataset any
 * @param sizes of one run
 */
export function windowData(
  dataset: Dataset,
  { batch, crop }: WindowSizes,
  { positionBins, hidesResidues }: WindowUse,
): Pick<Objective, 'sample' | 'validation'> {
  const inSplit = (split: Split) => dataset.chains.filter((chain) => chain.split === split);
  const sampler = new ClusterSampler(inSplit('train'));
  const labels = new LabelCache(dataset);
  const example = (chain: ChainRecord, start: number) =>
    foldExample(dataset, chain, labels.of(chain), { start, size: crop, positionBins });
  return {
    sample: (random: Random): Record<string, HostTensor> =>
      stackExamples(
        Array.from({ length: batch }, () => {
          const chain = sampler.next(random);
          const shown = example(chain, cropStart(chain.length, crop, random));
          return hidesResidues ? hideResidues(shown, random) : shown;
        }),
      ),
    *validation() {
      const chains = inSplit('val');
      for (let first = 0; first < chains.length; first += batch) {
        // The graph takes whole batches: the last one begins again where chains run out.
        const rows = Array.from(
          { length: batch },
          (_, row) => chains[(first + row) % chains.length]!,
        );
        yield stackExamples(rows.map((chain) => example(chain, 0)));
      }
    },
  };
}

/** Hides residues from the language model, in place; what must be guessed is fed beside. */
function hideResidues(
  example: Record<string, HostTensor>,
  random: Random,
): Record<string, HostTensor> {
  const { tokens, residueMask } = example;
  maskTokens(tokens!.data as Int32Array, residueMask!.data as Float32Array, random);
  return example;
}
