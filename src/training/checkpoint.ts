import { open, readFile, rename } from 'node:fs/promises';
import { memoryBytes } from '#weights/byte-source';
import { readSafetensors } from '#weights/safetensors';
import { writeSafetensors, type TensorToWrite } from '#weights/write-safetensors';
import { startTraining, type TrainedParameter } from './adam.js';

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
  readonly parameters: Map<string, TrainedParameter & { readonly shape: readonly number[] }>;
}

const PARTS = ['values', 'firstMoment', 'secondMoment', 'ema'] as const;

/** Writes a checkpoint so that a kill at any moment leaves either the old one or the new one. */
export async function saveCheckpoint(path: string, state: TrainingState): Promise<void> {
  const tensors = new Map<string, TensorToWrite>();
  for (const [name, parameter] of state.parameters) {
    for (const part of PARTS) {
      const { shape } = parameter;
      tensors.set(`${part}/${name}`, { dtype: 'F32', shape, values: parameter[part] });
    }
  }
  const progress = JSON.stringify({ ...state, parameters: undefined });
  const metadata = new Map([['progress', progress]]);
  await writeAtomically(path, writeSafetensors(tensors, metadata));
}

/** Writes a file so that it is either whole or not there. */
export async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/** Reads what {@link saveCheckpoint} wrote; nothing where there is no file. */
export async function loadCheckpoint(path: string): Promise<TrainingState | undefined> {
  const bytes = await readFile(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (!bytes) return undefined;
  const source = readSafetensors(memoryBytes(bytes, path));
  const progress = JSON.parse(source.metadata.get('progress') ?? '{}') as Omit<
    TrainingState,
    'parameters'
  >;
  const names = [...source.names].filter((name) => name.startsWith('values/'));
  const parameters: TrainingState['parameters'] = new Map();
  for (const key of names) {
    const name = key.slice('values/'.length);
    const { shape } = source.info(key);
    const parameter = { shape, ...startTraining(source.read(key)) };
    for (const part of PARTS) source.read(`${part}/${name}`, parameter[part]);
    parameters.set(name, parameter);
  }
  return { ...progress, parameters };
}
