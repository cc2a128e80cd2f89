import { FoldError } from '#errors';
import type { Tensor } from './tensor.js';

/** A computation: named results, and everything they are made from. */
export interface Graph<Outputs extends string = string> {
  readonly outputs: Readonly<Record<Outputs, Tensor>>;
  /** What must be fed, by name. */
  readonly inputs: ReadonlyMap<string, Tensor<'input'>>;
  /** Every node that the outputs need, inputs before users. */
  readonly nodes: readonly Tensor[];
}

/**
 * Collects what the named results need.
 *
 * @throws {@link FoldError} `TENSOR_SHAPE` when two different inputs share a name
 */
export function graphOf<Outputs extends string>(
  outputs: Readonly<Record<Outputs, Tensor>>,
): Graph<Outputs> {
  const nodes = ancestors(Object.values(outputs));
  const inputs = new Map<string, Tensor<'input'>>();
  for (const node of nodes) {
    if (node.operation.kind !== 'input') continue;
    const { name } = node.operation;
    if (inputs.has(name)) throw new FoldError('TENSOR_SHAPE', `two inputs are named "${name}"`);
    inputs.set(name, node as Tensor<'input'>);
  }
  return { outputs, inputs, nodes };
}

/** All nodes that lead to the given ones, themselves included, in topological order. */
export function ancestors(targets: readonly Tensor[]): Tensor[] {
  const seen = new Set<Tensor>(targets);
  const pending = [...seen];
  for (let node = pending.pop(); node; node = pending.pop()) {
    for (const parent of node.inputs) {
      if (!seen.has(parent)) {
        seen.add(parent);
        pending.push(parent);
      }
    }
  }
  return [...seen].sort((a, b) => a.order - b.order);
}
