import { describe, expect, it } from 'vitest';
import { graphCost } from '#execution/graph-cost';
import { graphOf } from '#tensor/graph';
import { add, concat, exp, input, matmul, slice, transpose } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';

const BYTES = 4;
const x = () => input('x', [7, 11]);

describe('the cost of a graph', () => {
  it('counts a multiplication and an addition for each term of a product', () => {
    const product = matmul(x(), input('y', [11, 13]));
    expect(graphCost(graphOf({ product })).operations).toBe(2 * 7 * 11 * 13);
    const transposed = matmul(x(), input('y', [13, 11]), { transposeB: true });
    expect(graphCost(graphOf({ transposed })).operations).toBe(2 * 7 * 11 * 13);
  });

  it('counts what other nodes read and write; of a slice only what it takes', () => {
    const moved = (result: Tensor) => graphCost(graphOf({ result })).movedBytes;
    expect(moved(exp(x()))).toBe(BYTES * 2 * 77);
    expect(moved(slice(x(), 0, 2, 4))).toBe(BYTES * 2 * 22);
    expect(moved(matmul(x(), input('y', [11, 13])))).toBe(0);
  });

  it('has results in memory until they were read, and outputs until the end', () => {
    const peak = (results: Record<string, Tensor>) => graphCost(graphOf(results)).peakBytes;
    expect(peak({ sum: x() })).toBe(0); // what is fed does not count
    const turned = transpose(x(), [1, 0]);
    expect(peak({ turned })).toBe(BYTES * 77);
    expect(peak({ twice: exp(exp(turned)) })).toBe(BYTES * 77); // written over
    expect(peak({ turned, twice: exp(turned) })).toBe(BYTES * 2 * 77);
    expect(peak({ both: concat([turned, exp(turned)], 0) })).toBe(BYTES * 4 * 77);
  });

  it('uses a place again for the next result of its shape', () => {
    // Three results of one shape, one after the other, none over its operand: two places.
    const back = transpose(transpose(transpose(x(), [1, 0]), [1, 0]), [1, 0]);
    expect(graphCost(graphOf({ back })).peakBytes).toBe(BYTES * 2 * 77);
    const chained = add(transpose(x(), [1, 0]), input('y', [11, 7]));
    expect(graphCost(graphOf({ chained })).peakBytes).toBe(BYTES * 77);
  });
});
