import { FoldError } from '#errors';
import { readDeepmind } from './alphafold2/deepmind.js';
import { readOpenfold } from './alphafold2/openfold.js';
import { publishedAlphafold2Config } from './alphafold2/published-config.js';
import { parseBytes, type FileFolder } from './file-folder.js';
import { dequantised } from './int8.js';
import { isNpz } from './numpy/npz.js';
import {
  originalFoldingModel,
  originalLanguageModel,
  readOriginal,
  type Checkpoint,
  type OriginalFile,
} from './original/checkpoint.js';
import { isRecord, type CheckpointConfig } from './original/config.js';
import { languageModelName } from './original/language-models.js';
import { withPlainNames } from './plain-names.js';
import { readSafetensors } from './safetensors.js';
import { readSharded } from './sharded.js';
import type { TensorSource } from './tensor-source.js';
import { readTorchCheckpoint, type TorchCheckpoint } from './torch/checkpoint.js';

const CONFIG = 'config.json';
/** Largest text that is read beside weights. */
const MAX_TEXT_BYTES = 64 * 2 ** 20;

/**
 * Opens a weight file with what lies beside it: a `.safetensors`, `.bin`, `.pt` or `.npz` file, or the index of shards.
 * Tensors stay where they are until they are read.
 *
 * @param folder that the file is in
 * @param name of the file
 * @param languageModel opens the language model of an original ESMFold file that shall not be looked for beside it
 * @throws FoldError `MODEL_MISSING`, `FILE_READ`, `PARSE_SAFETENSORS`, `PARSE_CHECKPOINT`, `WEIGHTS_MISMATCH`
 */
export function openWeights(
  folder: FileFolder,
  name: string,
  languageModel?: () => Checkpoint,
): Checkpoint {
  const path = folder.pathOf(name);
  if (name.endsWith('.index.json')) {
    const openShard = (file: string): TensorSource => openTensors(folder, file);
    return inHuggingFaceLayout(folder, name, readSharded(readJson(folder, name), path, openShard));
  }
  if (name.endsWith('.safetensors'))
    return inHuggingFaceLayout(folder, name, openTensors(folder, name));
  const checkpoint = parseBytes(folder.open(name), (bytes) =>
    isNpz(bytes) ? readDeepmind(bytes) : readTorchCheckpoint(bytes),
  );
  if (!('root' in checkpoint)) return alphafold2(folder, name, checkpoint, 'deepmind');
  const openfold = readOpenfold(checkpoint, path);
  if (openfold) return alphafold2(folder, name, openfold, 'openfold');
  const original = readOriginal(checkpoint, path);
  if (!original) return inHuggingFaceLayout(folder, name, stateDictionary(checkpoint, path));
  if (original.kind === 'language-model') return openLanguageModel(folder, name, original);
  const inner = languageModel ? languageModel() : languageModelBeside(folder, name, original);
  return originalFoldingModel(original, inner, path);
}

/** Tensors with the config.json beside them. */
function inHuggingFaceLayout(folder: FileFolder, name: string, tensors: TensorSource): Checkpoint {
  try {
    return { config: configIn(folder), tensors: withPlainNames(tensors, folder.pathOf(name)) };
  } catch (error) {
    tensors.close();
    throw error;
  }
}

/** AlphaFold 2's files have no configuration, and the published ones all belong to one. */
function alphafold2(
  folder: FileFolder,
  name: string,
  tensors: TensorSource,
  layout: 'deepmind' | 'openfold',
): Checkpoint {
  const config = folder.has(CONFIG)
    ? configIn(folder)
    : publishedAlphafold2Config(tensors, name, layout);
  return { config, tensors };
}

/** The tensors of a file that has no configuration of its own. */
function openTensors(folder: FileFolder, name: string): TensorSource {
  const bytes = folder.open(name);
  return name.endsWith('.safetensors')
    ? dequantised(parseBytes(bytes, readSafetensors))
    : stateDictionary(parseBytes(bytes, readTorchCheckpoint), folder.pathOf(name));
}

function stateDictionary(checkpoint: TorchCheckpoint, path: string): TensorSource {
  const { root } = checkpoint;
  const nested = root instanceof Map ? (root.get('state_dict') ?? root.get('model')) : undefined;
  const dictionary = nested instanceof Map ? nested : root;
  if (!(dictionary instanceof Map))
    throw new FoldError('PARSE_CHECKPOINT', `${path}: holds no dictionary of tensors`);
  return checkpoint.tensors(dictionary);
}

function openLanguageModel(folder: FileFolder, name: string, original: OriginalFile): Checkpoint {
  const contacts = `${name.replace(/\.pt$/, '')}-contact-regression.pt`;
  return originalLanguageModel(
    original,
    folder.has(contacts) ? openTensors(folder, contacts) : undefined,
    folder.pathOf(name),
  );
}

function languageModelBeside(folder: FileFolder, name: string, original: OriginalFile): Checkpoint {
  const wanted = languageModelName(original.config);
  const beside = `${wanted.slice(wanted.lastIndexOf('/') + 1)}.pt`;
  if (folder.has(beside)) return openWeights(folder, beside);
  throw new FoldError(
    'MODEL_MISSING',
    `${folder.pathOf(name)}: its language model ${wanted} is not beside it`,
    { hint: `Put ${beside} beside it, or name another place for it.` },
  );
}

/** What config.json says; where it does not say the alphabet, vocab.txt does. */
function configIn(folder: FileFolder): CheckpointConfig {
  const config = readJson(folder, CONFIG);
  if (!isRecord(config))
    throw new FoldError('PARSE_CHECKPOINT', `${folder.pathOf(CONFIG)}: is not a JSON object`);
  if (config['vocab_list'] != null || !folder.has('vocab.txt')) return config;
  return { ...config, vocab_list: readText(folder, 'vocab.txt').trim().split(/\r?\n/) };
}

function readJson(folder: FileFolder, name: string): unknown {
  const path = folder.pathOf(name);
  let text: string;
  try {
    text = readText(folder, name);
  } catch (error) {
    throw new FoldError('FILE_READ', `${path}: cannot be read`, {
      cause: error instanceof FoldError ? error.cause : error,
      hint: 'A checkpoint in the layout of Hugging Face has config.json beside its weights.',
    });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FoldError('PARSE_CHECKPOINT', `${path}: is not JSON`, { cause });
  }
}

function readText(folder: FileFolder, name: string): string {
  const bytes = folder.open(name);
  try {
    if (bytes.size > MAX_TEXT_BYTES)
      throw new FoldError('FILE_READ', `${bytes.name}: has ${bytes.size} bytes, too many for text`);
    return new TextDecoder().decode(bytes.read(0, bytes.size));
  } finally {
    bytes.close();
  }
}
