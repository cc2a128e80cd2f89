import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { FoldModelConfig } from '#architectures/esmfold/config';
import { formatModelConfig } from '#architectures/esmfold/config-file';
import { FoldError } from '#errors';
import { makeWritableFolder } from '#machine/make-folder';
import { writeWhole } from '#machine/write-whole';
import { sameShape } from '#tensor/shape';
import { writeSafetensors, type TensorToWrite } from '#weights/write-safetensors';
import { loadCheckpoint, type TrainingState } from './checkpoint.js';
import type { ModelManifest, StageSummary } from './manifest.js';
import { predictionParameters } from './prediction-parameters.js';
import { CHECKPOINT_FILE, LOG_FILE } from './train.js';
import { readTrainingLog, type LogEntry } from './training-log.js';

/** Largest file of weights that the project ships. */
const MAX_WEIGHT_BYTES = 20_000_000;
const LARGEST_HALF = 65_504;

/**
 * Writes a trained model as a folder in the layout of Hugging Face: averaged weights, matrices in half precision,
 * with `config.json` and `manifest.json`. The same checkpoint gives the same bytes.
 *
 * @param run folder of the training run
 * @param directory where the model goes
 * @param about name and sizes of the model, and the data it was trained on
 * @throws {@link FoldError} `WEIGHTS_MISMATCH` naming the tensor that the checkpoint lacks or has in another shape
 */
export async function exportModel(
  run: string,
  directory: string,
  about: { readonly model: string; readonly config: FoldModelConfig; readonly data: string },
): Promise<ModelManifest> {
  makeWritableFolder(directory);
  const state = await loadCheckpoint(join(run, CHECKPOINT_FILE));
  if (!state) {
    throw new FoldError('FILE_READ', `${run} holds no ${CHECKPOINT_FILE}`, {
      hint: 'name the folder that `codonfold train --out` wrote',
    });
  }
  const { model, config, data } = about;
  const weights = exportedWeights(state, config);
  if (weights.length > MAX_WEIGHT_BYTES) {
    throw new FoldError(
      'WEIGHTS_MISMATCH',
      `the weights take ${weights.length} bytes, more than ${MAX_WEIGHT_BYTES}`,
    );
  }
  const file = 'model.safetensors';
  const { totalSteps: steps, stage, samples, seconds } = state;
  const log = await readTrainingLog(join(run, LOG_FILE));
  const stages = [...state.history, ...summarise(log, totalSeconds(state.history))];
  const manifest: ModelManifest = {
    model,
    config,
    dataSha256: await sha256OfFile(join(data, 'index.tsv')),
    training: { stage, steps, samples, seconds: Math.round(seconds), stages },
    weights: {
      file,
      bytes: weights.length,
      sha256: createHash('sha256').update(weights).digest('hex'),
    },
  };
  await writeWhole(join(directory, file), weights);
  await writeWhole(join(directory, 'config.json'), json(formatModelConfig(config)));
  await writeWhole(join(directory, 'manifest.json'), json(manifest));
  return manifest;
}

/** The averaged weights that predictions need, as a safetensors file. */
export function exportedWeights(state: TrainingState, config: FoldModelConfig): Uint8Array {
  const tensors = new Map<string, TensorToWrite>();
  for (const [name, shape] of predictionParameters(config)) {
    const parameter = state.parameters.get(name);
    if (!parameter) {
      throw new FoldError('WEIGHTS_MISMATCH', `the checkpoint has no tensor "${name}"`, {
        hint: `it is in stage "${state.stage}"; the first folding stage adds trunk and structure module`,
      });
    }
    if (!sameShape(parameter.shape, shape)) {
      throw new FoldError(
        'WEIGHTS_MISMATCH',
        `"${name}" has shape [${parameter.shape.join(', ')}] in the checkpoint, the model needs [${shape.join(', ')}]`,
      );
    }
    // Offsets, scales and rotary frequencies are few and sensitive: they stay as they are.
    const dtype = shape.length > 1 ? 'F16' : 'F32';
    tensors.set(name, { dtype, shape, values: representable(name, parameter.ema) });
  }
  return writeSafetensors(tensors);
}

function representable(name: string, values: Float32Array): Float32Array {
  const worst = values.find((value) => !(Math.abs(value) <= LARGEST_HALF));
  if (worst === undefined) return values;
  throw new FoldError('WEIGHTS_MISMATCH', `"${name}" holds ${worst}, beyond half precision`, {
    hint: 'the training run diverged: go back to an earlier checkpoint',
  });
}

function totalSeconds(stages: readonly StageSummary[]): number {
  return stages.reduce((total, { seconds }) => total + seconds, 0);
}

/** What each stage of a log took, after so many seconds of earlier training. */
function summarise(log: readonly LogEntry[], secondsBefore: number): StageSummary[] {
  const names = [...new Set(log.map(({ stage }) => stage))];
  let before = secondsBefore;
  return names.map((name) => {
    const entries = log.filter(({ stage }) => stage === name);
    const until = entries.findLast(({ totalSeconds }) => totalSeconds !== undefined)?.totalSeconds;
    const seconds = (until ?? before) - before;
    before += seconds;
    const validation = entries.findLast((entry) => entry.validation)?.validation;
    return { name, steps: entries.at(-1)!.step, seconds, ...(validation ? { validation } : {}) };
  });
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  } catch (cause) {
    throw new FoldError('FILE_READ', `cannot read ${path}`, {
      cause,
      hint: 'name the data set that the model was trained on',
    });
  }
  return hash.digest('hex');
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
