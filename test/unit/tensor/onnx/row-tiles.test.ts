import { describe, expect, it } from 'vitest';
import { evoformerStage, extraBlockStage } from '#architectures/alphafold2/stages';
import { blockStage } from '#architectures/esmfold/stages';
import { inputsOf, outputsOf } from '#tensor/engine/feeds';
import { nodeModels } from '#tensor/engine/onnxruntime-node';
import { PROVIDERS } from '#tensor/engine/providers';
import { gradients } from '#tensor/gradients';
import { graphOf, type Graph } from '#tensor/graph';
import { lowerToOnnx } from '#tensor/onnx/lower';
import { encodeModel } from '#tensor/onnx/model';
import * as ops from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import { alphafold2Model } from '../../../helpers/alphafold2-network.js';
import { PRIME_MODEL } from '../../../helpers/prime-model.js';
import { randomTensor } from '../../../helpers/random.js';

const lowered = (graph: Graph, tileBytes: number) =>
  lowerToOnnx(graph, { ...PROVIDERS.cpu, tileBytes });
const numLoops = (graph: Graph, tileBytes: number) =>
  lowered(graph, tileBytes).nodes.filter(({ operator }) => operator === 'Scan').length;

async function run(graph: Graph, tileBytes: number) {
  const executable = await nodeModels(1)({
    encoded: encodeModel(lowered(graph, tileBytes)),
    inputs: inputsOf(graph),
    outputs: outputsOf(graph),
  });
  const feeds = [...graph.inputs].map(
    ([name, { shape }], i) => [name, randomTensor(shape, i)] as const,
  );
  const results = await executable.run(Object.fromEntries(feeds));
  await executable.dispose();
  return results;
}

/** Tiles change at most how a product rounds that has fewer rows than a kernel takes at once. */
async function expectSame(graph: Graph, tileBytes: number): Promise<void> {
  const [got, expected] = [await run(graph, tileBytes), await run(graph, 0)];
  for (const [name, tensor] of Object.entries(expected))
    expect(got[name]).toBeCloseToTensor(tensor, { atol: 1e-4, rtol: 1e-5 });
}

/** A layer with a residual over the rows of `[1, rows, 5, 8]`. */
function layerOn(x: Tensor): Tensor {
  const norm = ops.layerNorm(x, ops.input('scale', [8]), ops.input('offset', [8]));
  const wide = ops.relu(ops.linear(norm, ops.input('widen', [16, 8]), ops.input('shift', [16])));
  return ops.add(x, ops.linear(wide, ops.input('narrow', [8, 16])));
}
const rows = (count: number) => ops.input('x', [1, count, 5, 8]);
/** Bytes of a row of the widest layer, read and written. */
const ROW_BYTES = 2 * 4 * 5 * 16;

describe('tiles of rows', () => {
  it.each([
    { title: 'that divide the rows', count: 12 },
    { title: 'that leave rows over', count: 13 },
  ])('$title give the same numbers', async ({ count }) => {
    const graph = graphOf({ y: layerOn(rows(count)) });
    const tileBytes = 4 * ROW_BYTES;
    expect(numLoops(graph, tileBytes)).toBe(1);
    await expectSame(graph, tileBytes);
  });

  it('are not made of what fits into the cache as a whole', () => {
    expect(numLoops(graphOf({ y: layerOn(rows(12)) }), 12 * ROW_BYTES)).toBe(0);
  });

  it('meet where a node needs other rows', async () => {
    const mean = (x: Tensor) => ops.mean(x, 1, { keepAxes: true });
    const turned = (x: Tensor) => ops.transpose(x, [0, 2, 1, 3]);
    const first = layerOn(rows(12));
    const graph = graphOf({
      y: ops.relu(ops.exp(ops.add(turned(ops.subtract(first, mean(first))), 1))),
    });
    await expectSame(graph, ROW_BYTES);
  });

  it('do not take a single row for as many rows as it has columns', async () => {
    const row = ops.slice(layerOn(rows(5)), 1, 3, 4); // [1, 1, 5, 8]
    const graph = graphOf({ y: ops.relu(ops.exp(row)) });
    expect(numLoops(graph, ROW_BYTES)).toBe(1);
    await expectSame(graph, ROW_BYTES);
  });

  it('take what all of them read from the group before', async () => {
    const first = layerOn(rows(12));
    const weights = ops.reshape(ops.transpose(first, [0, 2, 3, 1]), [1, 1, 5, 96]);
    const graph = graphOf({
      first,
      y: ops.exp(ops.matmul(first, ops.slice(weights, 3, 0, 8), { transposeB: true })),
    });
    await expectSame(graph, ROW_BYTES);
  });

  const tiny = alphafold2Model().config;
  const sizes = {
    batch: 1,
    numResidues: 13,
    numClusters: 11,
    numExtra: 17,
    numTemplates: 0,
  } as const;
  it.each([
    { name: "ESMFold's trunk", graph: blockStage(sizes, PRIME_MODEL).graph },
    { name: 'the Evoformer', graph: evoformerStage(sizes, tiny).graph },
    { name: 'the stack for extra rows', graph: extraBlockStage(sizes, tiny).graph },
  ])('give a block of $name the same numbers', async ({ graph }) => {
    for (const tileBytes of [2_000, 10_000]) {
      expect(numLoops(graph, tileBytes)).toBeGreaterThan(2);
      await expectSame(graph, tileBytes);
    }
  });

  it('read weights that are fed in less precision after they were decoded once', () => {
    const { nodes } = lowerToOnnx(graphOf({ y: layerOn(rows(12)) }), {
      ...PROVIDERS.cpu,
      tileBytes: 4 * ROW_BYTES,
      narrow: new Map([['widen', 'float16']]),
    });
    expect(nodes.filter(({ operator }) => operator === 'Cast')).toHaveLength(1);
    expect(nodes.map(({ operator }) => operator)).toContain('Scan');
  });

  it('give the same gradients', async () => {
    const y = layerOn(rows(13));
    const names = ['scale', 'widen', 'narrow'];
    const by = names.map((name) => graphOf({ y }).inputs.get(name)!);
    const loss = ops.sum(ops.square(y));
    const graph = graphOf(Object.fromEntries(gradients(loss, by).map((g, i) => [names[i]!, g])));
    expect(numLoops(graph, 4 * ROW_BYTES)).toBeGreaterThan(0);
    await expectSame(graph, 4 * ROW_BYTES);
  });
});
