import type { TensorSource } from '#weights/tensor-source';
import { startTraining } from './adam.js';
import type { TrainingState } from './checkpoint.js';

/** Every tensor of a model, as parameters that training goes on from: known values, no history. */
export function knownWeights(tensors: TensorSource): TrainingState['parameters'] {
  return new Map(
    [...tensors.names].map((name) => [
      name,
      { shape: tensors.info(name).shape, ...startTraining(tensors.read(name).slice()) },
    ]),
  );
}
