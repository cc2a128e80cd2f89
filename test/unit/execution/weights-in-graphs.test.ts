import { afterAll, describe, expect, it } from 'vitest';
import { esmfoldModel } from '#architectures/esmfold/model';
import type { Folded, RunningModel } from '#architectures/family';
import { planStack } from '#execution/block-stack';
import { GraphRunner } from '#execution/graph-runner';
import { lengthBucket } from '#execution/length-bucket';
import { stage } from '#execution/stage';
import { blockScopes } from '#execution/stage-parameters';
import { DEFAULT_MODEL, loadModel } from '#predict/node/load-model';
import type { Engine } from '#tensor/engine/engine';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { add, input, matmul, multiply } from '#tensor/ops';
import type { HostTensor } from '#tensor/tensor';
import { memoryBytes } from '#weights/byte-source';
import { dequantised, quantise, scaleName } from '#weights/int8';
import { readSafetensors } from '#weights/safetensors';
import { writeSafetensors, type TensorToWrite } from '#weights/write-safetensors';
import { TINY_CONFIG, TINY_WEIGHTS } from '../../helpers/esmfold-tiny.js';
import { randomTensor } from '../../helpers/random.js';
import { counted, engineWithWeightsInGraphs } from '../../helpers/weights-in-graphs.js';

describe('blocks of a stack', () => {
  it.each([
    ['all in one graph', 48, 10, 1000, 4, [[0, 48, 4]]],
    ['in as many graphs as they need', 48, 100, 1000, 4, [[0, 8, 4], [8, 8, 4], [16, 8, 4], [24, 8, 4], [32, 8, 4], [40, 8, 4]]],
    ['those that are left in one of their own', 33, 10, 1000, 4, [[0, 32, 4], [32, 1, 1]]],
    ['fewer than run at once', 3, 10, 1000, 4, [[0, 3, 3]]],
    ['fewer at once than a graph could have', 5, 400, 1000, 4, [[0, 2, 2], [2, 2, 2], [4, 1, 1]]],
    ['each alone where one is too large', 2, 2000, 1000, 4, [[0, 1, 1], [1, 1, 1]]],
    ['none', 0, 10, 1000, 4, []],
  ])('are divided: %s', (_, numBlocks, blockBytes, graphBytes, blocksAtOnce, want) => {
    const parts = planStack(numBlocks, blockBytes, { graphBytes, blocksAtOnce });
    expect(parts.map(({ first, count, atOnce }) => [first, count, atOnce])).toEqual(want);
  }); // prettier-ignore
});

it('pads a length by less than a quarter, to few lengths', () => {
  const buckets = new Set<number>();
  for (let length = 33; length <= 2048; length++) {
    const bucket = lengthBucket(length);
    expect(bucket).toBeGreaterThanOrEqual(length);
    expect(bucket).toBeLessThan(1.25 * length);
    expect(lengthBucket(bucket)).toBe(bucket);
    buckets.add(bucket);
  }
  expect(buckets.size).toBe(24);
  expect(lengthBucket(1)).toBe(32);
});

const NUM_BLOCKS = 5;
const [ROWS, CHANNELS] = [3, 7];

/** Matrices of {@link NUM_BLOCKS} blocks, each stored as told. */
function matrices(dtypeOf: (block: number) => 'F32' | 'F16' | 'I8') {
  const tensors = new Map<string, TensorToWrite>();
  for (let block = 0; block < NUM_BLOCKS; block++) {
    const name = `blocks.${block}.matrix`;
    const shape = [CHANNELS, CHANNELS];
    const values = randomTensor(shape, block).data as Float32Array;
    const dtype = dtypeOf(block);
    if (dtype !== 'I8') tensors.set(name, { dtype, shape, values });
    else {
      const quantised = quantise(values, CHANNELS);
      tensors.set(name, { dtype, shape, values: quantised.values });
      const scales = { dtype: 'F32' as const, shape: [CHANNELS], values: quantised.scales };
      tensors.set(scaleName(name), scales);
    }
  }
  return dequantised(readSafetensors(memoryBytes(writeSafetensors(tensors), 'test')));
}

const blockStage = () =>
  stage((parameters) => {
    const hidden = input('hidden', [ROWS, CHANNELS]);
    const matrix = parameters.get('matrix', [CHANNELS, CHANNELS], 'lecun');
    const next = add(
      matmul(hidden, matrix),
      multiply(input('share', [1]), input('bias', [ROWS, 1])),
    );
    return { hidden: next, seen: multiply(next, 2) };
  });

describe.each<[string, (block: number) => 'F32' | 'F16' | 'I8']>([
  ['float32', () => 'F32'],
  ['float16', () => 'F16'],
  ['int8', () => 'I8'],
  ['float16 and int8, by turns', (block) => (block % 2 === 0 ? 'F16' : 'I8')],
])('blocks whose weights are %s', (_, dtypeOf) => {
  /** What a stack gives, and what each of its blocks gives beside. */
  async function runStack(engine: Engine) {
    const weights = matrices(dtypeOf);
    const fit = () => ({ config: {}, holding: 'decoded' as const, graphs: () => [] });
    const runner = new GraphRunner({ config: {}, weights }, engine, fit);
    await runner.prepare({ batch: 1, numResidues: ROWS });
    const carried = { hidden: randomTensor([ROWS, CHANNELS], 9) };
    const seen: HostTensor[] = [];
    const order: string[] = [];
    await runner.runBlocks(blockStage, {
      scopes: blockScopes('blocks.', NUM_BLOCKS),
      carried,
      feeds: { bias: randomTensor([ROWS, 1], 8) },
      ofBlock: (block) => ({ share: { shape: [1], data: Float32Array.of(block) } }),
      before: (block) => order.push(`before ${block}`),
      after: (block, results) => {
        order.push(`after ${block}`);
        seen.push(results.seen!);
      },
    });
    await runner.close();
    return { hidden: carried.hidden, seen, order };
  }

  it('give in one graph what they give one by one, and each what it gives beside', async () => {
    const each = await runStack(nodeEngine(1));
    const { engine, counts } = counted(engineWithWeightsInGraphs({ blocksAtOnce: 2 }));
    const together = await runStack(engine);
    const rounding = { atol: 1e-5, rtol: 1e-5 };
    expect(together.hidden).toBeCloseToTensor(each.hidden, rounding);
    expect(together.seen).toHaveLength(NUM_BLOCKS);
    for (const [block, tensor] of each.seen.entries())
      expect(together.seen[block]!).toBeCloseToTensor(tensor, rounding);
    expect(counts).toMatchObject({ graphs: 2, runs: 3, open: 0 });
    expect(together.order).toEqual(
      ['before 0', 'after 0', 'after 1', 'before 2', 'after 2', 'after 3', 'before 4', 'after 4'],
    ); // prettier-ignore
  });
});

describe('a model whose weights are part of graphs', () => {
  const { engine } = counted(engineWithWeightsInGraphs({ blocksAtOnce: 2 }));
  const model = esmfoldModel(TINY_CONFIG);
  const plain = model.start(nodeEngine(1), TINY_WEIGHTS);
  const grouped = model.start(engine, TINY_WEIGHTS);
  afterAll(async () => {
    await plain.close();
    await grouped.close();
  });
  const request = (...sequences: string[]) => ({
    chains: sequences.map((sequence) => ({ sequence })),
    numRecycles: 1,
  });

  it.each([
    ['a chain', ['MKTVRQGWACDE']],
    ['two chains, longer than the shortest bucket', ['MKTVRQGWACD', 'GSHMKTV']],
  ])('folds %s as it does otherwise', async (_, sequences) => {
    const want = await plain.fold(request(...sequences));
    const got = await grouped.fold(request(...sequences));
    expectSameFold(got, want);
  });

  it('shows the attention of every block', async () => {
    const all = async (model: RunningModel): Promise<Map<string, Float32Array>> => {
      const blocks = new Map<string, Float32Array>();
      await model.attention(request('MKTVRQGW'), {
        onBlock: ({ network, block, weights }) => {
          blocks.set(`${network} ${block}`, weights);
        },
      });
      return blocks;
    };
    const [want, got] = [await all(plain), await all(grouped)];
    expect([...got.keys()]).toEqual([...want.keys()]);
    for (const [name, weights] of want)
      expect(got.get(name)!).toBeCloseToTensor(weights, { atol: 1e-5, rtol: 0 });
  });
});

it('takes weights to where it computes once for all lengths of a bucket, and frees them', async () => {
  const { engine, counts } = counted(engineWithWeightsInGraphs());
  const running = esmfoldModel(TINY_CONFIG).start(engine, TINY_WEIGHTS);
  const fold = (length: number) =>
    running.fold({ chains: [{ sequence: 'A'.repeat(length) }], numRecycles: 0 });
  await fold(9);
  const first = { ...counts };
  // Shares of the mix, tokens, language model, embedder, start of a pass, trunk, structure, and pairs.
  expect(first.graphs).toBe(8);
  await fold(17);
  expect(counts).toMatchObject({ graphs: first.graphs, weightBytes: first.weightBytes });
  expect(counts.runs).toBe(2 * first.runs);
  await fold(33);
  expect(counts).toMatchObject({ graphs: 2 * first.graphs, open: first.graphs });
  await running.close();
  expect(counts.open).toBe(0);
});

it('folds with the shipped model, which starts from attention maps and folds chains, as it does otherwise', async () => {
  const { model, weights } = loadModel(DEFAULT_MODEL);
  const request = { chains: [{ sequence: 'MQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKE' }], numRecycles: 0 };
  const plain = model.start(nodeEngine(1), weights);
  const want = await plain.fold(request);
  await plain.close();
  const { engine } = counted(engineWithWeightsInGraphs());
  const grouped = model.start(engine, weights);
  const got = await grouped.fold(request);
  await grouped.close();
  expect(got.contacts).toBeCloseToTensor(want.contacts, { atol: 1e-4, rtol: 0 });
  expect(got.plddt).toBeCloseToTensor(want.plddt, { atol: 0.05, rtol: 0 });
  expect(got.pae).toBeCloseToTensor(want.pae, { atol: 0.05, rtol: 0 });
  expect(got.atom14).toBeCloseToTensor(want.atom14, { atol: 0.05, rtol: 0 });
});

function expectSameFold(got: Folded, want: Folded): void {
  expect(got.atom14).toBeCloseToTensor(want.atom14, { atol: 1e-3, rtol: 0 });
  expect(got.plddt).toBeCloseToTensor(want.plddt, { atol: 1e-3, rtol: 0 });
  expect(got.pae).toBeCloseToTensor(want.pae, { atol: 1e-3, rtol: 0 });
  expect(got.contacts).toBeCloseToTensor(want.contacts, { atol: 1e-5, rtol: 0 });
  expect(got.embedding).toBeCloseToTensor(want.embedding, { atol: 1e-4, rtol: 0 });
  expect(got.ptm).toBeCloseTo(want.ptm, 5);
  expect(got.complex?.iptm ?? 0).toBeCloseTo(want.complex?.iptm ?? 0, 5);
}
