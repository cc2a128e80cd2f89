import { linearLayer } from '#layers/elementary';
import type { Parameters } from '#layers/parameters';
import { add, expandAxis, gather, transpose } from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';
import type { Alphafold2Config } from '#architectures/alphafold2/config';
import type { Representations } from '#architectures/alphafold2/evoformer/block';

/** What the input embedder reads. */
interface EmbeddedInput {
  /** `[B, N, 22]` */
  readonly targetFeat: Tensor;
  /** `[B, S, N, 49]` */
  readonly msaFeat: Tensor;
  /** int32 `[B, N, N]`, see {@link positionOffsets} */
  readonly positionOffsets: Tensor;
}

/**
 * Representations that a pass starts from, before recycling and templates.
 *
 * @param parameters scope `input_embedder`
 * @source AlphaFold2 SI Algorithm 3 "InputEmbedder"
 */
export function embedInput(
  parameters: Parameters,
  { targetFeat, msaFeat, positionOffsets }: EmbeddedInput,
  { msaChannels, pairChannels, positionBins }: Alphafold2Config,
): Representations {
  const project = (name: string, x: Tensor, channels: number) =>
    linearLayer(parameters.within(name), x, channels);
  const ofQuery = project('linear_tf_m', targetFeat, msaChannels); // [B, N, cM]
  const left = project('linear_tf_z_i', targetFeat, pairChannels); // [B, N, cZ], of residue i
  const right = project('linear_tf_z_j', targetFeat, pairChannels); // [B, N, cZ], of residue j
  const positions = relativePosition(
    parameters.within('linear_relpos'),
    positionOffsets,
    positionBins,
    pairChannels,
  );
  return {
    msa: add(project('linear_msa_m', msaFeat, msaChannels), expandAxis(ofQuery, 1)),
    pair: add(add(expandAxis(left, 2), expandAxis(right, 1)), positions),
  };
}

/**
 * Row of the one-hot encoding of each pair's sequence distance.
 *
 * @param residueIndex `[N]`
 * @param bins distances are clipped to ±bins
 * @returns int32 `[N, N]` with entry (i, j) = bins + clip(index[i] - index[j])
 */
export function positionOffsets(residueIndex: ArrayLike<number>, bins: number): Int32Array {
  const numResidues = residueIndex.length;
  return Int32Array.from({ length: numResidues ** 2 }, (_, pair) => {
    const i = residueIndex[Math.floor(pair / numResidues)]!;
    const j = residueIndex[pair % numResidues]!;
    return bins + Math.max(-bins, Math.min(bins, i - j));
  });
}

/**
 * @param parameters scope `linear_relpos`
 * @param offsets int32 `[B, N, N]`
 * @returns `[B, N, N, cZ]`
 * @source AlphaFold2 SI Algorithm 4 "relpos"
 */
function relativePosition(
  parameters: Parameters,
  offsets: Tensor,
  bins: number,
  pairChannels: number,
): Tensor {
  assertShape(offsets, ['B', 'N', 'N'], 'positionOffsets');
  const weight = parameters.get('weight', [pairChannels, 2 * bins + 1], 'lecun');
  const bias = parameters.get('bias', [pairChannels], 'zeros');
  return gather(add(transpose(weight, [1, 0]), bias), offsets);
}
