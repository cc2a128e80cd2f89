import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { parseModelConfig } from '#architectures/esmfold/config-file';
import { esmfoldModel } from '#architectures/esmfold/model';
import { localPredictor } from '#predict/predictor';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { writeDataset } from '#training/data-build/write-dataset';
import { loadCheckpoint, saveCheckpoint } from '#training/run/checkpoint';
import { exportModel } from '#training/run/export';
import type { ModelManifest } from '#training/run/manifest';
import { predictionParameters } from '#training/run/prediction-parameters';
import { startFromModel } from '#training/run/start-from-model';
import { CHECKPOINT_FILE, train } from '#training/run/train';
import { openCheckpoint } from '#weights/node/open';
import { builtChain, temporaryFolder, TINY, tinyDataset, tinyStages } from './tiny.js';

// Compiling a training step takes seconds where other work keeps the cores busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
let run: string;
let data: string;
beforeAll(async () => {
  [run, data] = [await temporaryFolder(), await temporaryFolder()];
  await writeDataset(data, [{ chain: builtChain('5pti-a'), cluster: 'c0', split: 'train' }]);
  await train([nodeEngine(1)], {
    config: TINY,
    data: { dataset: await tinyDataset(), natural: undefined },
    directory: run,
    stages: tinyStages(2, 1, 1),
  });
});

const about = () => ({ model: 'tiny', config: TINY, data });

describe('exportModel', () => {
  it('writes averaged weights: matrices rounded to half precision, the rest as they are', async () => {
    const directory = await temporaryFolder();
    await exportModel(run, directory, about());
    const { tensors, config } = openCheckpoint(directory);
    const state = (await loadCheckpoint(join(run, CHECKPOINT_FILE)))!;
    expect(parseModelConfig(config)).toEqual(TINY);
    expect([...tensors.names].sort()).toEqual([...predictionParameters(TINY).keys()].sort());
    for (const name of tensors.names) {
      const { dtype, shape } = tensors.info(name);
      const { ema } = state.parameters.get(name)!;
      expect([name, dtype]).toEqual([name, shape.length > 1 ? 'F16' : 'F32']);
      const read = tensors.read(name);
      const largest = ema.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-4);
      const error = read.reduce((most, value, i) => Math.max(most, Math.abs(value - ema[i]!)), 0);
      expect(error).toBeLessThanOrEqual(dtype === 'F16' ? largest / 2048 : 0);
    }
    tensors.close();
  });

  it('gives a model that folds', async () => {
    const directory = await temporaryFolder();
    await exportModel(run, directory, about());
    const { tensors } = openCheckpoint(directory);
    const model = { name: 'tiny', sha256: '', model: esmfoldModel(TINY), weights: tensors };
    const predictor = localPredictor(nodeEngine(1), model);
    const prediction = await predictor.predict({
      name: 'x',
      chains: [{ id: 'A', sequence: 'MKTVRQG' }],
    });
    await predictor.close();
    expect(prediction.atom14).toHaveLength(7 * 42);
    expect(prediction.atom14.every(Number.isFinite)).toBe(true);
  });

  it('leaves out what only losses use', () => {
    const names = [...predictionParameters(TINY).keys()];
    expect(names.filter((name) => name.startsWith('masked_residue_head'))).not.toEqual([]);
    expect(names.filter((name) => name.startsWith('hydrogen_bond_head'))).toEqual([]);
  });

  it('says in the manifest what was trained, on what and how long', async () => {
    const directory = await temporaryFolder();
    await exportModel(run, directory, about());
    const read = (name: string) => readFile(join(directory, name));
    const manifest = JSON.parse((await read('manifest.json')).toString()) as ModelManifest;
    const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    expect(manifest).toMatchObject({
      model: 'tiny',
      config: TINY,
      dataSha256: sha256(await readFile(join(data, 'index.tsv'))),
      training: { stage: 'structure', steps: 4, samples: 6 },
    });
    const weights = await read('model.safetensors');
    expect(manifest.weights.sha256).toBe(sha256(weights));
    expect(manifest.weights.bytes).toBe(weights.length);
    const { stages } = manifest.training;
    expect(stages.map(({ name }) => name)).toEqual(['encoder', 'distances', 'structure']);
    expect(Object.keys(stages[1]!.validation!)).toContain('distogram');
  });

  it('counts the training that a run went on from', async () => {
    const [first, second, directory] = await Promise.all([0, 1, 2].map(temporaryFolder));
    await exportModel(run, first!, about());
    await train([nodeEngine(1)], {
      config: TINY,
      data: { dataset: await tinyDataset(), natural: undefined },
      directory: directory!,
      stages: tinyStages(0, 3, 1),
      firstStage: 'distances',
      from: await startFromModel(first!, TINY),
    });
    const manifest = await exportModel(directory!, second!, about());
    expect(manifest.training).toMatchObject({ stage: 'structure', steps: 8, samples: 10 });
    expect(manifest.training.stages.map(({ name, steps }) => [name, steps])).toEqual([
      ['encoder', 2],
      ['distances', 1],
      ['structure', 1],
      ['distances', 3],
      ['structure', 1],
    ]);
  });

  it('is a start for a model with another trunk: tensors of another shape start from new values', async () => {
    const directory = await temporaryFolder();
    await exportModel(run, directory, about());
    const wide = { ...TINY, trunk: { ...TINY.trunk, pairChannels: 2 * TINY.trunk.pairChannels } };
    const { parameters } = await startFromModel(directory, wide);
    const block = 'trunk.blocks.0';
    expect(parameters.has(`${block}.mlp_seq.mlp.1.weight`)).toBe(true);
    expect(parameters.has(`${block}.mlp_pair.mlp.1.weight`)).toBe(false);
    const { parameters: same } = await startFromModel(directory, TINY);
    expect(same.has(`${block}.mlp_pair.mlp.1.weight`)).toBe(true);
  });

  it('gives the same bytes each time', async () => {
    const [first, second] = [await temporaryFolder(), await temporaryFolder()];
    await exportModel(run, first, about());
    await exportModel(run, second, about());
    for (const name of ['model.safetensors', 'config.json', 'manifest.json'])
      expect(await readFile(join(first, name))).toEqual(await readFile(join(second, name)));
  });

  it('refuses a run that has not begun to fold, naming a tensor that is missing', async () => {
    const early = await temporaryFolder();
    const state = (await loadCheckpoint(join(run, CHECKPOINT_FILE)))!;
    for (const key of [...state.parameters.keys()])
      if (key.startsWith('trunk.')) state.parameters.delete(key);
    await saveCheckpoint(join(early, CHECKPOINT_FILE), state);
    await expect(exportModel(early, early, about())).rejects.toMatchObject({
      code: 'WEIGHTS_MISMATCH',
      message: expect.stringContaining('no tensor "trunk.') as string,
    });
  });

  it('refuses weights that half precision cannot hold', async () => {
    const diverged = await temporaryFolder();
    const state = (await loadCheckpoint(join(run, CHECKPOINT_FILE)))!;
    state.parameters.get('esm.embeddings.word_embeddings.weight')!.ema[5] = NaN;
    await saveCheckpoint(join(diverged, CHECKPOINT_FILE), state);
    await expect(exportModel(diverged, diverged, about())).rejects.toMatchObject({
      code: 'WEIGHTS_MISMATCH',
      message: expect.stringContaining('word_embeddings.weight" holds NaN') as string,
    });
  });

  it('refuses a folder without a checkpoint', async () => {
    await expect(exportModel(data, data, about())).rejects.toMatchObject({ code: 'FILE_READ' });
  });
});
