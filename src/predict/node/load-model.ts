import { createHash } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { recogniseModel } from '#architectures/recognise';
import { FoldError } from '#errors';
import { systemCode } from '#machine/system-code';
import type { LoadedModel } from '#predict/predictor';
import { fingerprintPieces } from '#weights/fingerprint';
import { nameInHub } from '#weights/node/hub';
import { changedFiles, type FileStamp } from '#weights/node/file-stamp';
import { openCheckpoint, type OpenedCheckpoint } from '#weights/node/open';
import type { Checkpoint } from '#weights/original/checkpoint';
import { knownModel } from '#weights/registry';
import type { TensorSource } from '#weights/tensor-source';

/** The model that comes with the package. */
export const DEFAULT_MODEL = 'codonfold-small';

/** What another process has found of a model: gigabytes take seconds to hash. */
export interface KnownModelFiles {
  readonly sha256: string;
  /** As they were when it opened them. */
  readonly files: readonly FileStamp[];
}

/** A model with the files that it is read from. */
export interface ModelOfFiles extends LoadedModel, KnownModelFiles {}

/**
 * Opens a model by name or path. Tensors stay on disk until they are used.
 *
 * @param pathOrName a name of the registry, a folder or a file
 * @param known see {@link KnownModelFiles}; taken over where the files are as they were
 * @throws FoldError as `openCheckpoint` and `recogniseModel`; `FILE_READ` where it was there for another process and has
 *   gone since; `MODEL_CHANGED` where it is another model now
 */
export function loadModel(pathOrName: string, known?: KnownModelFiles): ModelOfFiles {
  const checkpoint = known ? openAgain(pathOrName) : openCheckpoint(pathOrName);
  try {
    return {
      ...identify(pathOrName, checkpoint, known && knownSha256(checkpoint, known)),
      model: recogniseModel(checkpoint.config),
      weights: checkpoint.tensors,
      files: checkpoint.files,
    };
  } catch (error) {
    checkpoint.tensors.close();
    throw error;
  }
}

/**
 * The SHA-256 that is known, where it is still that of the weights. Files that were written to meanwhile are hashed again.
 *
 * @throws FoldError `MODEL_CHANGED`
 */
function knownSha256(checkpoint: OpenedCheckpoint, { sha256, files }: KnownModelFiles): string {
  const [changed, ...others] = changedFiles(files);
  if (!changed) return sha256;
  const mayBeTheSame = [changed, ...others].every(({ isOfContents }) => !isOfContents);
  // The SHA-256 of a published file is not that of its tensors: nothing can be compared.
  const isTheSame =
    mayBeTheSame && checkpoint.sha256 === undefined && fingerprint(checkpoint.tensors) === sha256;
  if (isTheSame) return sha256;
  throw new FoldError('MODEL_CHANGED', `${changed.path} has changed while the model was in use`, {
    hint: 'Start the program again to predict with what is there now, or put the old file back.',
  });
}

/** Opens what was there before: where it no longer is, it has not been misspelt, and is not unknown. */
function openAgain(pathOrName: string): OpenedCheckpoint {
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
  const reason = systemCode(cause) ?? 'ENOENT';
  return code === 'FILE_READ' && reason === 'ENOENT';
}

/**
 * Name and SHA-256 of a model.
 *
 * @param pathOrName as it was opened
 * @param checkpoint what was opened
 * @param knownSha256 where its weights need not be hashed
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
