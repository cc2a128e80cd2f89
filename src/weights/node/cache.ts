import { homedir } from 'node:os';
import { join } from 'node:path';
import type { RegistryModel } from '#weights/registry-model';

/** The variables that decide where things are and how the network is reached. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where downloaded models are kept, shared by all processes of a user: `CODONFOLD_CACHE`, else `codonfold`
 * in `XDG_CACHE_HOME`, else `~/.cache/codonfold`.
 */
export function cacheDirectory(environment: Environment = process.env): string {
  const { CODONFOLD_CACHE: own, XDG_CACHE_HOME: xdg } = environment;
  if (own) return own;
  return join(xdg ? xdg : join(homedir(), '.cache'), 'codonfold');
}

/** Folder of a model's files. */
export function modelDirectory(
  model: RegistryModel,
  environment: Environment = process.env,
): string {
  return join(cacheDirectory(environment), 'models', model.name);
}
