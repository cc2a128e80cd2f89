import { describe, expect, it } from 'vitest';
import { featurise } from '#architectures/esmfold/features';
import { fold } from '#architectures/esmfold/fold';
import { StageRunner } from '#architectures/esmfold/stage-runner';
import type { DeviceMemory, Engine, KeptTensor } from '#tensor/engine/engine';
import { isKept } from '#tensor/engine/feeds';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { openEngine } from '#tensor/engine/open-engine';
import { tensorflowEngine } from '#tensor/engine/tensorflow';
import type { HostTensor } from '#tensor/tensor';
import { TINY_CONFIG, TINY_WEIGHTS } from '../../helpers/esmfold-tiny.js';
import { hasGraphicsCard, useGraphicsCard } from '../../helpers/graphics-card.js';
import { tensorflowOn } from '../../helpers/tensorflow.js';

const SEQUENCE = 'MKTAYIAK';
const { trunk } = TINY_CONFIG;
/** Numbers of a pair representation, by far the largest tensor of so small a model. */
const PAIR = SEQUENCE.length ** 2 * trunk.pairChannels;
const NUM_PASSES = 2;
/** Hidden states, mix and mask for the language model; single, pair and mask for each pass. */
const UPLOADS = 3 + 3 * NUM_PASSES;

/** The tensors that go to the device, lie there, and come back. */
class Traffic {
  numUploads = 0;
  numKept = 0;
  /** Tensors as large as a pair representation that graphs gave to this process. */
  numPairsGiven = 0;
  numPairsUploaded = 0;
  numPairsDownloaded = 0;

  /** The same engine, observed. */
  watch(engine: Engine): Engine {
    const memory = engine.deviceMemory!;
    const watched = (tensor: KeptTensor): KeptTensor => {
      this.numKept++;
      const dispose = tensor.dispose.bind(tensor);
      return Object.assign(tensor, {
        dispose: () => {
          this.numKept--;
          dispose();
        },
      });
    };
    const deviceMemory: DeviceMemory = {
      upload: async (tensor) => {
        this.numUploads++;
        if (isPair(tensor)) this.numPairsUploaded++;
        return watched(await memory.upload(tensor));
      },
      download: (tensor) => {
        if (isPair(tensor)) this.numPairsDownloaded++;
        return memory.download(tensor);
      },
      compile: async (graph, staying) => {
        const executable = await memory.compile(graph, staying);
        return {
          run: async (feeds) => {
            const results = Object.entries(await executable.run(feeds));
            for (const [, tensor] of results)
              if (isKept(tensor)) watched(tensor);
              else if (isPair(tensor)) this.numPairsGiven++;
            return Object.fromEntries(results);
          },
          dispose: () => executable.dispose(),
        };
      },
    };
    const refuse = () => Promise.reject(new Error('a graph was compiled without the device'));
    return { name: engine.name, compile: refuse, deviceMemory };
  }
}

const isPair = ({ shape }: Pick<HostTensor, 'shape'>): boolean =>
  shape.reduce((product, size) => product * size, 1) === PAIR;

const ENGINES: [string, boolean, () => Promise<Engine>][] = [
  ['tensorflow', true, async () => tensorflowEngine(await tensorflowOn('wasm'))],
  ['webgpu', hasGraphicsCard(), () => openEngine({ device: 'webgpu', numThreads: 1 })],
];

describe.each(ENGINES)('the memory of %s', { timeout: 300_000 }, (_, isHere, open) => {
  it.runIf(isHere)('holds weights over predictions, and representations over blocks', async () => {
    useGraphicsCard();
    const traffic = new Traffic();
    const runner = new StageRunner(traffic.watch(await open()), TINY_WEIGHTS, TINY_CONFIG);
    const predict = (sequence: string) =>
      fold(runner, featurise([sequence]), { numRecycles: NUM_PASSES - 1 });
    const first = await predict(SEQUENCE);
    const { numUploads, numKept } = traffic;
    expect(numKept).toBeGreaterThan(100);
    Object.assign(traffic, { numPairsUploaded: 0, numPairsDownloaded: 0, numPairsGiven: 0 });
    const second = await predict(SEQUENCE);
    expect(traffic.numKept).toBe(numKept);
    // No weights: what the stacks of the language model and of each pass start from, and what all their blocks read.
    expect(traffic.numUploads - numUploads).toBe(UPLOADS);
    expect(trunk.numBlocks).toBeGreaterThan(1);
    // A pass starts its stack once and ends it once, however many blocks that has.
    expect(traffic.numPairsUploaded).toBe(NUM_PASSES);
    expect(traffic.numPairsDownloaded).toBe(NUM_PASSES);
    expect(traffic.numPairsGiven).toBe(NUM_PASSES); // by the stage that starts the pass
    expect(second.single).toBeCloseToTensor(first.single, { atol: 1e-6, rtol: 0 });
    const onProcessor = new StageRunner(nodeEngine(1), TINY_WEIGHTS, TINY_CONFIG);
    const expected = await fold(onProcessor, featurise([SEQUENCE]), {
      numRecycles: NUM_PASSES - 1,
    });
    await onProcessor.close();
    expect(second.pair).toBeCloseToTensor(expected.pair, { atol: 1e-3, rtol: 1e-3 });
    await predict('MKT');
    expect(traffic.numKept).toBe(numKept);
    await runner.close();
    expect(traffic.numKept).toBe(0);
  });
});
