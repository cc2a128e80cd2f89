import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FoldError } from '#errors';
import { findModel } from '#weights/registry';
import type { RegistryModel } from '#weights/registry-model';
import { modelDirectory, type Environment } from './cache.js';
import { download, type DownloadOptions } from './download.js';
import { withFileLock } from './file-lock.js';

const HUGGING_FACE = 'https://huggingface.co';

/** Where a pull stands. */
export interface PullProgress {
  /** Name of the file under way. */
  readonly file: string;
  /** Its number, from 1, out of `numFiles`. */
  readonly fileNumber: number;
  readonly numFiles: number;
  /** Bytes on disk, those of earlier attempts included. */
  readonly received: number;
  /** Where the server states it. */
  readonly total: number | undefined;
}

/** How a model is installed. */
export interface PullOptions extends Omit<DownloadOptions, 'sha256' | 'onProgress'> {
  readonly onProgress?: (progress: PullProgress) => void;
}

/** Whether all files of a model are here, so that it works offline. */
export function isInstalled(model: RegistryModel, environment?: Environment): boolean {
  const directory = modelDirectory(model, environment);
  return model.files.every(({ path }) => existsSync(join(directory, path)));
}

/**
 * Installs a model: fetches the files that are not here yet into the cache. Several processes may ask for the
 * same model; one fetches, the others wait and find it. `HF_ENDPOINT` sets a mirror of huggingface.co,
 * `HTTPS_PROXY` and its kin a proxy.
 *
 * @param nameOrModel from the registry
 * @param options see {@link PullOptions}
 * @returns folder of the files
 * @throws FoldError `MODEL_UNKNOWN`, `DOWNLOAD_FAILED`, `FILE_WRITE`
 */
export async function pullModel(
  nameOrModel: string | RegistryModel,
  options: PullOptions = {},
): Promise<string> {
  const model = typeof nameOrModel === 'string' ? findModel(nameOrModel) : nameOrModel;
  const { environment = process.env, onProgress, signal } = options;
  const directory = modelDirectory(model, environment);
  await makeDirectory(directory);
  for (const [index, { path, url, sha256 }] of model.files.entries()) {
    const target = join(directory, path);
    const report = (received: number, total: number | undefined): void => {
      onProgress?.({
        file: path,
        fileNumber: index + 1,
        numFiles: model.files.length,
        received,
        total,
      });
    };
    const fetchUnlessHere = async (): Promise<void> => {
      if (existsSync(target)) return;
      await download(mirrored(url, environment), target, {
        ...options,
        sha256,
        onProgress: report,
      });
    };
    if (!existsSync(target)) await withFileLock(`${target}.lock`, fetchUnlessHere, { signal });
  }
  return directory;
}

function mirrored(url: string, { HF_ENDPOINT: mirror }: Environment): string {
  if (!mirror || !url.startsWith(`${HUGGING_FACE}/`)) return url;
  return mirror.replace(/\/+$/, '') + url.slice(HUGGING_FACE.length);
}

async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (cause) {
    throw new FoldError('FILE_WRITE', `${path}: cannot be made`, {
      cause,
      hint: 'CODONFOLD_CACHE sets another place for models.',
    });
  }
}
