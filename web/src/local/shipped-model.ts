import { recogniseModel } from '#architectures/recognise';
import type { LoadedModel } from '#predict/predictor';
import { memoryBytes } from '#weights/byte-source';
import { fingerprintPieces } from '#weights/fingerprint';
import { dequantised } from '#weights/int8';
import { readSafetensors } from '#weights/safetensors';
import type { TensorSource } from '#weights/tensor-source';
import config from '../../../data/weights/codonfold-small/config.json';
import weights from '../../../data/weights/codonfold-small/model.safetensors?url';
import { download, joined } from './download.js';

/**
 * Loads the model that comes with the page.
 *
 * @param onLoading told which share of the weights has arrived
 * @throws FoldError `DOWNLOAD_FAILED`
 */
export async function loadShippedModel(onLoading: (share: number) => void): Promise<LoadedModel> {
  const bytes = await download(weights, onLoading);
  const tensors = dequantised(readSafetensors(memoryBytes(bytes, 'model.safetensors')));
  return {
    name: 'codonfold-small',
    sha256: await fingerprint(tensors),
    model: recogniseModel(config),
    weights: tensors,
  };
}

/** As the server names the same weights. */
async function fingerprint(tensors: TensorSource): Promise<string> {
  const bytes = await joined(fingerprintPieces(tensors));
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
