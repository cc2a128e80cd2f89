import { invariant } from '#errors';
import { ancestors } from './graph.js';
import { add, full } from './ops.js';
import type { Tensor } from './tensor.js';
import { vectorJacobianProduct } from './vector-jacobian-products.js';

/**
 * Builds the graph of derivatives of a scalar by reverse accumulation.
 *
 * @param loss one element
 * @param parameters what to differentiate by
 * @returns one tensor for each parameter, of its shape; zeros where the loss does not depend on it
 */
export function gradients(loss: Tensor, parameters: readonly Tensor[]): Tensor[] {
  invariant(
    loss.shape.every((size) => size === 1),
    'gradients need a scalar loss',
  );
  const nodes = ancestors([loss]);
  const needed = dependents(nodes, parameters);
  const gradientOf = new Map<Tensor, Tensor>([[loss, full(loss.shape, 1)]]);
  for (const node of nodes.toReversed()) {
    const gradient = gradientOf.get(node);
    if (!gradient || !needed.has(node) || node.inputs.length === 0) continue;
    const contributions = vectorJacobianProduct(node, gradient, (tensor) => needed.has(tensor));
    for (const [i, contribution] of contributions.entries()) {
      const source = node.inputs[i]!;
      if (!contribution || !needed.has(source)) continue;
      const sum = gradientOf.get(source);
      gradientOf.set(source, sum ? add(sum, contribution) : contribution);
    }
  }
  return parameters.map((parameter) => gradientOf.get(parameter) ?? full(parameter.shape, 0));
}

/** The nodes through which the parameters act, the parameters included. */
function dependents(nodes: readonly Tensor[], parameters: readonly Tensor[]): Set<Tensor> {
  const needed = new Set<Tensor>(parameters);
  for (const node of nodes) {
    const passes = node.operation.kind !== 'stopGradient';
    if (passes && node.inputs.some((source) => needed.has(source))) needed.add(node);
  }
  return needed;
}
