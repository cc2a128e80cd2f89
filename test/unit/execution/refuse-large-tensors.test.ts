import { expect, it } from 'vitest';
import { refuseLargeTensors } from '#execution/refuse-large-tensors';
import { graphOf } from '#tensor/graph';
import { expandAxis, input, multiply } from '#tensor/ops';

const x = input('x', [300]);
const graph = graphOf({ y: multiply(expandAxis(x, 0), expandAxis(x, 1)) }); // 300 x 300 numbers
const sizes = { batch: 1, numResidues: 300 };

it('refuses a graph by the largest of its tensors, with both sizes', () => {
  const engine = { name: 'onnxruntime-webgpu', largestTensorBytes: 359_999 };
  expect(() => {
    refuseLargeTensors(graph, engine, sizes);
  }).toThrow(
    expect.objectContaining({
      code: 'MEMORY_ESTIMATE',
      message: '300 residues need a tensor of 1 MB; onnxruntime-webgpu takes none above 1 MB',
    }) as Error,
  );
});

it.each([360_000, undefined])('lets through what the engine takes (%s)', (largestTensorBytes) => {
  refuseLargeTensors(graph, { name: 'any', largestTensorBytes }, sizes);
});
