import { createHash } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { recogniseModel } from '#architectures/recognise';
import { FoldError } from '#errors';
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
 * @throws FoldError as `openCheckpoint` and `recogniseModel`; `FILE_READ` where it was there for another process and has
 *   gone since
 */
export function loadModel(pathOrName: string, knownSha256?: string): LoadedModel {
  const checkpoint = knownSha256 === undefined ? openCheckpoint(pathOrName) : openAgain(pathOrName);
  return {
    ...identify(pathOrName, checkpoint, knownSha256),
    model: recogniseModel(checkpoint.config),
    weights: checkpoint.tensors,
  };
}

/** Opens what was there before: where it no longer is, it has not been misspelt, and is not unknown. */
function openAgain(pathOrName: string): Checkpoint {
  try {
    return openCheckpoint(pathOrName);
  } catch (error) {
    if (!(error instanceof FoldError) || !isOfMissingFile(error)) throw error;
    const what = error.code === 'FILE_READ' ? ` (${error.message})` : '';
    throw new FoldError(
      'FILE_READ',
      `the model ${pathOrName} was deleted or moved while it was in use${what}`,
      { cause: error, hint: 'Once its files are back, the next prediction opens them.' },
    );
  }
}

/** A file may also be there and unreadable: the system then gives another reason. A folder without weights has no cause. */
function isOfMissingFile({ code, cause }: FoldError): boolean {
  if (code === 'MODEL_UNKNOWN' || code === 'MODEL_MISSING') return true;
  const reason = (cause as NodeJS.ErrnoException | undefined)?.code ?? 'ENOENT';
  return code === 'FILE_READ' && reason === 'ENOENT';
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
