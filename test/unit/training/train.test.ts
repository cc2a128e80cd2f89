import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { forkedEngine } from '#tensor/engine/forked-engine';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { loadCheckpoint, saveCheckpoint } from '#training/run/checkpoint';
import type { TrainingData } from '#training/run/curriculum';
import { CHECKPOINT_FILE, LOG_FILE, train } from '#training/run/train';
import { readTrainingLog } from '#training/run/training-log';
import { temporaryFolder, TINY, tinyDataset, tinyStages } from './tiny.js';

// Compiling a training step takes seconds where other work keeps the cores busy.
vi.setConfig({ testTimeout: 120_000 });
const engine = nodeEngine(1);
const forked = forkedEngine();
afterAll(() => forked.close());
const STAGES = tinyStages(5, 4, 3);
let data: TrainingData;

async function trainTo(directory: string, maxSteps?: number) {
  return train([engine], { config: TINY, data, directory, stages: STAGES, seed: 7, maxSteps });
}

beforeAll(async () => {
  data = { dataset: await tinyDataset(), natural: undefined };
});

describe('training that is stopped and resumed', () => {
  it('gives the bytes of training without a stop, wherever it stopped', async () => {
    const whole = await temporaryFolder();
    const end = await trainTo(whole);
    expect(end).toMatchObject({ stage: 'structure', step: 3, totalSteps: 12, samples: 17 });
    // Within each stage.
    const pieces = await temporaryFolder();
    for (const maxSteps of [3, 7, 10]) await trainTo(pieces, maxSteps);
    const resumed = await trainTo(pieces);
    expect({ ...resumed, seconds: 0 }).toEqual({ ...end, seconds: 0 });
    const stored = await loadCheckpoint(join(pieces, CHECKPOINT_FILE));
    expect(stored).toEqual(resumed);
  });

  it('ends after the step under way when it is told to, with a checkpoint that says so', async () => {
    const directory = await temporaryFolder();
    const controller = new AbortController();
    const stopped = await train([engine], {
      ...{ config: TINY, data, directory, stages: STAGES, seed: 7, signal: controller.signal },
      onProgress: () => {
        controller.abort(); // the first line comes with the end of the first stage
      },
    });
    expect(stopped.totalSteps).toBe(5);
    expect(await loadCheckpoint(join(directory, CHECKPOINT_FILE))).toEqual(stopped);
    expect(await trainTo(directory)).toMatchObject({ totalSteps: 12 });
  });

  it('does nothing more once the curriculum is done', async () => {
    const directory = await temporaryFolder();
    const end = await trainTo(directory);
    const again = await trainTo(directory);
    expect(again).toEqual(end);
  });

  it('counts what moved a parameter over all stages, so that its averages do not begin anew', async () => {
    const directory = await temporaryFolder();
    const { parameters, totalSteps } = await trainTo(directory);
    const updatesOf = (name: string) => parameters.get(name)!.updates;
    expect(updatesOf('esm_s_combine')).toBe(totalSteps - 3); // all but those of the structure stage
    expect(updatesOf('lddt_head.0.weight')).toBe(3);
  });

  it('moves every trained parameter and leaves the rotary frequencies alone', async () => {
    const directory = await temporaryFolder();
    const [before, after] = [await trainTo(directory, 1), await trainTo(directory, 4)];
    const name = [...before.parameters.keys()].find((key) => key.endsWith('inv_freq'))!;
    expect(after.parameters.get(name)!.values).toEqual(before.parameters.get(name)!.values);
    const still = [...before.parameters].flatMap(([key, { values }]) =>
      after.parameters.get(key)!.values.every((value, i) => value === values[i]) ? [key] : [],
    );
    expect(still.filter((key) => !key.endsWith('inv_freq'))).toEqual([]);
  });
});

describe('a stage that diverges', () => {
  it('ends with an error that names what is not finite', async () => {
    const stages = [{ ...STAGES[0]!, steps: 50, peakLearningRate: 1e30 }];
    const directory = await temporaryFolder();
    await expect(train([engine], { config: TINY, data, directory, stages })).rejects.toMatchObject({
      code: 'TRAINING_DIVERGED',
      message: expect.stringMatching(/^10 steps in a row .*: loss, /) as string,
    });
  });
});

describe('a stage that holds parameters', () => {
  it('leaves them as they are and moves the rest', async () => {
    const stages = [{ ...STAGES[0]!, holds: ['esm.embeddings.'] }];
    const directory = await temporaryFolder();
    const options = { config: TINY, data, directory, stages };
    const [before, after] = [
      await train([engine], { ...options, maxSteps: 1 }),
      await train([engine], { ...options, maxSteps: 4 }),
    ];
    const values = (state: typeof before, name: string) => state.parameters.get(name)!.values;
    const [held, moved] = ['esm.embeddings.word_embeddings.weight', 'esm_s_combine'];
    expect(values(after, held)).toEqual(values(before, held));
    expect(values(after, moved)).not.toEqual(values(before, moved));
  });
});

describe('engines that work side by side', () => {
  it('give the bytes of one engine alone', async () => {
    const stages = STAGES.map((stage) => ({ ...stage, runsPerStep: 3 }));
    const [alone, together] = await Promise.all(
      [[engine], [engine, forked]].map(async (engines) => {
        const directory = await temporaryFolder();
        return train(engines, { config: TINY, data, directory, stages, seed: 7 });
      }),
    );
    expect(alone).toMatchObject({ samples: 51 });
    expect({ ...together, seconds: 0 }).toEqual({ ...alone, seconds: 0 });
  });
});

describe('a checkpoint that does not fit', () => {
  it('of another size is refused by the name of the tensor', async () => {
    const directory = await temporaryFolder();
    await trainTo(directory, 1);
    const config = { ...TINY, languageModel: { ...TINY.languageModel, transitionChannels: 15 } };
    const other = train([engine], { config, data, directory, stages: STAGES });
    await expect(other).rejects.toMatchObject({
      code: 'WEIGHTS_MISMATCH',
      message: expect.stringMatching(
        /esm\.encoder\.layer\.0\.intermediate\.dense\.weight" has shape \[14, 12\] in the checkpoint, the model needs \[15, 12\]/,
      ) as string,
    });
  });

  it('of another curriculum is refused by the name of its stage', async () => {
    const directory = await temporaryFolder();
    await trainTo(directory, 1);
    const other = train([engine], { config: TINY, data, directory, stages: STAGES.slice(1) });
    await expect(other).rejects.toMatchObject({ code: 'WEIGHTS_MISMATCH' });
  });

  it('without progress, or cut short, is refused', async () => {
    const directory = await temporaryFolder();
    const path = join(directory, CHECKPOINT_FILE);
    const weights = new URL(
      '../../fixtures/weights/huggingface/model.safetensors',
      import.meta.url,
    );
    await copyFile(weights, path);
    await expect(trainTo(directory)).rejects.toMatchObject({ code: 'PARSE_CHECKPOINT' });
    await writeFile(path, (await readFile(path)).subarray(0, 1000));
    await expect(trainTo(directory)).rejects.toMatchObject({ code: 'PARSE_SAFETENSORS' });
  });
});

describe('a disk that cannot be written', () => {
  it('is named, and the checkpoint before stays whole', async () => {
    const directory = await temporaryFolder();
    const path = join(directory, CHECKPOINT_FILE);
    const state = await trainTo(directory, 1);
    const before = await readFile(path);
    // A folder in the way of the temporary file fails as a full disk does: before the rename.
    await mkdir(`${path}.${process.pid}.tmp`);
    await expect(saveCheckpoint(path, state)).rejects.toMatchObject({ code: 'FILE_WRITE' });
    expect(await readFile(path)).toEqual(before);
  });
});

describe('overfitting', () => {
  it.each([
    ['distances', 1, 200],
    ['structure', 2, 300],
  ])(
    'lowers the loss of %s on one window to less than 0.8 of its start',
    async (name, last, steps) => {
      const directory = await temporaryFolder();
      const [chain] = data.dataset.chains;
      const window = { length: 17, sequence: chain!.sequence.slice(0, 17), numbering: '1:17' };
      const dataset = { ...data.dataset, chains: [{ ...chain!, ...window }] };
      const stages = tinyStages(0, 200, 300).slice(1, last + 1);
      await train([engine], {
        config: TINY,
        data: { dataset, natural: undefined },
        directory,
        stages,
      });
      const log = await readTrainingLog(join(directory, LOG_FILE));
      const losses = log.flatMap(({ stage, loss }) => (stage === name ? (loss ?? []) : []));
      expect(losses.length).toBe(steps / 20);
      expect(losses.at(-1)!).toBeLessThan(0.8 * losses[0]!);
    },
    900_000, // steps are counted, not seconds: a busy machine takes minutes
  );
});
