import type { Graph } from '#tensor/graph';
import { int8Factors } from '#tensor/int8-products';
import { scalesOf, type Feed } from '#tensor/narrow';
import type { HostTensor } from '#tensor/tensor';
import { quantise, transposeInt8 } from '#weights/int8';

/** What an engine with int8 products is fed: factors of such products rounded and transposed, all else as it is. */
export function int8Feeds(
  graph: Graph,
  feeds: Readonly<Record<string, HostTensor>>,
): Record<string, Feed> {
  const rounded: Record<string, Feed> = { ...feeds };
  for (const name of int8Factors(graph)) {
    const { shape, data } = feeds[name]!;
    const [outputs, inputs] = shape as [number, number];
    const { values, scales } = quantise(data as Float32Array, outputs);
    const factor = new Int8Array(values.length);
    transposeInt8(values, [outputs, inputs], factor);
    rounded[name] = { shape: [inputs, outputs], data: factor };
    rounded[scalesOf(name)] = { shape: [outputs], data: scales };
  }
  return rounded;
}
