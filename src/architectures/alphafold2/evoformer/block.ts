import type { MsaStackConfig } from '#architectures/alphafold2/config';
import { EVOFORMER_ORDER, pairBlock } from '#architectures/alphafold2/pair-block';
import { OPENFOLD_TRANSITION, transition } from '#layers/elementary';
import type { Parameters } from '#layers/parameters';
import { inRowChunks, rowsAtOnce } from '#layers/row-chunks';
import { add, slice } from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';
import { globalColumnAttention } from './global-column-attention.js';
import { msaColumnAttention, msaRowAttention } from './msa-attention.js';
import { outerProductMean } from './outer-product-mean.js';

/** The two representations that a block updates. */
export interface Representations {
  /** `[B, S, N, cM]` */
  readonly msa: Tensor;
  /** `[B, N, N, cZ]` */
  readonly pair: Tensor;
}

/** How a block attends along columns: each row for itself, or all by one query as the stack for extra rows does. */
type ColumnAttention = 'each-row' | 'global';

/** What a block is beside its sizes. */
interface BlockOptions {
  readonly columns: ColumnAttention;
  readonly chunkBytes?: number | undefined;
}

/**
 * One block over an alignment and the pair representation.
 *
 * @param parameters scope of the block
 * @param mask `[B, S, N]`
 * @source AlphaFold2 SI Algorithms 6 "EvoformerStack" and 18 "ExtraMsaStack", one iteration
 */
export function evoformerBlock(
  parameters: Parameters,
  { msa, pair }: Representations,
  mask: Tensor,
  config: MsaStackConfig,
  { columns, chunkBytes }: BlockOptions,
): Representations {
  const sizes = assertShape(msa, ['B', 'S', 'N', config.msaChannels], 'msa');
  assertShape(pair, ['B', 'N', 'N', 'cZ'], 'pair', sizes);
  const attention = { ...config.msaAttention, chunkBytes };
  const within = (part: string) => parameters.within(part);
  let updated = add(msa, msaRowAttention(within('msa_att_row'), msa, mask, pair, attention));
  updated = add(
    updated,
    columns === 'global'
      ? globalColumnAttention(within('msa_att_col'), updated, mask, attention)
      : msaColumnAttention(within('msa_att_col._msa_att'), updated, mask, attention),
  );
  updated = msaTransition(within('msa_transition'), updated, config.transitionFactor, chunkBytes);
  const update = outerProductMean(within('outer_product_mean'), updated, mask, {
    hiddenChannels: config.outerProductChannels,
    pairChannels: pair.shape.at(-1)!,
    chunkBytes,
  });
  const options = { order: EVOFORMER_ORDER, chunkBytes };
  return {
    msa: updated,
    pair: pairBlock(within('pair_stack'), add(pair, update), config.pair, options),
  };
}

/** The transition of an alignment, a few rows at a time. */
function msaTransition(
  parameters: Parameters,
  msa: Tensor,
  factor: number,
  chunkBytes: number | undefined,
): Tensor {
  const [, S, N, cM] = msa.shape as [number, number, number, number];
  return inRowChunks(S, rowsAtOnce(chunkBytes, 2 * factor * N * cM), (start, end) =>
    transition(parameters, slice(msa, 1, start, end), factor, OPENFOLD_TRANSITION),
  );
}
