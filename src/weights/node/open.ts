import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FoldError } from '#errors';
import { WEIGHT_FILES } from '#weights/file-folder';
import { openWeights } from '#weights/open-weights';
import type { Checkpoint } from '#weights/original/checkpoint';
import { findModel, hubNameOf, knownModel } from '#weights/registry';
import { isDescription, type RegistryModel } from '#weights/registry-model';
import { modelDirectory, type Environment } from './cache.js';
import { diskFolder, weightFileIn } from './disk-folder.js';
import type { FileStamp } from './file-stamp.js';
import { hubDirectory, hubSnapshot, newestSnapshot, sha256InHub } from './hub.js';
import { requireAsInstalled } from './installed-checksum.js';

/** Models that come with the package lie here. */
const SHIPPED = fileURLToPath(new URL('../../../data/weights/', import.meta.url));

/** What may be said beside the path. */
export interface OpenOptions {
  /** Path or name of the language model, for an original ESMFold file whose own does not lie beside it. */
  readonly languageModel?: string;
  readonly environment?: Environment;
}

/** Options with a list that every file which is opened is entered into. */
interface Opening extends OpenOptions {
  readonly files: FileStamp[];
}

/**
 * Opens a checkpoint: a folder in the layout of Hugging Face, a `.safetensors`, `.bin`, `.pt` or `.npz` file, an
 * installed model by its name, or a model in the cache of huggingface.co's tools by its name there. Tensors stay on disk
 * until they are read.
 *
 * @param pathOrName what exists as a path is taken as one
 * @param options see {@link OpenOptions}
 * @throws FoldError `MODEL_UNKNOWN`, `MODEL_MISSING`, `FILE_READ`, `PARSE_SAFETENSORS`, `PARSE_CHECKPOINT`,
 *   `WEIGHTS_MISMATCH`
 */
export function openCheckpoint(pathOrName: string, options: OpenOptions = {}): OpenedCheckpoint {
  const files: FileStamp[] = [];
  return { ...openPathOrName(pathOrName, { ...options, files }), files };
}

/** A checkpoint with the files that it is read from, as they were when it was opened. */
export interface OpenedCheckpoint extends Checkpoint {
  readonly files: readonly FileStamp[];
}

function openPathOrName(pathOrName: string, options: Opening): Checkpoint {
  if (!existsSync(pathOrName)) return openNamed(pathOrName, options);
  return statSync(pathOrName).isDirectory()
    ? openFolder(pathOrName, options)
    : openSingleFile(pathOrName, options);
}

function openNamed(name: string, options: Opening): Checkpoint {
  const { environment } = options;
  const snapshot = knownModel(name) ? undefined : hubSnapshot(name, environment);
  if (snapshot !== undefined) return openFolder(snapshot, options);
  if (!name.includes('/') || knownModel(name)) return openModel(findModel(name), options);
  throw new FoldError(
    'MODEL_UNKNOWN',
    `"${name}" is neither a file nor a folder, and ${hubDirectory(environment)} has no model of that name`,
    { hint: 'give a folder or file, or fetch it with the tools of huggingface.co first' },
  );
}

/**
 * Opens a model of the registry.
 *
 * @throws FoldError as {@link openCheckpoint}
 */
export function openInstalled(model: RegistryModel, options: OpenOptions = {}): Checkpoint {
  return openModel(model, { ...options, files: [] });
}

function openModel(model: RegistryModel, options: Opening): Checkpoint {
  const directory =
    model.layout === 'shipped'
      ? join(SHIPPED, model.name)
      : modelDirectory(model, options.environment);
  const missing = model.files.filter(({ path }) => !existsSync(join(directory, path)));
  const isMissing = missing.length > 0 || !existsSync(directory);
  const hubName = hubNameOf(model);
  const snapshot =
    isMissing && hubName !== undefined ? hubSnapshot(hubName, options.environment) : undefined;
  if (snapshot !== undefined) return openFolder(snapshot, options);
  if (isMissing)
    throw new FoldError('MODEL_MISSING', `${model.name} is not installed in ${directory}`, {
      hint: `codonfold models pull ${model.name}`,
    });
  requireDescriptionsAsInstalled(model, options);
  const checkpoint =
    model.layout === 'original'
      ? openSingleFile(join(directory, model.files[0]!.path), options)
      : openFolder(directory, options);
  const weights = model.files.filter((file) => !isDescription(file));
  const checked = weights.find(({ sha256 }) => sha256 !== undefined)?.sha256;
  return checked === undefined ? checkpoint : { ...checkpoint, sha256: checked };
}

/**
 * Stops where the configuration of an installed model is not the one that was installed: under the name of a known model,
 * another one would be computed with. Weights take too long to hash each time.
 *
 * @throws FoldError `WEIGHTS_MISMATCH`, `FILE_READ`
 */
export function requireDescriptionsAsInstalled(
  model: RegistryModel,
  { environment }: OpenOptions = {},
): void {
  for (const { path } of model.files.filter(isDescription))
    requireAsInstalled(join(modelDirectory(model, environment), path), model.name);
}

function openFolder(directory: string, options: Opening): Checkpoint {
  const found = weightFileIn(directory);
  const snapshot = found === undefined ? newestSnapshot(directory) : undefined;
  if (snapshot !== undefined) return openFolder(snapshot, options);
  if (found === undefined)
    throw new FoldError('FILE_READ', `${directory}: holds no weights`, {
      hint: `Expected config.json with one of ${WEIGHT_FILES.join(', ')}.`,
    });
  const path = join(directory, found);
  const sha256 = path.endsWith('.index.json') ? undefined : sha256InHub(path);
  const checkpoint = openSingleFile(path, options);
  return sha256 === undefined ? checkpoint : { ...checkpoint, sha256 };
}

function openSingleFile(path: string, options: Opening): Checkpoint {
  const { languageModel, files } = options;
  const inner =
    languageModel === undefined ? undefined : () => openPathOrName(languageModel, options);
  return openWeights(diskFolder(dirname(path), files), basename(path), inner);
}
