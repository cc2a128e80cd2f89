import { recogniseModel } from '#architectures/recognise';
import { FoldError } from '#errors';
import type { LoadedModel } from '#predict/predictor';
import { memoryBytes } from '#weights/byte-source';
import { fingerprintPieces } from '#weights/fingerprint';
import { dequantised } from '#weights/int8';
import { readSafetensors } from '#weights/safetensors';
import type { TensorSource } from '#weights/tensor-source';
import config from '../../../data/weights/codonfold-small/config.json';
import weights from '../../../data/weights/codonfold-small/model.safetensors?url';

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

async function download(url: string, onLoading: (share: number) => void): Promise<Uint8Array> {
  const response = await fetch(url).catch(() => undefined);
  if (!response?.ok || !response.body)
    throw new FoldError('DOWNLOAD_FAILED', 'The model could not be loaded from the server.', {
      hint: 'Check the connection and try again.',
    });
  const size = Number(response.headers.get('content-length') ?? 0);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let arrived = 0;
  const reader = response.body.getReader(); // not every browser can `for await` a stream
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    pieces.push(piece.value);
    arrived += piece.value.length;
    if (size > 0) onLoading(Math.min(1, arrived / size));
  }
  return joined(pieces);
}

async function joined(pieces: Iterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const all = new Blob([...pieces] as Uint8Array<ArrayBuffer>[]);
  return new Uint8Array(await all.arrayBuffer());
}

/** As the server names the same weights. */
async function fingerprint(tensors: TensorSource): Promise<string> {
  const bytes = await joined(fingerprintPieces(tensors));
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
