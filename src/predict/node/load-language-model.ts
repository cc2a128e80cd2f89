import { basename, resolve } from 'node:path';
import { parseLanguageModelConfig } from '#architectures/esmfold/config-file';
import type { LoadedLanguageModel } from '#architectures/esmfold/language-model/runner';
import { openCheckpoint } from '#weights/node/open';

/**
 * Opens a language model by name or path; of a folding model, the one inside it. Tensors stay on disk until they are
 * used.
 *
 * @param pathOrName a name of the registry, a folder or a file
 * @throws FoldError as `openCheckpoint` and `parseLanguageModelConfig`
 */
export function loadLanguageModel(pathOrName: string): LoadedLanguageModel {
  const { config, tensors } = openCheckpoint(pathOrName);
  const name = basename(resolve(pathOrName));
  return { name, config: parseLanguageModelConfig(config), weights: tensors };
}
