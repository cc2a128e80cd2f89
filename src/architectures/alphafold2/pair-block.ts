import { OPENFOLD_TRANSITION, transition } from '#layers/elementary';
import type { Parameters } from '#layers/parameters';
import { inRowChunks, rowsAtOnce } from '#layers/row-chunks';
import { triangleAttention } from '#layers/triangle-attention';
import { triangleMultiplication } from '#layers/triangle-multiplication';
import { add, slice } from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';
import type { PairBlockConfig } from './config.js';

/** Triangle updates in their order, by the names of their parameters. */
export const EVOFORMER_ORDER = [
  'tri_mul_out',
  'tri_mul_in',
  'tri_att_start',
  'tri_att_end',
] as const;
/** As the stack over templates has them. */
export const TEMPLATE_ORDER = [
  'tri_att_start',
  'tri_att_end',
  'tri_mul_out',
  'tri_mul_in',
] as const;

type TriangleUpdate = (typeof EVOFORMER_ORDER)[number];

/** How a block updates the pair representation. */
interface PairBlockOptions {
  readonly order: readonly TriangleUpdate[];
  readonly chunkBytes?: number | undefined;
}

/**
 * All that a block does to the pair representation by itself: triangle updates and a transition.
 *
 * @param parameters scope that holds `tri_mul_out` and the others
 * @param pair `[B, N, N, cZ]`
 * @returns `[B, N, N, cZ]` updated
 * @source AlphaFold2 SI Algorithms 6 "EvoformerStack", lines 6-10, and 16 "TemplatePairStack", lines 2-6
 */
export function pairBlock(
  parameters: Parameters,
  pair: Tensor,
  config: PairBlockConfig,
  { order, chunkBytes }: PairBlockOptions,
): Tensor {
  const { N, cZ } = assertShape(pair, ['B', 'N', 'N', 'cZ'], 'pair');
  let updated = pair;
  for (const step of order) {
    const update = triangleUpdate(parameters.within(step), updated, step, config, chunkBytes);
    updated = add(updated, update);
  }
  const { transitionFactor } = config;
  const rows = rowsAtOnce(chunkBytes, 2 * transitionFactor * N * cZ);
  return inRowChunks(N, rows, (start, end) =>
    transition(
      parameters.within('pair_transition'),
      slice(updated, 1, start, end),
      transitionFactor,
      OPENFOLD_TRANSITION,
    ),
  );
}

function triangleUpdate(
  parameters: Parameters,
  pair: Tensor,
  step: TriangleUpdate,
  { multiplicationChannels, attention }: PairBlockConfig,
  chunkBytes: number | undefined,
): Tensor {
  const [, N, , cZ] = pair.shape as [number, number, number, number];
  if (step === 'tri_mul_out' || step === 'tri_mul_in') {
    const direction = step === 'tri_mul_out' ? 'outgoing' : 'incoming';
    const chunkSize = rowsAtOnce(chunkBytes, N * (4 * multiplicationChannels + 2 * cZ));
    const options = { hiddenChannels: multiplicationChannels, chunkSize };
    return triangleMultiplication(parameters, pair, undefined, direction, options);
  }
  const node = step === 'tri_att_start' ? 'starting' : 'ending';
  const { numHeads, headChannels } = attention;
  const chunkSize = rowsAtOnce(chunkBytes, numHeads * (2 * N ** 2 + 6 * N * headChannels));
  return triangleAttention(parameters, pair, undefined, node, { ...attention, chunkSize });
}
