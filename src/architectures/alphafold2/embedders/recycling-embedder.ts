import type { Representations } from '#architectures/alphafold2/evoformer/block';
import { squaredDistances } from '#geometry/distance';
import { embedDistances } from '#layers/distance-bins';
import { layerNormLayer } from '#layers/elementary';
import type { Parameters } from '#layers/parameters';
import { GLYCINE } from '#sequence/amino-acids';
import { CA_SLOT, CB_SLOT } from '#structure/residues/atoms';
import {
  add,
  constant,
  equal,
  expandAxis,
  pad,
  select,
  slice,
  sum,
  toFloat,
  transpose,
} from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';

const NUM_BINS = 15;
const FIRST_LIMIT = 3.25;
const BIN_WIDTH = 1.25;
/** Lower limits of all bins; nearer pairs are in none. */
const LIMITS = Array.from({ length: NUM_BINS }, (_, bin) => FIRST_LIMIT + bin * BIN_WIDTH);

/** What one pass hands to the next; all zeros before the first. */
export interface Recycled {
  /** `[B, N, cM]` the query's row of the alignment. */
  readonly queryRow: Tensor;
  /** `[B, N, N, cZ]` */
  readonly pair: Tensor;
  /** `[B, N, 14, 3]` Å */
  readonly atom14: Tensor;
}

/**
 * Adds what the last pass found to the start of the next. Before the first pass everything is zero, which is not the
 * same as adding nothing: layer norms have offsets, and the layer over distances a bias.
 *
 * @param parameters scope `recycling_embedder`
 * @param start what the input embedder gave
 * @param aatype int32 `[B, N]`
 * @source AlphaFold2 SI Algorithm 32 "RecyclingEmbedder"
 */
export function embedRecycled(
  parameters: Parameters,
  { msa, pair }: Representations,
  recycled: Recycled,
  aatype: Tensor,
): Representations {
  const { S, cZ } = {
    ...assertShape(msa, ['B', 'S', 'N', 'cM'], 'msa'),
    ...assertShape(pair, ['B', 'N', 'N', 'cZ'], 'pair'),
  };
  const queryRow = layerNormLayer(parameters.within('layer_norm_m'), recycled.queryRow);
  const linear = parameters.within('linear');
  const weight = linear.get('weight', [cZ, NUM_BINS], 'lecun');
  const table = add(pad(transpose(weight, [1, 0]), 0, 1, 0), linear.get('bias', [cZ], 'zeros')); // [16, cZ], the first row without a bin
  const distances = squaredDistances(pseudoBeta(recycled.atom14, aatype));
  const recycledPair = layerNormLayer(parameters.within('layer_norm_z'), recycled.pair);
  return {
    msa: add(msa, pad(expandAxis(queryRow, 1), 1, 0, S - 1)),
    pair: add(add(pair, recycledPair), embedDistances(distances, LIMITS, table)),
  };
}

/** CB of each residue, CA of glycine: `[B, N, 3]`; the origin of X, which has no atoms. */
function pseudoBeta(atom14: Tensor, aatype: Tensor): Tensor {
  const atom = (slot: number) => sum(slice(atom14, 2, slot, slot + 1), 2);
  const isGlycine = equal(expandAxis(toFloat(aatype), -1), constant([GLYCINE]));
  return select(isGlycine, atom(CA_SLOT), atom(CB_SLOT));
}
