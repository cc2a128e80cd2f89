import { FoldError } from '#errors';
import { hubNameOf } from '#weights/registry';
import type { RegistryModel } from '#weights/registry-model';
import type { Environment } from './cache.js';
import { hubSnapshot } from './hub.js';
import { openCheckpoint } from './open.js';
import { isInstalled } from './pull.js';

/** Where huggingface.co's own tools have put a model. */
export function snapshotOf(model: RegistryModel): string | undefined {
  const hubName = hubNameOf(model);
  return hubName === undefined ? undefined : hubSnapshot(hubName);
}

/** Whether all files of a model are here; those of a shipped model are no list, so it is opened. */
export function isUsable(model: RegistryModel, environment?: Environment): boolean {
  if (model.layout !== 'shipped')
    return isInstalled(model, environment) || snapshotOf(model) !== undefined;
  try {
    openCheckpoint(model.name).tensors.close();
    return true;
  } catch (error) {
    if (error instanceof FoldError) return false;
    throw error;
  }
}
