import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openCheckpoint } from '#weights/node/open';
import { startTraining } from './adam.js';
import type { TrainingState } from './checkpoint.js';
import type { ModelManifest } from './manifest.js';

/** What a run goes on from: values of parameters, and how they came to be. */
export interface TrainingStart {
  readonly parameters: TrainingState['parameters'];
  /** Of the training before; absent for weights that do not say. */
  readonly training?: ModelManifest['training'];
}

/**
 * Weights of a model as the start of a training run.
 *
 * @param directory with the weights, and `manifest.json` where this project trained them
 * @throws FoldError as `openCheckpoint`
 */
export async function startFromModel(directory: string): Promise<TrainingStart> {
  const { tensors } = openCheckpoint(directory);
  const parameters: TrainingState['parameters'] = new Map();
  for (const name of tensors.names) {
    const values = tensors.read(name).slice();
    parameters.set(name, { shape: tensors.info(name).shape, ...startTraining(values) });
  }
  tensors.close();
  const manifest = await readFile(join(directory, 'manifest.json'), 'utf8').catch(() => undefined);
  if (manifest === undefined) return { parameters };
  return { parameters, training: (JSON.parse(manifest) as ModelManifest).training };
}
