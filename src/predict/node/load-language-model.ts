import { parseLanguageModelConfig } from '#architectures/esmfold/config-file';
import {
  LanguageModelRunner,
  type LoadedLanguageModel,
} from '#architectures/esmfold/language-model/runner';
import { languageModelParameters } from '#architectures/esmfold/network-stages';
import { requireShapes } from '#execution/stage-parameters';
import { availableMemory } from '#machine/available-memory';
import type { Engine } from '#tensor/engine/engine';
import { openCheckpoint } from '#weights/node/open';
import { identify } from './load-model.js';

/** A language model that can be told from others. */
export interface IdentifiedLanguageModel extends LoadedLanguageModel {
  /** Of its weights. */
  readonly sha256: string;
}

/**
 * Opens a language model by name or path; of a folding model, the one inside it. Tensors stay on disk until they are
 * used.
 *
 * @param pathOrName a name of the registry, a folder or a file
 * @throws FoldError as `openCheckpoint`, `parseLanguageModelConfig` and `requireShapes`
 */
export function loadLanguageModel(pathOrName: string): IdentifiedLanguageModel {
  const checkpoint = openCheckpoint(pathOrName);
  const config = parseLanguageModelConfig(checkpoint.config);
  requireShapes(checkpoint.tensors, languageModelParameters(config));
  return { ...identify(pathOrName, checkpoint), config, weights: checkpoint.tensors };
}

/**
 * Runs a language model in the memory that this computer has free.
 *
 * @param most bytes that each run may take of it, asked before the run
 */
export function languageModelRunner(
  engine: Engine,
  model: LoadedLanguageModel,
  most = (): number => Infinity,
): LanguageModelRunner {
  return new LanguageModelRunner(engine, model, {
    memoryBytes: () => Math.min(availableMemory(), most()),
  });
}
