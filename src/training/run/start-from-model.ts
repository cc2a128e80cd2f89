import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FoldModelConfig } from '#architectures/esmfold/config';
import { sameShape } from '#tensor/shape';
import { startTraining } from '#training/optimise/adam';
import { checkedTensors } from '#weights/finite';
import { openCheckpoint } from '#weights/node/open';
import type { TrainingState } from './checkpoint.js';
import type { ModelManifest } from './manifest.js';
import { predictionParameters } from './prediction-parameters.js';

/** What a run goes on from: values of parameters, and how they came to be. */
export interface TrainingStart {
  readonly parameters: TrainingState['parameters'];
  /** Of the training before; absent for weights that do not say. */
  readonly training?: ModelManifest['training'];
}

/**
 * Weights of a model as the start of a training run. Those that have another shape in the model to be trained are left
 * out, so that they start from scratch: a trunk may grow on a language model that stays.
 *
 * @param directory with the weights, and `manifest.json` where this project trained them
 * @param config of the model to be trained
 * @throws FoldError as `openCheckpoint`; `WEIGHTS_NOT_FINITE`
 */
export async function startFromModel(
  directory: string,
  config: FoldModelConfig,
): Promise<TrainingStart> {
  const tensors = checkedTensors(openCheckpoint(directory).tensors);
  const parameters: TrainingState['parameters'] = new Map();
  for (const [name, shape] of predictionParameters(config)) {
    if (!tensors.has(name) || !sameShape(tensors.info(name).shape, shape)) continue;
    const values = tensors.read(name).slice();
    parameters.set(name, { shape, ...startTraining(values) });
  }
  tensors.close();
  const manifest = await readFile(join(directory, 'manifest.json'), 'utf8').catch(() => undefined);
  if (manifest === undefined) return { parameters };
  return { parameters, training: (JSON.parse(manifest) as ModelManifest).training };
}
