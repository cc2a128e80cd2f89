import { readFile } from 'node:fs/promises';
import { FoldError } from '#errors';
import { systemCode } from '#machine/system-code';
import { writeWhole } from '#machine/write-whole';
import { startTraining, type TrainedParameter } from '#training/optimise/adam';
import { memoryBytes } from '#weights/byte-source';
import { readSafetensors } from '#weights/safetensors';
import { writeSafetensors, type TensorToWrite } from '#weights/write-safetensors';
import type { StageSummary } from './manifest.js';

/** Everything that training needs to go on after a kill. */
export interface TrainingState {
  /** Name of the stage of the curriculum. */
  stage: string;
  /** Steps done in this stage. */
  step: number;
  /** Steps done in all stages. */
  totalSteps: number;
  /** Training examples seen in all stages. */
  samples: number;
  /** Seconds spent in steps, over all sessions. */
  seconds: number;
  randomState: number;
  /** Stages of the training before this run. */
  readonly history: readonly StageSummary[];
  readonly parameters: Map<string, TrainedParameter & { readonly shape: readonly number[] }>;
}

const PARTS = ['values', 'firstMoment', 'secondMoment', 'ema'] as const;

/**
 * Writes a checkpoint so that a kill at any moment leaves either the old one or the new one.
 *
 * @throws FoldError `FILE_WRITE`
 */
export async function saveCheckpoint(path: string, state: TrainingState): Promise<void> {
  const tensors = new Map<string, TensorToWrite>();
  for (const [name, parameter] of state.parameters) {
    for (const part of PARTS) {
      const { shape } = parameter;
      tensors.set(`${part}/${name}`, { dtype: 'F32', shape, values: parameter[part] });
    }
  }
  const updates = Object.fromEntries(
    [...state.parameters].map(([name, parameter]) => [name, parameter.updates]),
  );
  const progress = JSON.stringify({ ...state, updates, parameters: undefined });
  const metadata = new Map([['progress', progress]]);
  const bytes = writeSafetensors(tensors, metadata);
  const megabytes = Math.ceil(bytes.length / 1e6);
  const hint = `it needs ${megabytes} MB beside the file it replaces, which is still whole`;
  await writeWhole(path, bytes, hint);
}

/**
 * Reads what {@link saveCheckpoint} wrote; nothing where there is no file.
 *
 * @throws {@link FoldError} `FILE_READ`; `PARSE_SAFETENSORS` or `PARSE_CHECKPOINT` for another file
 */
export async function loadCheckpoint(path: string): Promise<TrainingState | undefined> {
  const bytes = await readFile(path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new FoldError('FILE_READ', `cannot read ${path}`, { cause: error });
  });
  if (!bytes) return undefined;
  const source = readSafetensors(memoryBytes(bytes, path));
  const { updates = {}, ...progress } = parseProgress(source.metadata.get('progress'), path);
  const names = [...source.names].filter((name) => name.startsWith('values/'));
  const parameters: TrainingState['parameters'] = new Map();
  for (const key of names) {
    const name = key.slice('values/'.length);
    const { shape } = source.info(key);
    const parameter = { shape, ...startTraining(source.read(key)), updates: updates[name] ?? 0 };
    for (const part of PARTS) source.read(`${part}/${name}`, parameter[part]);
    parameters.set(name, parameter);
  }
  return { ...progress, parameters };
}

type Progress = Omit<TrainingState, 'parameters'> & {
  /** By the name of the parameter. */
  readonly updates?: Readonly<Record<string, number>>;
};

function parseProgress(text: string | undefined, path: string): Progress {
  if (text !== undefined) return JSON.parse(text) as Progress;
  throw new FoldError('PARSE_CHECKPOINT', `${path} does not say how far its training went`, {
    hint: 'weights alone cannot be trained further: name a folder that `codonfold train` wrote',
  });
}
