import { describe, expect, it } from 'vitest';
import { GraphRunner, type RunnerOptions } from '#execution/graph-runner';
import { stage } from '#execution/stage';
import type { WeightHolding } from '#execution/weight-holding';
import type { DeviceMemory, Engine, KeptTensor } from '#tensor/engine/engine';
import { isKept } from '#tensor/engine/feeds';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { add, input, multiply } from '#tensor/ops';
import type { HostTensor } from '#tensor/tensor';
import { memoryBytes } from '#weights/byte-source';
import { readSafetensors } from '#weights/safetensors';
import { writeSafetensors } from '#weights/write-safetensors';

const FACTORS = [2, 3, 5];
const SCOPES = FACTORS.map((_, block) => `${block}.`);
const SIZES = { batch: 1, numResidues: 7 };

const vector = (...values: number[]): HostTensor => ({
  shape: [values.length],
  data: Float32Array.from(values),
});

/** A factor for each block. */
function factors() {
  const tensors = FACTORS.map((factor, block) => {
    const values = Float32Array.of(factor, -factor, factor / 8);
    return [`${block}.factor`, { dtype: 'F32' as const, shape: [3], values }] as const;
  });
  return readSafetensors(memoryBytes(writeSafetensors(new Map(tensors)), 'test'));
}

/** A block hands on its input times its factor, and gives its sum with what it is fed for itself. */
const blockStage = () =>
  stage((parameters) => {
    const hidden = input('hidden', [3]);
    const scaled = multiply(hidden, parameters.get('factor', [3], 'zeros'));
    return { hidden: scaled, sum: add(add(hidden, input('own', [3])), input('all', [3])) };
  });

/** A device whose memory is that of this process: it tells what lies there and what its graphs are fed. */
function device() {
  const lying = new Map<KeptTensor, HostTensor>();
  const log = { uploads: [] as number[][], downloads: 0, compiled: [] as string[], open: 0 };
  const keep = (tensor: HostTensor): KeptTensor => {
    const kept: KeptTensor = {
      shape: tensor.shape,
      dtype: 'float32',
      dispose: () => {
        if (!lying.delete(kept)) throw new Error('freed twice');
      },
    };
    lying.set(kept, tensor);
    return kept;
  };
  const here = (tensor: HostTensor | KeptTensor): HostTensor => {
    if (!isKept(tensor)) return tensor;
    const found = lying.get(tensor);
    if (!found) throw new Error('fed after it was freed');
    return found;
  };
  const processor = nodeEngine(1);
  const deviceMemory: DeviceMemory = {
    upload: (tensor) => {
      log.uploads.push([...tensor.data]);
      return Promise.resolve(keep(tensor));
    },
    download: (tensor) => {
      log.downloads++;
      return Promise.resolve(here(tensor));
    },
    compile: async (graph, staying) => {
      const executable = await processor.compile(graph);
      log.compiled.push(staying.join());
      log.open++;
      return {
        run: async (feeds) => {
          const given = Object.entries(feeds).map(
            ([name, tensor]) => [name, here(tensor)] as const,
          );
          const results = await executable.run(Object.fromEntries(given));
          return Object.fromEntries(
            Object.entries(results).map(([name, tensor]) => [
              name,
              staying.includes(name) ? keep(tensor) : tensor,
            ]),
          );
        },
        dispose: () => {
          log.open--;
          return executable.dispose();
        },
      };
    },
  };
  const refuse = () => Promise.reject(new Error('a graph was compiled without the device'));
  return { engine: { name: 'device', compile: refuse, deviceMemory } as Engine, lying, log };
}

function runnerOn(engine: Engine, options: RunnerOptions = {}) {
  const asked: object[] = [];
  let holding: WeightHolding = 'kept';
  const fit = (_config: unknown, _sizes: unknown, _memory: number, keeping: object) => {
    asked.push(keeping);
    return { config: {}, holding, graphs: () => [] };
  };
  const runner = new GraphRunner({ config: {}, weights: factors() }, engine, fit, options);
  const hold = (how: WeightHolding) => {
    holding = how;
    return runner.prepare(SIZES);
  };
  return { runner, hold, asked };
}

/** Runs all blocks. @returns what they carry in the end, and what was seen on the way */
async function runAll(runner: GraphRunner<object>, first = vector(1, 2, 8)) {
  const seen: unknown[] = [];
  const carried = { hidden: first };
  const running = runner.runBlocks(blockStage, {
    scopes: SCOPES,
    carried,
    feeds: { all: vector(1000, 1000, 1000) },
    ofBlock: (block) => ({ own: vector(100 * block, 0, 0) }),
    before: (block) => seen.push(`before ${block}`),
    after: (block, results) =>
      seen.push([block, Object.keys(results).join(), ...results.sum!.data]),
  });
  await running;
  return { hidden: [...carried.hidden.data], seen };
}

const EXPECTED = {
  hidden: [30, -60, (8 * 30) / 512],
  seen: [
    'before 0',
    [0, 'sum', 1001, 1002, 1008],
    'before 1',
    [1, 'sum', 1102, 996, 1002],
    'before 2',
    [2, 'sum', 1206, 1012, 1000.75],
  ],
};

describe('blocks on a device', () => {
  it('hand on what stays there, while weights lie there from run to run', async () => {
    const { engine, lying, log } = device();
    const { runner, hold, asked } = runnerOn(engine);
    await hold('kept');
    expect(await runAll(runner)).toEqual(EXPECTED);
    expect(lying.size).toBe(FACTORS.length);
    expect(log).toMatchObject({ downloads: 1, compiled: ['hidden'], open: 1 });
    expect(log.uploads).toHaveLength(2 + FACTORS.length);
    await hold('kept');
    expect(await runAll(runner)).toEqual(EXPECTED);
    expect(log.uploads).toHaveLength(2 + FACTORS.length + 2);
    // the way there is long: weights may be kept from the first run on
    const numBytes = 4 * 3 * FACTORS.length;
    expect(asked).toMatchObject([{ keptBytes: numBytes, areInGraphs: false }, { keptBytes: numBytes }]); // prettier-ignore
    await runner.close();
    expect([lying.size, log.open]).toEqual([0, 0]);
  });

  it('are fed weights that there is no room for there, and those that lay there are freed', async () => {
    const { engine, lying, log } = device();
    const { runner, hold } = runnerOn(engine);
    await hold('kept');
    await runAll(runner);
    expect(lying.size).toBe(FACTORS.length);
    await hold('streamed');
    expect(lying.size).toBe(0);
    log.uploads.length = 0;
    expect(await runAll(runner)).toEqual(EXPECTED);
    expect(log.uploads).toEqual([
      [1000, 1000, 1000],
      [1, 2, 8],
    ]);
    expect(lying.size).toBe(0);
    await runner.close();
  });

  it('that are none take nothing there', async () => {
    const { engine, log } = device();
    const { runner, hold } = runnerOn(engine);
    await hold('kept');
    const carried = { hidden: vector(1, 2, 8) };
    await runner.runBlocks(blockStage, { scopes: [], carried });
    expect(carried.hidden).toEqual(vector(1, 2, 8));
    expect(log).toMatchObject({ uploads: [], downloads: 0, compiled: [] });
  });

  it('share no weights that other processes run too', async () => {
    const { runner, hold, asked } = runnerOn(device().engine, { sharesWeights: true });
    await hold('streamed');
    expect(asked).toEqual([{ decodedLimit: undefined }]);
    await runner.close();
  });

  it('leave nothing there but weights where a result is no number', async () => {
    const { engine, lying } = device();
    const { runner, hold } = runnerOn(engine);
    await hold('kept');
    // the second block's input is too large for float32, and so is its sum
    await expect(runAll(runner, vector(3e38, 1, 1))).rejects.toMatchObject({
      code: 'RESULT_NOT_FINITE',
      message: '1 gave Infinity in "sum"',
    });
    expect(lying.size).toBe(2);
    // what the last block hands on is looked at when it comes back
    await expect(runAll(runner, vector(1, -2e37, 1))).rejects.toMatchObject({
      code: 'RESULT_NOT_FINITE',
      message: '2 or a block before it gave Infinity in "hidden"',
    });
    expect(lying.size).toBe(FACTORS.length);
    await runner.close();
  });

  it('and a stage alone leave nothing there that is not asked to stay', async () => {
    const { engine, lying, log } = device();
    const { runner, hold } = runnerOn(engine);
    await hold('decoded');
    const feeds = { hidden: vector(1, 2, 8), own: vector(0, 0, 0), all: vector(1, 1, 1) };
    const { hidden, sum } = await runner.run(blockStage, '1.', feeds);
    expect([...hidden.data, ...sum.data]).toEqual([3, -6, 3, 2, 3, 9]);
    expect(log.compiled).toEqual(['']);
    expect(lying.size).toBe(1);
    await runAll(runner);
    expect(log.compiled).toEqual(['', 'hidden']);
    await runner.close();
    expect([lying.size, log.open]).toEqual([0, 0]);
  });
});

describe('weights that are part of graphs', () => {
  it('are compiled with each stage, once for each scope, and lengths are padded', async () => {
    const processor = nodeEngine(1);
    const compiled: number[][] = [];
    const withWeights: Engine['withWeights'] = {
      ...{ graphBytes: 1e9, blocksAtOnce: 1 },
      compile: async (graph, weights) => {
        compiled.push(Object.values(weights).flatMap(({ data }) => [...data]));
        const executable = await processor.compile(graph);
        return {
          run: (feeds) => executable.run({ ...feeds, ...(weights as Record<string, HostTensor>) }),
          dispose: () => executable.dispose(),
        };
      },
    };
    const engine: Engine = { ...processor, withWeights };
    const { runner, hold, asked } = runnerOn(engine, { sharesWeights: true });
    await hold('kept');
    // they have to be there, whoever else runs them
    expect(asked).toMatchObject([{ keptBytes: 36, areInGraphs: true }]);
    expect([32, 33, 64, 65].map((length) => runner.paddedLength(length))).toEqual([32, 40, 64, 80]);
    const feeds = { hidden: vector(1, 2, 8), own: vector(0, 0, 0), all: vector(1, 1, 1) };
    for (const [scope, factor] of [
      ['0.', 2],
      ['2.', 5],
      ['0.', 2],
    ] as const) {
      const { hidden } = await runner.run(blockStage, scope, feeds);
      expect([...hidden.data]).toEqual([factor, -2 * factor, factor]);
    }
    expect(compiled).toEqual([[2, -2, 0.25], [5, -5, 0.625]]); // prettier-ignore
    await expect(runAll(runner, vector(3e38, 1, 1))).rejects.toThrow(
      '0 or the 0 behind it gave Infinity in "hidden"',
    );
    await runner.close();
  });
});
