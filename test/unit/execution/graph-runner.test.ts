import { afterEach, describe, expect, it } from 'vitest';
import { fitFolding } from '#architectures/esmfold/memory';
import { GraphRunner, type RunnerOptions } from '#execution/graph-runner';
import { stage } from '#execution/stage';
import type { Engine } from '#tensor/engine/engine';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { add, input, multiply } from '#tensor/ops';
import { memoryBytes } from '#weights/byte-source';
import { readSafetensors } from '#weights/safetensors';
import type { TensorSource } from '#weights/tensor-source';
import { writeSafetensors } from '#weights/write-safetensors';
import { TINY_CONFIG } from '../../helpers/esmfold-tiny.js';

const LAYERS = [2, 3, 5];

/** A factor for each layer, in float16; tells of each read. */
function factors(onRead: () => void): TensorSource {
  const tensors = LAYERS.map((factor, layer) => {
    const values = Float32Array.of(factor, -factor, factor / 8);
    return [`${layer}.factor`, { dtype: 'F16' as const, shape: [3], values }] as const;
  });
  const source = readSafetensors(memoryBytes(writeSafetensors(new Map(tensors)), 'test'));
  return {
    ...source,
    read(name, into) {
      onRead();
      return source.read(name, into);
    },
    readRaw(name, into) {
      onRead();
      return source.readRaw(name, into);
    },
  };
}

const layerStage = () =>
  stage((parameters) => ({
    next: multiply(input('hidden', [3]), parameters.get('factor', [3], 'zeros')),
  }));

let close: () => Promise<void> = () => Promise.resolve();
afterEach(() => close());

/** A model too large to be decoded; `run` gives its output and how many tensors it read. */
function largeModel(options: RunnerOptions) {
  let numReads = 0;
  const weights = factors(() => numReads++);
  const runner = new GraphRunner({ config: TINY_CONFIG, weights }, nodeEngine(1), fitFolding, {
    decodedLimit: 0,
    ...options,
  });
  close = () => runner.close();
  return async () => {
    numReads = 0;
    await runner.prepare({ batch: 1, numResidues: 7 });
    let hidden = { shape: [3], data: Float32Array.of(1, 2, 4) };
    for (const layer of LAYERS.keys())
      hidden = (await runner.run(layerStage, `${layer}.`, { hidden }))['next'] as typeof hidden;
    return { numReads, output: [...hidden.data] };
  };
}

const OUTPUT = [30, -60, (4 * 30) / 512];
const STREAMED = { numReads: LAYERS.length, output: OUTPUT };
const KEPT = { numReads: 0, output: OUTPUT };

describe('weights of a large model', () => {
  it('are kept from the second run on, given up when there is no room, and kept again', async () => {
    let free = 16e9;
    const run = largeModel({ memoryBytes: () => free });
    expect(await run()).toEqual(STREAMED);
    expect(await run()).toEqual(STREAMED); // these reads are kept
    expect(await run()).toEqual(KEPT);
    expect(await run()).toEqual(KEPT);
    free = 0.8e9;
    expect(await run()).toEqual(STREAMED);
    expect(await run()).toEqual(STREAMED);
    free = 16e9;
    expect(await run()).toEqual(STREAMED);
    expect(await run()).toEqual(KEPT);
  });

  it.each<[string, RunnerOptions]>([
    ['how much memory there is was not said', {}],
    ['other processes run them too', { memoryBytes: () => 16e9, sharesWeights: true }],
  ])('are read in every run where %s', async (_, options) => {
    const run = largeModel(options);
    for (let i = 0; i < 4; i++) expect(await run()).toEqual(STREAMED);
  });
});

it('is compiled anew for the same length where it must make do with less memory', async () => {
  const chunks: (number | undefined)[] = [];
  const chunkedStage = (_: unknown, { trunk }: typeof TINY_CONFIG) => {
    chunks.push(trunk.chunkSize);
    return layerStage();
  };
  let chunkSize = 32;
  const fit = () => ({
    config: { ...TINY_CONFIG, trunk: { ...TINY_CONFIG.trunk, chunkSize } },
    holding: 'streamed' as const,
    graphs: () => [],
  });
  const weights = factors(() => undefined);
  const runner = new GraphRunner({ config: TINY_CONFIG, weights }, nodeEngine(1), fit);
  const hidden = { shape: [3], data: new Float32Array(3) };
  for (chunkSize of [32, 32, 8]) {
    await runner.prepare({ batch: 1, numResidues: 7 });
    await runner.run(chunkedStage, '0.', { hidden });
  }
  await runner.close();
  expect(chunks).toEqual([32, 8]);
});

/** An engine that counts the graphs that are compiled at a time. */
function countingEngine() {
  const engine = nodeEngine(1);
  const counts = { now: 0, most: 0, compiled: 0 };
  const compile: Engine['compile'] = async (graph) => {
    const executable = await engine.compile(graph);
    counts.most = Math.max(counts.most, ++counts.now);
    counts.compiled++;
    return {
      ...executable,
      run: (feeds) => executable.run(feeds),
      async dispose() {
        counts.now--;
        await executable.dispose();
      },
    };
  };
  return { counts, engine: { ...engine, compile, compileNarrow: undefined } as unknown as Engine };
}

it.each([
  { oneGraphAtOnce: true, most: 1, compiled: 4 },
  { oneGraphAtOnce: false, most: 2, compiled: 2 },
])('keeps one graph or all compiled, as memory allows: %o', async ({ most, compiled, ...fit }) => {
  const { counts, engine } = countingEngine();
  const weights = factors(() => undefined);
  const graphs = () => [];
  const fitted = () => ({ config: TINY_CONFIG, holding: 'streamed' as const, graphs, ...fit });
  const runner = new GraphRunner({ config: TINY_CONFIG, weights }, engine, fitted);
  await runner.prepare({ batch: 1, numResidues: 7 });
  const otherStage = () => layerStage();
  const hidden = { shape: [3], data: Float32Array.of(1, 2, 4) };
  for (const builder of [layerStage, layerStage, otherStage, layerStage, otherStage])
    expect([...(await runner.run(builder, '0.', { hidden }))['next'].data]).toEqual([2, -4, 1]);
  expect(counts).toMatchObject({ most, compiled });
  await runner.close();
  expect(counts.now).toBe(0);
});

describe('a runner', () => {
  const NO_LIMIT = Infinity;
  const SIZES = { batch: 1, numResidues: 7 };
  const vector = (...values: number[]) => ({ shape: [3], data: Float32Array.from(values) });
  /** What the runner was fitted to: memory, and how weights may be kept. */
  let asked: unknown[];
  /** What one graph costs at a time; the engine tells what it compiles and frees. */
  let log: string[];

  const loggingEngine = (): Engine => {
    const engine = nodeEngine(1);
    const compileNarrow: Engine['compileNarrow'] = async (graph, narrow) => {
      const executable = await engine.compileNarrow!(graph, narrow);
      log.push('compile');
      return {
        ...executable,
        run: executable.run.bind(executable),
        dispose: () => {
          log.push('dispose');
          return executable.dispose();
        },
      };
    };
    return { ...engine, compile: engine.compile.bind(engine), compileNarrow };
  };
  const make = (options: RunnerOptions = {}, doesFit: () => boolean = () => true) => {
    [asked, log] = [[], []];
    const fit = (_config: unknown, _sizes: unknown, memory: number, keeping: object) => {
      asked.push([memory, keeping]);
      if (!doesFit()) throw new Error('too large');
      return { config: TINY_CONFIG, holding: 'streamed' as const, graphs: () => [] };
    };
    const weights = factors(() => undefined);
    const runner = new GraphRunner({ config: TINY_CONFIG, weights }, loggingEngine(), fit, options);
    close = () => runner.close();
    return runner;
  };
  /** A block hands on its input times its factor, and gives its sum with what it is fed for itself. */
  const blockStage = () =>
    stage((parameters) => {
      const hidden = input('hidden', [3]);
      const scaled = multiply(hidden, parameters.get('factor', [3], 'zeros'));
      return { hidden: scaled, sum: add(add(hidden, input('own', [3])), input('all', [3])) };
    });

  it('is fitted to the memory there is, and may keep weights from the second run on', async () => {
    const runner = make({ decodedLimit: 5 });
    await runner.prepare(SIZES);
    await runner.prepare(SIZES);
    const numBytes = 3 * LAYERS.length * 2; // of float16
    expect(asked).toEqual([
      [NO_LIMIT, { decodedLimit: 5 }],
      [NO_LIMIT, { decodedLimit: 5, keptBytes: numBytes, areInGraphs: false }],
    ]);
    const sharing = make({ sharesWeights: true, memoryBytes: () => 77 });
    for (let i = 0; i < 3; i++) await sharing.prepare(SIZES);
    expect(asked).toEqual(Array(3).fill([77, { decodedLimit: undefined }]));
  });

  it('says whether a run fits', () => {
    let doesFit = true;
    const runner = make({}, () => doesFit);
    expect(runner.fits(SIZES)).toBe(true);
    doesFit = false;
    expect(runner.fits(SIZES)).toBe(false);
    expect(runner.paddedLength(33)).toBe(33); // no length is dear where weights are fed
  });

  it('compiles a stage once for each length, and frees what it no longer runs', async () => {
    const runner = make();
    await expect(runner.run(layerStage, '0.', { hidden: vector(1, 1, 1) })).rejects.toThrow('before `prepare`'); // prettier-ignore
    await runner.prepare(SIZES);
    const run = (scope: string) => runner.run(layerStage, scope, { hidden: vector(1, 1, 1) });
    for (const scope of ['0.', '1.', '2.']) await run(scope);
    await runner.prepare({ ...SIZES });
    await run('0.');
    expect(log).toEqual(['compile']);
    await runner.prepare({ ...SIZES, numResidues: 8 });
    expect(log).toEqual(['compile', 'dispose']);
    await run('0.');
    await runner.close();
    expect(log).toEqual(['compile', 'dispose', 'compile', 'dispose']);
  });

  it('runs blocks in order, each with its own, and hands on what they carry', async () => {
    const runner = make();
    await runner.prepare(SIZES);
    const order: unknown[] = [];
    const carried = { hidden: vector(1, 2, 8) };
    await runner.runBlocks(blockStage, {
      scopes: LAYERS.map((_, layer) => `${layer}.`),
      carried,
      feeds: { all: vector(1000, 1000, 1000) },
      ofBlock: (block) => ({ own: vector(100 * block, 0, 0) }),
      before: (block) => order.push(`before ${block}`),
      after: (block, { sum }) => order.push([block, ...sum!.data]),
    });
    expect(order).toEqual([
      'before 0',
      [0, 1001, 1002, 1008],
      'before 1',
      [1, 1102, 996, 1002],
      'before 2',
      [2, 1206, 1012, 1000.75],
    ]);
    expect([...carried.hidden.data]).toEqual([30, -60, (8 * 30) / 512]);
    expect(log).toEqual(['compile']);
  });

  it('runs no block of none', async () => {
    const runner = make();
    const carried = { hidden: vector(1, 2, 8) };
    await runner.runBlocks(blockStage, { scopes: [], carried });
    expect([...carried.hidden.data]).toEqual([1, 2, 8]);
  });

  it('names the scope whose results are no numbers', async () => {
    const runner = make();
    await runner.prepare(SIZES);
    const large = { hidden: vector(3e38, 1, 1) };
    await expect(runner.run(layerStage, '1.', large)).rejects.toThrow('1 gave Infinity in "next"');
  });
});
