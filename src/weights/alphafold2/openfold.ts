import { renamed } from '#weights/rename';
import type { TensorSource } from '#weights/tensor-source';
import type { TorchCheckpoint } from '#weights/torch/checkpoint';
import type { PickleDictionary, PickleValue } from '#weights/torch/pickle-value';
import { openfoldName } from './openfold-names.js';

/** A tensor that every AlphaFold 2 network has and no other model. */
export const MARK = 'input_embedder.linear_tf_m.weight';
/** Where a training checkpoint keeps its tensors: the averaged ones first, as the published files hold those. */
const PLACES = [[], ['ema', 'params'], ['state_dict'], ['module'], ['model']] as const;

/**
 * Recognises a checkpoint of OpenFold, release 1 or 2: a plain state dictionary or one of training.
 *
 * @param checkpoint opened by `readTorchCheckpoint`
 * @param source what error messages call the file
 * @returns its tensors under the names of OpenFold 2; nothing where it is laid out otherwise
 */
export function readOpenfold(
  checkpoint: TorchCheckpoint,
  source: string,
): TensorSource | undefined {
  for (const place of PLACES) {
    const state = place.reduce<PickleValue | undefined>(
      (value, key) => (value instanceof Map ? value.get(key) : undefined),
      checkpoint.root,
    );
    if (state instanceof Map && hasNetwork(state))
      return renamed(checkpoint.tensors(state), openfoldName, source);
  }
  return undefined;
}

function hasNetwork(state: PickleDictionary): boolean {
  return [...state.keys()].some((name) => typeof name === 'string' && openfoldName(name) === MARK);
}
