import { describe, expect, it } from 'vitest';
import { gradients } from '#tensor/gradients';
import { ancestors } from '#tensor/graph';
import * as ops from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import { centralDifferences, numbersOf } from '../../helpers/finite-differences.js';
import {
  ALL_OPERATION_CASES,
  OPERATION_CASES,
  traceCase,
  type OperationCase,
} from '../../helpers/operation-cases.js';
import { randomTensor } from '../../helpers/random.js';
import { evaluate } from '../../helpers/reference-engine.js';

// Constants of the graph are float32, so derivatives agree to a few 1e-7 and not to float64's last digit.
const TOLERANCE = { atol: 2e-7, rtol: 1e-6 };

const positionsOf = ({ feeds, differentiable }: OperationCase) =>
  differentiable ??
  feeds.flatMap(({ data }, position) => (data instanceof Float32Array ? [position] : []));

const CASES = ALL_OPERATION_CASES.filter((item) => positionsOf(item).length > 0);

/** A scalar in which every element counts differently, so that swapped elements show. */
function weighted(tensors: readonly Tensor[], seed: number): Tensor {
  return tensors
    .map((tensor, i) => {
      const { data, shape } = randomTensor(tensor.shape, seed + i, [0.5, 2]);
      return ops.sum(ops.multiply(tensor, ops.constant(data, shape)));
    })
    .reduce((total, part) => ops.add(total, part));
}

function expectDifferences(
  loss: Tensor,
  parameters: readonly Tensor<'input'>[],
  item: TracedFeeds,
) {
  const found = evaluate(gradients(loss, parameters), numbersOf(item));
  for (const [i, { operation, shape }] of parameters.entries()) {
    const expected = centralDifferences(loss, operation.name, item);
    expect({ shape, data: found[i]! }).toBeCloseToTensor(expected, TOLERANCE);
  }
}
type TracedFeeds = ReturnType<typeof traceCase>['feeds'];

describe('the gradient of every operation', () => {
  it.each(CASES)('is its central difference: $name', (item) => {
    const { inputs, output, feeds } = traceCase(item);
    const parameters = positionsOf(item).map((position) => inputs[position]!);
    expectDifferences(weighted([output], 100), parameters, feeds);
  });

  it.each(CASES)('has a gradient itself, which is its central difference: $name', (item) => {
    const { inputs, output, feeds } = traceCase(item);
    const parameters = positionsOf(item).map((position) => inputs[position]!);
    // Squared, so that linear operations have second derivatives too.
    const first = gradients(weighted([ops.square(output)], 100), parameters);
    expectDifferences(weighted(first, 200), parameters, feeds);
  });
});

describe('the table of operation cases', () => {
  it.each(Object.entries(OPERATION_CASES))('uses %s where it says so', (kind, cases) => {
    const kinds = cases.map((item) =>
      ancestors([traceCase(item).output]).map(({ operation }) => operation.kind as string),
    );
    expect(kinds.some((used) => used.includes(kind))).toBe(true);
  });

  it('differentiates all operations that have a derivative', () => {
    const differentiated = new Set(CASES.map(({ kind }) => kind));
    const left = Object.keys(OPERATION_CASES).filter((kind) => !differentiated.has(kind));
    expect(left).toEqual(['constant', 'stopGradient', 'toFloat']);
  });
});
