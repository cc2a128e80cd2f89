import type { TemplateConfig } from '#architectures/alphafold2/config';
import { NUM_TARGET_CHANNELS } from '#architectures/alphafold2/features/network-input';
import { squaredDistances } from '#geometry/distance';
import { embedDistances } from '#layers/distance-bins';
import { linearLayer } from '#layers/elementary';
import type { Parameters } from '#layers/parameters';
import {
  add,
  concat,
  expandAxis,
  gather,
  multiply,
  oneHot,
  pad,
  relu,
  reshape,
  slice,
  transpose,
} from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';

const NUM_BINS = 39;
const FIRST_LIMIT = 3.25;
const BIN_WIDTH = 1.25;
/** Lower limits of all bins of the distance between pseudo-betas; nearer pairs are in none. */
const LIMITS = Array.from({ length: NUM_BINS }, (_, bin) => FIRST_LIMIT + bin * BIN_WIDTH);
/** Channels of a unit vector, which these networks leave empty. */
const NUM_EMPTY = 3;
const NUM_PAIR_CHANNELS = NUM_BINS + 1 + 2 * NUM_TARGET_CHANNELS + NUM_EMPTY + 1;
const NUM_TORSIONS = 7;

/** What the pair embedder reads of templates. */
interface TemplatePairs {
  /** int32 `[T, N]` 0-21 */
  readonly aatype: Tensor;
  /** `[T, N, 3]` Å */
  readonly pseudoBeta: Tensor;
  /** `[T, N]` */
  readonly pseudoBetaMask: Tensor;
  /** `[T, N]` 1 where N, CA and C are known */
  readonly backboneMask: Tensor;
}

/**
 * Distances and residue types of each pair of a template. A linear layer over 88 channels, written as a sum of its
 * parts, so that the channels need not stand side by side for each pair.
 *
 * @param parameters scope `template_pair_embedder.linear`
 * @returns `[T, N, N, cT]`
 * @source AlphaFold2 SI Algorithm 2 "Inference", line 9, and 1.2.9 table 1, "template_pair_feat"
 */
export function embedTemplatePairs(
  parameters: Parameters,
  { aatype, pseudoBeta, pseudoBetaMask, backboneMask }: TemplatePairs,
  { channels }: TemplateConfig,
): Tensor {
  const { T, N } = assertShape(aatype, ['T', 'N'], 'template aatype');
  const weight = parameters.get('weight', [channels, NUM_PAIR_CHANNELS], 'lecun');
  const bias = parameters.get('bias', [channels], 'zeros');
  const rows = transpose(weight, [1, 0]); // [88, cT]
  let taken = 0;
  const take = (count: number) => {
    taken += count;
    return slice(rows, 0, taken - count, taken);
  };
  const distances = pad(take(NUM_BINS), 0, 1, 0); // the first row is for no bin
  const bothBeta = take(1);
  const typeOfSecond = take(NUM_TARGET_CHANNELS);
  const typeOfFirst = take(NUM_TARGET_CHANNELS);
  take(NUM_EMPTY);
  const bothBackbone = take(1);
  const both = (mask: Tensor) =>
    reshape(multiply(expandAxis(mask, 1), expandAxis(mask, 2)), [T, N, N, 1]);
  const known = [
    embedDistances(squaredDistances(pseudoBeta), LIMITS, distances),
    multiply(both(pseudoBetaMask), bothBeta),
    expandAxis(gather(add(typeOfSecond, bothBackbone), aatype), 1),
    expandAxis(gather(typeOfFirst, aatype), 2),
  ].reduce((total, term) => add(total, term));
  return add(multiply(known, both(backboneMask)), bias);
}

/** What the row embedder reads of templates. */
interface TemplateTorsions {
  /** int32 `[T, N]` 0-21 */
  readonly aatype: Tensor;
  /** `[T, N, 7, 2]` */
  readonly torsions: Tensor;
  /** `[T, N, 7, 2]` */
  readonly alternativeTorsions: Tensor;
  /** `[T, N, 7]` */
  readonly torsionMask: Tensor;
}

/**
 * A row of the alignment for each template, from its residue types and torsions.
 *
 * @param parameters scope `template_single_embedder`
 * @returns `[T, N, cM]`
 * @source AlphaFold2 SI Algorithm 2 "Inference", line 7
 */
export function embedTemplateRows(
  parameters: Parameters,
  { aatype, torsions, alternativeTorsions, torsionMask }: TemplateTorsions,
  msaChannels: number,
): Tensor {
  const { T, N } = assertShape(aatype, ['T', 'N'], 'template aatype');
  const flat = (angles: Tensor) => reshape(angles, [T, N, 2 * NUM_TORSIONS]);
  const features = concat(
    [oneHot(aatype, NUM_TARGET_CHANNELS), flat(torsions), flat(alternativeTorsions), torsionMask],
    -1,
  ); // [T, N, 57]
  const hidden = relu(linearLayer(parameters.within('linear_1'), features, msaChannels));
  return linearLayer(parameters.within('linear_2'), hidden, msaChannels);
}
