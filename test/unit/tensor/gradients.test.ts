import { describe, expect, it } from 'vitest';
import { gradients } from '#tensor/gradients';
import * as ops from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import { evaluate } from '../../helpers/reference-engine.js';

const x = ops.input('x', [3]);
const gradientAt = (loss: Tensor, at: readonly number[], parameter: Tensor = x) =>
  evaluate(gradients(loss, [parameter]), { x: at })[0];

describe('gradients', () => {
  it('adds up over all uses of a tensor', () => {
    const loss = ops.sum(ops.add(ops.multiply(x, x), ops.multiply(x, 3)));
    expect(gradientAt(loss, [1, 2, -1])).toBeCloseToTensor([5, 7, 1]);
  });

  it('reaches a tensor over paths of different length once', () => {
    const y = ops.multiply(x, 2);
    const loss = ops.sum(ops.multiply(y, ops.add(ops.exp(y), y)));
    const at = (value: number) => 2 * (Math.exp(value) * (1 + value) + 2 * value);
    expect(gradientAt(loss, [0, 0.5, -0.5])).toBeCloseToTensor([at(0), at(1), at(-1)]);
  });

  it('is zero for what the loss does not depend on', () => {
    const other = ops.input('other', [2, 5]);
    const [gradient] = gradients(ops.sum(x), [other]);
    expect(gradient!.shape).toEqual([2, 5]);
    expect(evaluate([gradient!], {})[0]).toBeCloseToTensor(new Float64Array(10));
  });

  it('does not flow through stopGradient', () => {
    const loss = ops.sum(ops.multiply(x, ops.stopGradient(ops.multiply(x, x))));
    expect(gradientAt(loss, [1, 2, 3])).toBeCloseToTensor([1, 4, 9]);
  });

  it('is one for the loss itself', () => {
    const loss = ops.sum(x);
    expect(gradientAt(loss, [1, 2, 3], loss)).toBeCloseToTensor([1]);
  });

  it('can be taken by a tensor in the middle', () => {
    const y = ops.multiply(x, 2);
    expect(gradientAt(ops.sum(ops.square(y)), [1, 2, 3], y)).toBeCloseToTensor([4, 8, 12]);
  });

  it('gives every largest element the whole gradient, as documented', () => {
    expect(gradientAt(ops.max(x), [2, 1, 2])).toBeCloseToTensor([1, 0, 1]);
  });

  it.each([
    ['maximum', ops.maximum],
    ['minimum', ops.minimum],
  ])('gives the first of two equal arguments the gradient of %s', (_, choose) => {
    const loss = ops.sum(choose(x, ops.multiply(x, 1)));
    const first = ops.sum(choose(x, ops.stopGradient(x)));
    const second = ops.sum(choose(ops.stopGradient(x), x));
    expect(gradientAt(loss, [1, -2, 0])).toBeCloseToTensor([1, 1, 1]);
    expect(gradientAt(first, [1, -2, 0])).toBeCloseToTensor([1, 1, 1]);
    expect(gradientAt(second, [1, -2, 0])).toBeCloseToTensor([0, 0, 0]);
  });

  it('stays finite where select hides a singularity in front of it', () => {
    const safe = ops.select(ops.greater(x, 0), x, 1);
    const loss = ops.sum(ops.select(ops.greater(x, 0), ops.log(safe), 0));
    expect(gradientAt(loss, [2, 0, -1])).toBeCloseToTensor([0.5, 0, 0]);
  });

  it('wants a scalar', () => {
    expect(() => gradients(x, [x])).toThrow('gradients need a scalar loss');
  });
});
