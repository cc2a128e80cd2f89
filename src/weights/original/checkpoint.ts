import { FoldError } from '#errors';
import { joined } from '#weights/join';
import { renamed } from '#weights/rename';
import type { TensorSource } from '#weights/tensor-source';
import type { TorchCheckpoint } from '#weights/torch/checkpoint';
import { PlainObject, type PickleValue } from '#weights/torch/pickle-value';
import { esm2Config, esmfoldConfig, isRecord, type CheckpointConfig } from './config.js';
import { esm2Name, esmfoldName } from './esm2-names.js';
import { contentOf, plainConfig } from './plain-config.js';

/** A model's configuration and tensors, under the names that transformers and we use. */
export interface Checkpoint {
  /** As `config.json` of a Hugging Face checkpoint has it. */
  readonly config: CheckpointConfig;
  readonly tensors: TensorSource;
  /** By which the file was published, where it is known to be that file. */
  readonly sha256?: string;
}

/** A file of facebookresearch/esm, before its parts are put together. */
export interface OriginalFile {
  readonly kind: 'language-model' | 'folding';
  /** `cfg.model` as plain JSON. */
  readonly config: CheckpointConfig;
  /** Under the names of transformers. */
  readonly tensors: TensorSource;
}

/** Entry of a dictionary, where it is one. */
function entry(value: PickleValue | undefined, key: string): PickleValue | undefined {
  return value instanceof Map ? value.get(key) : undefined;
}

/**
 * Recognises a checkpoint of facebookresearch/esm: configuration in `cfg.model`, tensors in `model`.
 *
 * @param checkpoint opened by `readTorchCheckpoint`
 * @param source what error messages call the file
 * @returns nothing where it is laid out otherwise
 * @throws FoldError `PARSE_CHECKPOINT` for the older ESM-1 models
 */
export function readOriginal(
  checkpoint: TorchCheckpoint,
  source: string,
): OriginalFile | undefined {
  const state = entry(checkpoint.root, 'model');
  if (!(state instanceof Map)) return undefined;
  const cfg = entry(checkpoint.root, 'cfg');
  const model = entry(cfg instanceof PlainObject ? contentOf(cfg) : cfg, 'model') ?? null;
  const config = plainConfig(model, source);
  if (!isRecord(config)) {
    if (entry(checkpoint.root, 'args') === undefined) return undefined;
    throw new FoldError('PARSE_CHECKPOINT', `${source}: is an ESM-1 model`, {
      hint: 'ESM-2 and ESMFold are supported.',
    });
  }
  const kind = 'trunk' in config ? 'folding' : 'language-model';
  const tensors = checkpoint.tensors(state);
  return {
    kind,
    config,
    tensors: renamed(tensors, kind === 'folding' ? esmfoldName : esm2Name, source),
  };
}

/**
 * Adds the regression that predicts contacts, which the original keeps in a file of its own, and makes a
 * checkpoint of a language model.
 *
 * @param file the language model
 * @param contacts tensors of `…-contact-regression.pt`, where they are at hand
 * @param source what error messages call the file
 */
export function originalLanguageModel(
  file: OriginalFile,
  contacts: TensorSource | undefined,
  source: string,
): Checkpoint {
  const parts = contacts ? [file.tensors, renamed(contacts, esm2Name, source)] : [file.tensors];
  return { config: esm2Config(file.config, source), tensors: joined(parts, source) };
}

/**
 * Puts a folding model and its language model together. The language model's own head stays behind, as in
 * the checkpoints of transformers.
 *
 * @param file the folding model
 * @param languageModel in any layout
 * @param source what error messages call the file
 */
export function originalFoldingModel(
  file: OriginalFile,
  languageModel: Checkpoint,
  source: string,
): Checkpoint {
  const stem = renamed(
    languageModel.tensors,
    (name) => (name.startsWith('esm.') ? name : undefined),
    source,
  );
  return {
    config: esmfoldConfig(file.config, languageModel.config, source),
    tensors: joined([file.tensors, stem], source),
  };
}
