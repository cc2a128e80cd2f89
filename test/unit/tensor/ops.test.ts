import { describe, expect, it } from 'vitest';
import { graphOf } from '#tensor/graph';
import * as ops from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import { evaluate } from '../../helpers/reference-engine.js';

const x = ops.input('x', [2, 3]);
const valueOf = (tensor: Tensor, feed: readonly number[] = [1, 2, 3, 4, 5, 6]) => ({
  shape: tensor.shape,
  data: evaluate([tensor], { x: feed })[0]!,
});

describe('what cannot be built', () => {
  it.each<[string, () => unknown, string]>([
    [
      'inner sizes',
      () => ops.matmul(x, x),
      'cannot multiply [2, 3] by [2, 3]: inner sizes 3 and 2',
    ],
    ['a vector as a matrix', () => ops.matmul(x, ops.full([3], 1)), '[3] is not a matrix'],
    ['a count', () => ops.reshape(x, [4, -1]), '[2, 3] cannot be reshaped to [4, -1]'],
    [
      'no permutation',
      () => ops.transpose(x, [0, 0]),
      '[0, 0] does not permute the axes of [2, 3]',
    ],
    ['a smaller target', () => ops.broadcastTo(x, [3]), '[2, 3] does not broadcast to [3]'],
    ['nothing to join', () => ops.concat([], 0), 'concat needs at least one tensor'],
    ['sizes to join', () => ops.concat([x, ops.full([2, 2], 0)], 0), 'joined along axis 0'],
    ['an empty range', () => ops.slice(x, 1, 2, 2), 'cannot take 2…2 along axis 1 of [2, 3]'],
    ['a range outside', () => ops.slice(x, 1, 1, 4), 'cannot take 1…4 along axis 1 of [2, 3]'],
    ['a missing axis', () => ops.sum(x, 2), 'axis 2 does not exist in a tensor of rank 2'],
    ['too few numbers', () => ops.constant([1, 2], [3]), '2 numbers do not fill a constant'],
    ['indices that are not whole', () => ops.gather(x, x), 'indices must be int32, got float32'],
    [
      'updates without a row for each index',
      () => ops.scatterAdd(x, ops.input('i', [3], 'int32'), 5),
      'updates [2, 3] do not start with the shape of indices [3]',
    ],
    [
      'a scale of another width',
      () => ops.layerNorm(x, ops.full([2], 1), ops.full([3], 0)),
      'scale',
    ],
    [
      'two inputs of one name',
      () => graphOf({ y: ops.add(x, ops.input('x', [2, 3])) }),
      'two inputs are named "x"',
    ],
  ])('%s', (_, build, message) => {
    expect(build).toThrow(expect.objectContaining({ code: 'TENSOR_SHAPE' }) as Error);
    expect(build).toThrow(message);
  });
});

describe('operations made of others', () => {
  it('splits an axis and stacks it again', () => {
    const columns = ops.unstack(x, 1);
    expect(columns.map(({ shape }) => shape)).toEqual([[2], [2], [2]]);
    expect(valueOf(ops.stack(columns, -1))).toEqual(valueOf(x));
    expect(valueOf(ops.concat(ops.split(x, 1, [1, 2]), 1))).toEqual(valueOf(x));
  });

  it('means over the axes that are named', () => {
    expect(valueOf(ops.mean(x, 0))).toBeCloseToTensor({ shape: [3], data: [2.5, 3.5, 4.5] });
    expect(valueOf(ops.mean(x))).toBeCloseToTensor({ shape: [], data: [3.5] });
  });

  it('means over what a mask keeps, and 0 where it keeps nothing', () => {
    const mask = ops.constant([1, 0, 1, 0, 0, 0], [2, 3]);
    expect(valueOf(ops.maskedMean(x, mask)).data[0]).toBeCloseTo(2);
    expect(valueOf(ops.maskedMean(x, ops.full([2, 3], 0))).data[0]).toBe(0);
  });

  it('maps the last axis as PyTorch stores it', () => {
    const weight = ops.constant([1, 0, 0, 0, 1, 1], [2, 3]);
    const mapped = ops.linear(x, weight, ops.constant([10, 20]));
    expect(valueOf(mapped)).toBeCloseToTensor({ shape: [2, 2], data: [11, 25, 14, 31] });
  });

  it('marks the class of each index, and none outside', () => {
    const indices = ops.constant(Int32Array.of(2, 0, -1, 3));
    const expected = [0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0];
    expect(valueOf(ops.oneHot(indices, 3))).toBeCloseToTensor({ shape: [4, 3], data: expected });
  });

  it('gives gelu its exact values', () => {
    const values = valueOf(ops.gelu(x), [0, 1, -1, 2, -2, 10]).data;
    // x Φ(x), from tables of the normal distribution
    const expected = [0, 0.8413447, -0.1586553, 1.9544997, -0.0455003, 10];
    expect(values).toBeCloseToTensor(expected, { atol: 1e-6 });
  });

  it('keeps values between the ends of a range', () => {
    expect(valueOf(ops.clamp(x, 2, 4)).data).toBeCloseToTensor([2, 2, 3, 4, 4, 4]);
  });

  it('has a length at zero, and its gradient', () => {
    expect(valueOf(ops.norm(x, 1e-8), [3, 4, 0, 0, 0, 0]).data).toBeCloseToTensor([5, 1e-4]);
  });
});
