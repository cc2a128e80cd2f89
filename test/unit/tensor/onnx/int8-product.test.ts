import { describe, expect, it } from 'vitest';
import { int8NodeEngine, nodeEngine } from '#tensor/engine/onnxruntime-node';
import type { KnownEngine } from '#tensor/engine/engine';
import { graphOf, type Graph } from '#tensor/graph';
import { narrowInputs, type Feed } from '#tensor/narrow';
import { lowerToOnnx } from '#tensor/onnx/lower';
import { PROVIDERS } from '#tensor/engine/providers';
import * as ops from '#tensor/ops';
import type { HostTensor } from '#tensor/tensor';
import { int8Feeds } from '../../../helpers/int8-feeds.js';
import { randomTensor } from '../../../helpers/random.js';

const rounded = { mayRound: true };

async function run(engine: KnownEngine, graph: Graph, feeds: Readonly<Record<string, Feed>>) {
  const executable = await engine.compileNarrow!(graph, narrowInputs(feeds));
  const { y } = await executable.run(feeds);
  await executable.dispose();
  return y!;
}

async function both(graph: Graph, feeds: Readonly<Record<string, HostTensor>>) {
  return {
    exact: await run(nodeEngine(1), graph, feeds),
    got: await run(int8NodeEngine(1), graph, int8Feeds(graph, feeds)),
  };
}

/** Length of the difference, relative to what is expected, of each row. */
function errorsOfRows({ exact, got }: Awaited<ReturnType<typeof both>>): number[] {
  const [numRows, numColumns] = exact.shape as [number, number];
  return Array.from({ length: numRows }, (_, row) => {
    let [difference, length] = [0, 0];
    for (let i = row * numColumns; i < (row + 1) * numColumns; i++) {
      difference += (got.data[i]! - exact.data[i]!) ** 2;
      length += exact.data[i]! ** 2;
    }
    return Math.sqrt(difference / length);
  });
}

/** `[M, I]` by `[O, I]`. */
function product(numRows: number, [outputs, inputs]: readonly [number, number]) {
  const weight = ops.input('weight', [outputs, inputs]);
  const x = ops.input('x', [numRows, inputs]);
  return {
    graph: graphOf({ y: ops.linear(x, weight, undefined, rounded) }),
    feeds: { x: randomTensor(x.shape, 1), weight: randomTensor(weight.shape, 2) },
  };
}

describe('int8 products', () => {
  it.each([{ shape: [307, 331] }, { shape: [256, 1024] }] as const)(
    'of $shape are within a hundredth of those in float32',
    async ({ shape }) => {
      const { graph, feeds } = product(11, shape);
      const errors = errorsOfRows(await both(graph, feeds));
      expect(Math.max(...errors)).toBeLessThan(0.01);
      expect(Math.max(...errors)).toBeGreaterThan(1e-4); // they were computed from int8
    },
  );

  it('keep the digits of small rows beside large ones', async () => {
    const { graph, feeds } = product(11, [320, 320]);
    feeds.x.data.subarray(0, 320).forEach((value, i, row) => (row[i] = 1e-6 * value));
    feeds.x.data.subarray(320, 640).forEach((value, i, row) => (row[i] = 1e6 * value));
    expect(Math.max(...errorsOfRows(await both(graph, feeds)))).toBeLessThan(0.01);
  });

  it('give zeros for a row of zeros', async () => {
    const { graph, feeds } = product(3, [320, 320]);
    feeds.x.data.fill(0, 320, 640);
    const { got } = await both(graph, feeds);
    expect(got.data.subarray(320, 640).every((value) => value === 0)).toBe(true);
  });

  it('keep the digits of all channels of a wide layer where a few are a thousand times as large', async () => {
    const { graph, feeds } = product(5, [192, 1024]);
    for (const channel of [3, 700, 1023]) {
      for (let row = 0; row < 5; row++) feeds.x.data[1024 * row + channel]! *= 1000;
      // Without weight, so that what the others give is all there is.
      for (let row = 0; row < 192; row++) feeds.weight.data[1024 * row + channel] = 0;
    }
    expect(Math.max(...errorsOfRows(await both(graph, feeds)))).toBeLessThan(0.02);
  });

  it('are computed in float32 by an engine that was not asked for them', () => {
    const { graph, feeds } = product(3, [320, 320]);
    const narrow = narrowInputs(int8Feeds(graph, feeds));
    const operatorsOf = (int8Products: boolean) =>
      lowerToOnnx(graph, { ...PROVIDERS.cpu, int8Products, narrow }).nodes.map(
        ({ operator }) => operator,
      );
    expect(operatorsOf(true)).toContain('DynamicQuantizeMatMul');
    expect(operatorsOf(true)).not.toContain('DequantizeLinear');
    expect(operatorsOf(false)).not.toContain('DynamicQuantizeMatMul');
  });
});

it('int8 products of rows that go in tiles are those of all rows at once', async () => {
  const [rows, width] = [64, 320];
  const x = ops.input('x', [1, rows, 128, width]);
  const norm = ops.layerNorm(x, ops.input('scale', [width]), ops.input('offset', [width]));
  const product = ops.linear(norm, ops.input('weight', [width, width]), undefined, rounded);
  const graph = graphOf({ y: ops.add(x, ops.relu(product)) });
  const feeds = Object.fromEntries(
    [...graph.inputs].map(([name, { shape }], i) => [name, randomTensor(shape, i)] as const),
  );
  const fed = int8Feeds(graph, feeds);
  const options = { ...PROVIDERS.cpu, int8Products: true, narrow: narrowInputs(fed) };
  expect(lowerToOnnx(graph, options).nodes.map(({ operator }) => operator)).toContain('Scan');
  const { exact, got } = await both(graph, feeds);
  let worst = 0;
  got.data.forEach((value, i) => (worst = Math.max(worst, Math.abs(value - exact.data[i]!))));
  expect(worst).toBeLessThan(0.4); // of sums of 320 products of numbers of about 1
  expect(worst).toBeGreaterThan(1e-4);
});
