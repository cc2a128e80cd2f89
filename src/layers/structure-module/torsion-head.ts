import { linearLayer } from '#layers/elementary';
import type { Parameters } from '#layers/parameters';
import { add, divide, maximum, relu, reshape, sqrt, square, sum } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';

/** Sizes of the torsion head. */
export interface TorsionHeadConfig {
  readonly resnetChannels: number;
  readonly numResnetBlocks: number;
  /** Least squared length that an angle is divided by. */
  readonly epsilon: number;
}

/** preOmega, phi, psi, chi1-4 */
const NUM_TORSIONS = 7;

/**
 * Torsion angles of each residue as (sin, cos).
 *
 * @param parameters scope `angle_resnet`
 * @param single `[B, N, cS]`
 * @param initialSingle `[B, N, cS]` state before the first iteration
 * @returns `sinCos` `[B, N, 7, 2]` of length 1, and `unnormalised` as the network gives them
 * @source AlphaFold2 SI Algorithm 20 "StructureModule", lines 11-14
 */
export function torsionHead(
  parameters: Parameters,
  single: Tensor,
  initialSingle: Tensor,
  { resnetChannels, numResnetBlocks, epsilon }: TorsionHeadConfig,
): { sinCos: Tensor; unnormalised: Tensor } {
  const layer = (scope: Parameters, x: Tensor) => linearLayer(scope, relu(x), resnetChannels);
  let hidden = add(
    layer(parameters.within('linear_in'), single),
    layer(parameters.within('linear_initial'), initialSingle),
  );
  for (let block = 0; block < numResnetBlocks; block++) {
    const scope = parameters.within(`layers.${block}`);
    const inner = layer(scope.within('linear_1'), hidden);
    const update = linearLayer(scope.within('linear_2'), relu(inner), resnetChannels, {
      start: 'zeros',
    });
    hidden = add(hidden, update);
  }
  const output = linearLayer(parameters.within('linear_out'), relu(hidden), 2 * NUM_TORSIONS);
  const unnormalised = reshape(output, [...single.shape.slice(0, -1), NUM_TORSIONS, 2]);
  const squaredLength = sum(square(unnormalised), -1, { keepAxes: true });
  return { sinCos: divide(unnormalised, sqrt(maximum(squaredLength, epsilon))), unnormalised };
}
