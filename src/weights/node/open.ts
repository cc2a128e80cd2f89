import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FoldError } from '#errors';
import { readDeepmind } from '#weights/alphafold2/deepmind';
import { readOpenfold } from '#weights/alphafold2/openfold';
import { publishedAlphafold2Config } from '#weights/alphafold2/published-config';
import { dequantised } from '#weights/int8';
import { isNpz } from '#weights/numpy/npz';
import {
  originalFoldingModel,
  originalLanguageModel,
  readOriginal,
  type Checkpoint,
  type OriginalFile,
} from '#weights/original/checkpoint';
import { isRecord, type CheckpointConfig } from '#weights/original/config';
import { languageModelName } from '#weights/original/language-models';
import { withPlainNames } from '#weights/plain-names';
import { findModel, hubNameOf, knownModel } from '#weights/registry';
import { isDescription, type RegistryModel } from '#weights/registry-model';
import { readSafetensors } from '#weights/safetensors';
import { readSharded } from '#weights/sharded';
import type { TensorSource } from '#weights/tensor-source';
import { readTorchCheckpoint, type TorchCheckpoint } from '#weights/torch/checkpoint';
import { modelDirectory, type Environment } from './cache.js';
import { hubDirectory, hubSnapshot, newestSnapshot, sha256InHub } from './hub.js';
import { requireAsInstalled } from './installed-checksum.js';
import { stampOf, type FileStamp } from './file-stamp.js';
import { parseFile } from './open-file.js';
import { WEIGHT_FILES, weightFileIn } from './weight-files.js';

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
    `"${name}" is no file or folder, and ${hubDirectory(environment)} has no model of that name`,
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
  if (path.endsWith('.index.json')) {
    const openShard = (file: string): TensorSource =>
      openTensors(join(dirname(path), file), options);
    return inHuggingFaceLayout(
      path,
      readSharded(readJson(path, options), path, openShard),
      options,
    );
  }
  if (extname(path) === '.safetensors')
    return inHuggingFaceLayout(path, openTensors(path, options), options);
  options.files.push(stampOf(path));
  const checkpoint = parseFile(path, (bytes) =>
    isNpz(bytes) ? readDeepmind(bytes) : readTorchCheckpoint(bytes),
  );
  if (!('root' in checkpoint))
    return alphafold2(checkpoint, path, { layout: 'deepmind', ...options });
  const openfold = readOpenfold(checkpoint, path);
  if (openfold) return alphafold2(openfold, path, { layout: 'openfold', ...options });
  const original = readOriginal(checkpoint, path);
  if (!original) return inHuggingFaceLayout(path, stateDictionary(checkpoint, path), options);
  if (original.kind === 'language-model') return openLanguageModel(original, path, options);
  return originalFoldingModel(original, languageModelOf(original, path, options), path);
}

/** Tensors with the config.json beside them. */
function inHuggingFaceLayout(path: string, tensors: TensorSource, options: Opening): Checkpoint {
  try {
    return { config: configBeside(path, options), tensors: withPlainNames(tensors, path) };
  } catch (error) {
    tensors.close();
    throw error;
  }
}

/** AlphaFold 2's files have no configuration, and the published ones all belong to one. */
function alphafold2(
  tensors: TensorSource,
  path: string,
  { layout, ...options }: Opening & { readonly layout: 'deepmind' | 'openfold' },
): Checkpoint {
  const config = existsSync(configPath(path))
    ? configBeside(path, options)
    : publishedAlphafold2Config(tensors, basename(path), layout);
  return { config, tensors };
}

/** The tensors of a file that has no configuration of its own. */
function openTensors(path: string, { files }: Opening): TensorSource {
  files.push(stampOf(path));
  return extname(path) === '.safetensors'
    ? dequantised(parseFile(path, readSafetensors))
    : stateDictionary(parseFile(path, readTorchCheckpoint), path);
}

function stateDictionary(checkpoint: TorchCheckpoint, path: string): TensorSource {
  const { root } = checkpoint;
  const nested = root instanceof Map ? (root.get('state_dict') ?? root.get('model')) : undefined;
  const dictionary = nested instanceof Map ? nested : root;
  if (!(dictionary instanceof Map))
    throw new FoldError('PARSE_CHECKPOINT', `${path}: holds no dictionary of tensors`);
  return checkpoint.tensors(dictionary);
}

function openLanguageModel(original: OriginalFile, path: string, options: Opening): Checkpoint {
  const contacts = join(dirname(path), `${basename(path, '.pt')}-contact-regression.pt`);
  return originalLanguageModel(
    original,
    existsSync(contacts) ? openTensors(contacts, options) : undefined,
    path,
  );
}

function languageModelOf(original: OriginalFile, path: string, options: Opening): Checkpoint {
  if (options.languageModel !== undefined) return openPathOrName(options.languageModel, options);
  const name = languageModelName(original.config);
  const beside = join(dirname(path), `${basename(name)}.pt`);
  if (existsSync(beside)) return openPathOrName(beside, options);
  throw new FoldError('MODEL_MISSING', `${path}: its language model ${name} is not beside it`, {
    hint: `Put ${basename(beside)} into ${dirname(path)}, or name another place for it.`,
  });
}

const configPath = (weights: string): string => join(dirname(weights), 'config.json');

/** What config.json says; where it does not say the alphabet, vocab.txt does. */
function configBeside(path: string, options: Opening): CheckpointConfig {
  const file = configPath(path);
  const config = readJson(file, options);
  const alphabet = join(dirname(path), 'vocab.txt');
  if (isRecord(config) && config['vocab_list'] == null && existsSync(alphabet))
    return { ...config, vocab_list: readFileSync(alphabet, 'utf8').trim().split(/\r?\n/) };
  if (isRecord(config)) return config;
  throw new FoldError('PARSE_CHECKPOINT', `${file}: is not a JSON object`);
}

function readJson(path: string, { files }: Opening): unknown {
  files.push(stampOf(path));
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new FoldError('FILE_READ', `${path}: cannot be read`, {
      cause,
      hint: 'A checkpoint in the layout of Hugging Face has config.json beside its weights.',
    });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FoldError('PARSE_CHECKPOINT', `${path}: is not JSON`, { cause });
  }
}
