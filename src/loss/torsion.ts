import {
  abs,
  add,
  maskedMean,
  minimum,
  multiply,
  reshape,
  sqrt,
  square,
  subtract,
  sum,
} from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';

/** Weight of the deviation of unnormalised angles from length 1. */
const LENGTH_WEIGHT = 0.02;
const EPSILON = 1e-6;

/** What is known of the torsions. */
export interface TrueTorsions {
  /** `[B, N, 7, 2]` (sin, cos) */
  readonly sinCos: Tensor;
  /** `[B, N, 7, 2]` the same after half a turn of each symmetric side chain */
  readonly alternative: Tensor;
  /** `[B, N, 7]` */
  readonly mask: Tensor;
}

/**
 * Squared chord between predicted and true angles, the nearer of both names of symmetric atoms.
 *
 * @param sinCos `[B, N, 7, 2]` of length 1
 * @param unnormalised `[B, N, 7, 2]`
 * @returns scalar
 * @source AlphaFold2 SI Algorithm 27 "torsionAngleLoss"
 */
export function torsionLoss(sinCos: Tensor, unnormalised: Tensor, truth: TrueTorsions): Tensor {
  const { B, N } = assertShape(sinCos, ['B', 'N', 7, 2], 'sinCos');
  const chord = (target: Tensor) => sum(square(subtract(sinCos, target)), -1); // [B, N, 7]
  const nearest = minimum(chord(truth.sinCos), chord(truth.alternative));
  const length = sqrt(add(sum(square(unnormalised), -1), EPSILON));
  const stray = abs(subtract(reshape(length, [B, N, 7]), 1));
  return add(
    maskedMean(nearest, truth.mask),
    multiply(maskedMean(stray, truth.mask), LENGTH_WEIGHT),
  );
}
