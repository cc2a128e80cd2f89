import { createHash } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { recogniseModel } from '#architectures/recognise';
import type { LoadedModel } from '#predict/predictor';
import { fingerprintPieces } from '#weights/fingerprint';
import { nameInHub } from '#weights/node/hub';
import { openCheckpoint } from '#weights/node/open';
import type { Checkpoint } from '#weights/original/checkpoint';
import { knownModel } from '#weights/registry';
import type { TensorSource } from '#weights/tensor-source';

/** The model that comes with the package. */
export const DEFAULT_MODEL = 'codonfold-small';

/**
 * Opens a model by name or path. Tensors stay on disk until they are used.
 *
 * @param pathOrName a name of the registry, a folder or a file
 * @param knownSha256 of its weights, where another process has hashed them; gigabytes take seconds
 * @throws FoldError as `openCheckpoint` and `recogniseModel`
 */
export function loadModel(pathOrName: string, knownSha256?: string): LoadedModel {
  const checkpoint = openCheckpoint(pathOrName);
  return {
    ...identify(pathOrName, checkpoint, knownSha256),
    model: recogniseModel(checkpoint.config),
    weights: checkpoint.tensors,
  };
}

/**
 * Name and SHA-256 of a model.
 *
 * @param pathOrName as it was opened
 * @param checkpoint what was opened
 * @param knownSha256 see {@link loadModel}
 */
export function identify(
  pathOrName: string,
  { tensors, sha256 }: Checkpoint,
  knownSha256?: string,
): { readonly name: string; readonly sha256: string } {
  const path = resolve(pathOrName);
  return {
    name: knownModel(pathOrName)?.name ?? nameInHub(path) ?? basename(path),
    sha256: knownSha256 ?? sha256 ?? fingerprint(tensors),
  };
}

function fingerprint(tensors: TensorSource): string {
  const hash = createHash('sha256');
  for (const piece of fingerprintPieces(tensors)) hash.update(piece);
  return hash.digest('hex');
}
