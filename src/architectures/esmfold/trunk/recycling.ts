import { virtualBeta, squaredDistances } from '#geometry/distance';
import { embedDistances } from '#layers/distance-bins';
import { layerNormLayer } from '#layers/elementary';
import type { Parameters } from '#layers/parameters';
import { add, slice, unstack } from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';
import type { Representations } from './block.js';

const NUM_BINS = 15;
const FIRST_LIMIT = 3.375;
const LAST_LIMIT = 21.375;
const STEP = (LAST_LIMIT - FIRST_LIMIT) / (NUM_BINS - 2);
/** Limits between bins of the distance of virtual CBs, Å. */
const LIMITS = Array.from({ length: NUM_BINS - 1 }, (_, i) => FIRST_LIMIT + i * STEP);

/** What one pass hands to the next. */
export interface Recycled extends Representations {
  /** `[B, N, 14, 3]` coordinates; all zeros before the first pass. */
  readonly atom14: Tensor;
}

/**
 * Adds what the last pass found to the start of the next. Before the first pass everything is zero,
 * which is not the same as adding nothing: layer norms have offsets.
 *
 * @param parameters scope `trunk`
 * @param startSingle `[B, N, cS]` what the embedder gave; it has no pair representation to start from
 * @source AlphaFold2 SI Algorithm 32 "RecyclingEmbedder"
 */
export function embedRecycled(
  parameters: Parameters,
  startSingle: Tensor,
  recycled: Recycled,
): Representations {
  const { cZ } = assertShape(recycled.pair, ['B', 'N', 'N', 'cZ'], 'recycled pair');
  const table = parameters.within('recycle_disto').get('weight', [NUM_BINS, cZ], 'zeros');
  const single = layerNormLayer(parameters.within('recycle_s_norm'), recycled.single);
  const pair = layerNormLayer(parameters.within('recycle_z_norm'), recycled.pair);
  return {
    single: add(startSingle, single),
    pair: add(pair, embedPositions(recycled.atom14, table)),
  };
}

/** Embedding of the distance between the virtual CBs of each pair. */
function embedPositions(atom14: Tensor, table: Tensor): Tensor {
  const [n, ca, c] = unstack(slice(atom14, 2, 0, 3), 2) as [Tensor, Tensor, Tensor];
  return embedDistances(squaredDistances(virtualBeta(n, ca, c)), LIMITS, table);
}
