import { invariant } from '#errors';
import type { Graph } from './graph.js';
import { isKind, makeTensor, type Tensor } from './tensor.js';

/**
 * A graph as a part of another one: its outputs, computed from tensors in place of its inputs.
 *
 * @param graph that is copied
 * @param given a tensor for each of its inputs that shall be replaced; the others stay inputs
 */
export function inlined<Outputs extends string>(
  graph: Graph<Outputs>,
  given: ReadonlyMap<string, Tensor>,
): Record<Outputs, Tensor> {
  const copies = new Map<Tensor, Tensor>();
  for (const node of graph.nodes) copies.set(node, copied(node, copies, given));
  const outputs = Object.entries<Tensor>(graph.outputs);
  return Object.fromEntries(outputs.map(([name, tensor]) => [name, copies.get(tensor)!])) as Record<
    Outputs,
    Tensor
  >;
}

function copied(
  node: Tensor,
  copies: ReadonlyMap<Tensor, Tensor>,
  given: ReadonlyMap<string, Tensor>,
): Tensor {
  if (isKind(node, 'input')) {
    const { name } = node.operation;
    const replacement = given.get(name);
    invariant(
      !replacement || replacement.shape.join() === node.shape.join(),
      `internal: another shape in place of "${name}"`,
    );
    return replacement ?? node;
  }
  if (node.inputs.length === 0) return node;
  const inputs = node.inputs.map((source) => copies.get(source)!);
  return makeTensor(node.operation, inputs, node.shape, node.dtype);
}
