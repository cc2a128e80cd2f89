import { describe, expect, it } from 'vitest';
import { graphCost } from '#execution/graph-cost';
import { graphOf } from '#tensor/graph';
import {
  add,
  concat,
  exp,
  gather,
  input,
  matmul,
  multiply,
  reshape,
  slice,
  softmax,
  transpose,
} from '#tensor/ops';
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

  it('counts a product of a transposed factor by what it sums over', () => {
    const product = matmul(x(), input('y', [7, 13]), { transposeA: true });
    expect(graphCost(graphOf({ product })).operations).toBe(2 * 11 * 13 * 7);
    const both = add(product, matmul(input('a', [11, 3]), input('b', [3, 13])));
    const cost = graphCost(graphOf({ both }));
    expect(cost.operations).toBe(2 * 11 * 13 * (7 + 3));
    expect(cost.movedBytes).toBe(BYTES * 3 * 11 * 13);
  });

  it('reads of what it picks rows from no more than the rows, and moves nothing for a view', () => {
    const rows = gather(x(), input('rows', [2], 'int32'));
    expect(graphCost(graphOf({ rows })).movedBytes).toBe(BYTES * (2 * 22 + 2));
    const view = reshape(exp(x()), [11, 7]);
    expect(graphCost(graphOf({ view })).movedBytes).toBe(BYTES * 2 * 77);
  });

  it('writes over an operand of its size that nobody else reads, and over no other', () => {
    const peak = (results: Record<string, Tensor>) => graphCost(graphOf(results)).peakBytes / BYTES;
    const turned = transpose(x(), [1, 0]);
    const row = slice(turned, 0, 0, 1);
    expect(peak({ sum: add(row, turned) })).toBe(77 + 7); // over the larger one
    expect(peak({ sum: add(row, input('z', [11, 7])) })).toBe(77 + 7); // in the place of what was sliced, which nobody reads any more
    expect(peak({ bent: softmax(turned) })).toBe(2 * 77); // no engine does that in its place
    expect(peak({ squared: multiply(turned, turned) })).toBe(2 * 77); // read twice
    const view = reshape(turned, [77]);
    expect(peak({ grown: exp(view) })).toBe(77); // a view is its place
    expect(peak({ grown: exp(view), turned })).toBe(2 * 77);
  });

  it('uses no place again of another shape', () => {
    const peak = (results: Record<string, Tensor>) => graphCost(graphOf(results)).peakBytes / BYTES;
    const a = transpose(x(), [1, 0]); // [11, 7]
    const b = transpose(a, [1, 0]); // [7, 11]
    expect(peak({ b })).toBe(2 * 77);
    const c = concat([b, b], 0); // a is let go when b is there
    expect(peak({ c })).toBe(77 + 2 * 77);
    const d = slice(c, 0, 0, 7);
    expect(peak({ d })).toBe(3 * 77); // in the place of b
    expect(peak({ d, a })).toBe(4 * 77);
  });
});
