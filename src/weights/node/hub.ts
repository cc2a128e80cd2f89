/** @file The cache of huggingface.co's own tools: a model that people have there need not be fetched again. */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import type { Environment } from './cache.js';
import { weightFileIn } from './disk-folder.js';

const FOLDER = /models--([^/\\]+?)--([^/\\]+)/;

/**
 * Where huggingface.co's tools keep what they fetch.
 *
 * @source huggingface_hub, docs "Environment variables": HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME
 */
export function hubDirectory(environment: Environment = process.env): string {
  const { HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HOME, XDG_CACHE_HOME } = environment;
  const own = HF_HUB_CACHE ?? HUGGINGFACE_HUB_CACHE;
  if (own) return own;
  return join(
    HF_HOME ? HF_HOME : join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'huggingface'),
    'hub',
  );
}

/**
 * The folder with the files of a model in that cache.
 *
 * @param hubName `ORGANISATION/NAME`
 * @returns nothing where it is not there
 */
export function hubSnapshot(hubName: string, environment?: Environment): string | undefined {
  const [organisation, name, ...others] = hubName.split('/');
  if (!organisation || !name || others.length > 0) return undefined;
  return newestSnapshot(join(hubDirectory(environment), `models--${organisation}--${name}`));
}

/**
 * The snapshot that `main` points to, else the one that changed last, of those that hold weights: for many models only the
 * configuration was fetched.
 *
 * @param folder of a model in that cache
 * @returns nothing where there is none
 */
export function newestSnapshot(folder: string): string | undefined {
  const snapshots = join(folder, 'snapshots');
  if (!existsSync(snapshots)) return undefined;
  const reference = join(folder, 'refs', 'main');
  const main = existsSync(reference) && join(snapshots, readFileSync(reference, 'utf8').trim());
  if (main && weightFileIn(main) !== undefined) return main;
  const changed = (path: string) => statSync(path).mtimeMs;
  return readdirSync(snapshots)
    .map((name) => join(snapshots, name))
    .filter((path) => weightFileIn(path) !== undefined)
    .sort((a, b) => changed(b) - changed(a))[0];
}

/** Name of the model that a path in that cache belongs to. */
export function nameInHub(path: string): string | undefined {
  return FOLDER.exec(path)?.[2];
}

/** SHA-256 of a large file in that cache: the file is a link to one that is named by it. */
export function sha256InHub(path: string): string | undefined {
  const name = basename(realpathSync(path));
  return /^[0-9a-f]{64}$/.test(name) && nameInHub(path) !== undefined ? name : undefined;
}
