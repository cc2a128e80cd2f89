import { add, divide, matmul, multiply, square, sqrt, sum } from '#tensor/ops';
import type { Shape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';
import { emaDecayAt, type AdamOptions, type TrainedParameter } from './adam.js';

/** Share of the running mean of the gradient that each step keeps. */
const MOMENTUM = 0.95;
const NUM_ITERATIONS = 5;
/** Of `a x + b x³ + c x⁵`, which draws singular values between 0 and 1 close to 1. */
const [LINEAR, CUBIC, QUINTIC] = [3.4445, -4.775, 2.0315];
/** Against division by zero. */
const TINY = 1e-20;
/**
 * Root mean square of a step, in learning rates.
 *
 * @departs the source has 0.2, as of Adam's steps late in training; blocks of 64 channels learn fastest from 3 to 8
 */
const STEP_SIZE = 3;

/**
 * The nearest orthogonal matrices, roughly: singular values become 0.7 to 1.2, their vectors stay.
 *
 * @param x `[B, M, N]`; zero stays zero
 * @returns `[B, M, N]`
 * @source Jordan et al. 2024 "Muon: An optimizer for hidden layers in neural networks"
 */
export function orthogonalised(x: Tensor): Tensor {
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  const isTall = rows > columns;
  const norm = sqrt(sum(square(x), [-2, -1], { keepAxes: true }));
  let matrix = divide(x, add(norm, TINY));
  for (let i = 0; i < NUM_ITERATIONS; i++) {
    const gram = matmul(matrix, matrix, isTall ? { transposeA: true } : { transposeB: true });
    const even = add(multiply(gram, CUBIC), matmul(gram, gram, { scale: QUINTIC }));
    const odd = isTall ? matmul(matrix, even) : matmul(even, matrix);
    matrix = add(multiply(matrix, LINEAR), odd);
  }
  return matrix;
}

/**
 * Takes a gradient into a matrix's running mean, in place.
 *
 * @returns where to go, before it is made orthogonal: the mean as it will be if the next gradient is like this one
 */
export function muonDirection(
  { firstMoment }: TrainedParameter,
  gradient: Float32Array,
  clip: number,
): Float32Array {
  const direction = new Float32Array(gradient.length);
  for (let i = 0; i < gradient.length; i++) {
    const g = (1 - MOMENTUM) * gradient[i]! * clip;
    const m = MOMENTUM * firstMoment[i]! + g;
    firstMoment[i] = m;
    direction[i] = MOMENTUM * m + g;
  }
  return direction;
}

/**
 * Moves one matrix, in place, as far as its size lets it go: each step has the same root mean square.
 *
 * @param parameter what is moved
 * @param shape `[M, N]` of it
 * @param direction orthogonal
 * @param options see `AdamOptions`
 * @source Liu et al. 2025 "Muon is Scalable for LLM Training", weight decay and step sizes
 */
export function muonStep(
  parameter: TrainedParameter,
  [rows, columns]: Shape,
  direction: Float32Array,
  options: Pick<AdamOptions, 'learningRate' | 'weightDecay' | 'emaDecay'>,
): void {
  const { values, ema } = parameter;
  const { learningRate, weightDecay } = options;
  const rate = learningRate * STEP_SIZE * Math.sqrt(Math.max(rows!, columns!));
  const keep = 1 - learningRate * weightDecay;
  const emaDecay = emaDecayAt(++parameter.updates, options);
  for (let i = 0; i < values.length; i++) {
    const value = keep * values[i]! - rate * direction[i]!;
    values[i] = value;
    ema[i] = emaDecay * ema[i]! + (1 - emaDecay) * value;
  }
}
