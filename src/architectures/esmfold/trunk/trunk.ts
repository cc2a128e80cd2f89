import type { Parameters } from '#layers/parameters';
import { relativePosition } from '#layers/relative-position';
import { add } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import { trunkBlock, type Representations } from './block.js';
import { embedRecycled, type Recycled } from './recycling.js';

/** Sizes of a folding trunk. */
export interface TrunkConfig {
  readonly numBlocks: number;
  readonly singleChannels: number;
  readonly pairChannels: number;
  readonly singleHeadChannels: number;
  readonly pairHeadChannels: number;
  /** Sequence distances beyond ± this are one bin. */
  readonly positionBins: number;
  /** Whether blocks have triangle attention beside triangle multiplication. */
  readonly triangleAttention: boolean;
  /** How many times wider than the pair representation its transitions are. */
  readonly pairTransitionFactor: number;
  /** Rows of the pair representation updated at once; the result does not depend on it. */
  readonly chunkSize?: number | undefined;
}

/** What every pass through a trunk starts from. */
export interface TrunkStart {
  /** `[B, N, cS]` */
  readonly startSingle: Tensor;
  /** `[B, N, N, cZ]`, in models whose pair representation starts from attention maps */
  readonly startPair?: Tensor | undefined;
}

/**
 * What the first block of a pass sees: the embedded sequence, what was recycled, and relative positions.
 *
 * @param parameters scope `trunk`
 * @param positionBins int32 `[B, N, N]`
 */
export function startPass(
  parameters: Parameters,
  { startSingle, startPair }: TrunkStart,
  recycled: Recycled,
  positionBins: Tensor,
  { positionBins: bins, pairChannels }: TrunkConfig,
): Representations {
  const { single, pair } = embedRecycled(parameters, startSingle, recycled);
  const positions = relativePosition(
    parameters.within('pairwise_positional_embedding'),
    positionBins,
    bins,
    pairChannels,
  );
  const placed = add(pair, positions);
  return { single, pair: startPair ? add(placed, startPair) : placed };
}

/**
 * All blocks of one pass.
 *
 * @param parameters scope `trunk`
 */
export function trunkBlocks(
  parameters: Parameters,
  start: Representations,
  mask: Tensor,
  config: TrunkConfig,
): Representations {
  let representations = start;
  for (let block = 0; block < config.numBlocks; block++) {
    const scope = parameters.within(`blocks.${block}`);
    representations = trunkBlock(scope, representations, mask, config);
  }
  return representations;
}
