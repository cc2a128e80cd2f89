import { createHash } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { recogniseModel } from '#architectures/recognise';
import type { LoadedModel } from '#predict/predictor';
import { fingerprintPieces } from '#weights/fingerprint';
import { openCheckpoint } from '#weights/node/open';
import { MODELS } from '#weights/registry';
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
  const { config, tensors } = openCheckpoint(pathOrName);
  return {
    ...identify(pathOrName, tensors, knownSha256),
    model: recogniseModel(config),
    weights: tensors,
  };
}

/**
 * Name and SHA-256 of a model.
 *
 * @param pathOrName as it was opened
 * @param tensors of it
 * @param knownSha256 see {@link loadModel}
 */
export function identify(
  pathOrName: string,
  tensors: TensorSource,
  knownSha256?: string,
): { readonly name: string; readonly sha256: string } {
  const known = MODELS.find(
    ({ name, aliases }) => name === pathOrName || aliases?.includes(pathOrName),
  );
  const published = known?.files.find(({ sha256 }) => sha256 !== undefined)?.sha256;
  return {
    name: known?.name ?? basename(resolve(pathOrName)),
    sha256: knownSha256 ?? published ?? fingerprint(tensors),
  };
}

function fingerprint(tensors: TensorSource): string {
  const hash = createHash('sha256');
  for (const piece of fingerprintPieces(tensors)) hash.update(piece);
  return hash.digest('hex');
}
