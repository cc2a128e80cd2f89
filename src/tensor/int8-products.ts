/**
 * @file Which products are computed from int8 factors where that was asked for: those of the layers that bear it, as far as
 * they gain by it.
 */
import type { Graph } from './graph.js';
import { isKind, type Tensor } from './tensor.js';

/**
 * Multiplications for each number that a product reads or writes of a row, from which on int8 pays: rounding a row costs as
 * much as several of them. 160 (320 × 320) take 0.65 of float32's time, 128 (256 × 256) 0.84.
 */
const LEAST_GAIN = 150;

/**
 * Names of the inputs that are fed as the right factors of int8 products: weights `[O, I]` that nothing else reads. They are
 * fed transposed, `[I, O]` int8, which is how the kernels read them, and with O scales under `scalesOf(name)`.
 */
export function int8Factors({ nodes, outputs }: Graph): ReadonlySet<string> {
  const others = new Set<Tensor>(Object.values(outputs));
  const factors = new Set<Tensor<'input'>>();
  for (const node of nodes) {
    const factor = gainsByInt8(node) ? node.inputs[1] : undefined;
    for (const input of node.inputs) if (input !== factor) others.add(input);
    if (factor && isKind(factor, 'input')) factors.add(factor);
  }
  const own = [...factors].filter((factor) => !others.has(factor));
  return new Set(own.map(({ operation }) => operation.name));
}

function gainsByInt8(node: Tensor): boolean {
  if (!isKind(node, 'matmul')) return false;
  const { mayRound, transposeA, transposeB, scale } = node.operation;
  if (!mayRound || transposeA || !transposeB || scale !== 1) return false;
  const [x, weight] = node.inputs as [Tensor, Tensor];
  if (x.shape.length !== 2 || weight.shape.length !== 2) return false;
  const [outputs, inputs] = weight.shape as [number, number];
  return inputs * outputs >= LEAST_GAIN * (inputs + outputs);
}
