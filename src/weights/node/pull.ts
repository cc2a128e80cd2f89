import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { FoldError } from '#errors';
import { makeWritableFolder } from '#machine/make-folder';
import { checkedTensors } from '#weights/finite';
import { findModel } from '#weights/registry';
import type { RegistryModel } from '#weights/registry-model';
import { modelDirectory, type Environment } from './cache.js';
import { download, type DownloadOptions } from './download.js';
import { withFileLock } from './file-lock.js';
import { openInstalled } from './open.js';

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
  /** Called before each file and as bytes come. */
  readonly onProgress?: (progress: PullProgress) => void;
  /** Called while the weights are checked, with the share of the tensors that are done. */
  readonly onCheck?: (share: number) => void;
}

/** Whether all files of a model are here, so that it works offline. */
export function isInstalled(model: RegistryModel, environment?: Environment): boolean {
  const directory = modelDirectory(model, environment);
  return model.files.every(({ path }) => existsSync(join(directory, path)));
}

/**
 * Installs a model: fetches the files that are not here yet into the cache. Several processes may ask for the
 * same model; one fetches, the others wait and find it. At last all weights are read and checked.
 * `HF_ENDPOINT` sets a mirror of huggingface.co,
 * `HTTPS_PROXY` and its kin a proxy.
 *
 * @param nameOrModel from the registry
 * @param options see {@link PullOptions}
 * @returns folder of the files
 * @throws FoldError `MODEL_UNKNOWN`, `DOWNLOAD_FAILED`, `FILE_WRITE`, `WEIGHTS_NOT_FINITE`, as `openCheckpoint`
 */
export async function pullModel(
  nameOrModel: string | RegistryModel,
  options: PullOptions = {},
): Promise<string> {
  const model = typeof nameOrModel === 'string' ? findModel(nameOrModel) : nameOrModel;
  const { environment = process.env, onProgress, signal } = options;
  const directory = modelDirectory(model, environment);
  makeWritableFolder(directory, 'CODONFOLD_CACHE sets another place for models.');
  for (const [index, { path, url, sha256, archiveMember }] of model.files.entries()) {
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
      report(0, undefined);
      await download(mirrored(url, environment), target, {
        ...options,
        sha256,
        archiveMember,
        onProgress: report,
      });
    };
    if (!existsSync(target)) await withFileLock(`${target}.lock`, fetchUnlessHere, { signal });
  }
  await checkWeights(model, directory, options);
  return directory;
}

/** Reads all weights. Where they are damaged, files of which no checksum is known are removed, to be fetched again. */
async function checkWeights(
  model: RegistryModel,
  directory: string,
  { environment = process.env, signal, onCheck }: PullOptions,
): Promise<void> {
  const tensors = checkedTensors(openInstalled(model, { environment }).tensors);
  try {
    const names = [...tensors.names];
    for (const [index, name] of names.entries()) {
      tensors.readRaw(name);
      onCheck?.((index + 1) / names.length);
      await breathe(undefined, signal ? { signal } : {});
    }
  } catch (error) {
    if (error instanceof FoldError)
      for (const { path, sha256 } of model.files)
        if (sha256 === undefined) await rm(join(directory, path), { force: true });
    throw error;
  } finally {
    tensors.close();
  }
}

function mirrored(url: string, { HF_ENDPOINT: mirror }: Environment): string {
  if (!mirror || !url.startsWith(`${HUGGING_FACE}/`)) return url;
  return mirror.replace(/\/+$/, '') + url.slice(HUGGING_FACE.length);
}
