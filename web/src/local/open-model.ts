/** @file Models from files that this browser holds; runs in workers. */
import { recogniseModel } from '#architectures/recognise';
import { FoldError } from '#errors';
import type { LoadedModel } from '#predict/predictor';
import { weightFileIn } from '#weights/file-folder';
import { fingerprintPieces } from '#weights/fingerprint';
import { openWeights } from '#weights/open-weights';
import { Sha256 } from '#weights/sha256';
import { folderOfFiles } from './file-bytes.js';
import type { ModelFiles } from './messages.js';

const WEIGHTS = /\.(safetensors|pt|pth|bin|npz)$/i;

/**
 * Opens a model; its weights stay in their files until they are used.
 *
 * @param model hashed where its hash is not known
 * @throws FoldError for files that hold no model that folds
 */
export function openModel({ files, name, sha256 }: ModelFiles): LoadedModel {
  const folder = folderOfFiles(files);
  const usual = weightFileIn(folder);
  const weightFile = usual ?? onlyWeightsAmong(files);
  const { config, tensors } = openWeights(folder, weightFile);
  const model = recogniseModel(config);
  model.requireWeights(tensors);
  return {
    name: name ?? (usual === undefined ? weightFile.replace(WEIGHTS, '') : model.family),
    sha256: sha256 ?? fingerprint(tensors),
    model,
    weights: tensors,
  };
}

function onlyWeightsAmong(files: readonly File[]): string {
  const found = files.map(({ name }) => name).filter((name) => WEIGHTS.test(name));
  if (found.length === 1) return found[0]!;
  throw new FoldError(
    'FILE_READ',
    found.length === 0
      ? 'none of these files holds weights'
      : `these files hold weights of several models: ${found.join(', ')}`,
    { hint: 'Open one .safetensors, .pt, .bin or .npz file, together with its config.json.' },
  );
}

/** As Node names the same weights. */
function fingerprint(tensors: LoadedModel['weights']): string {
  const hash = new Sha256();
  for (const piece of fingerprintPieces(tensors)) hash.update(piece);
  return hash.hex();
}
