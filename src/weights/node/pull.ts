import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { FoldError } from '#errors';
import { makeWritableFolder } from '#machine/make-folder';
import { checkedTensors } from '#weights/finite';
import type { TensorSource } from '#weights/tensor-source';
import { findModel } from '#weights/registry';
import { isRecord } from '#weights/original/config';
import {
  isDescription,
  maxBytesOf,
  type RegistryFile,
  type RegistryModel,
} from '#weights/registry-model';
import { modelDirectory, type Environment } from './cache.js';
import { download, type DownloadOptions } from './download.js';
import { withFileLock } from './file-lock.js';
import { checksumPath, keepChecksum } from './installed-checksum.js';
import { mirrored } from './mirror.js';
import { openInstalled, requireDescriptionsAsInstalled } from './open.js';
import { Final } from './part-file.js';

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
export interface PullOptions extends Omit<
  DownloadOptions,
  'sha256' | 'inspect' | 'maxBytes' | 'archiveMember' | 'onProgress'
> {
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
 * same model; one fetches, the others wait and find it. What is larger than the registry knows is not fetched. Beside each
 * file its SHA-256 is kept. At last all weights are read and checked.
 * `HF_ENDPOINT` sets a mirror of huggingface.co,
 * `HTTPS_PROXY` and its kin a proxy.
 *
 * @param nameOrModel from the registry
 * @param options see {@link PullOptions}
 * @returns folder of the files
 * @throws FoldError `MODEL_UNKNOWN`, `USAGE` for a bad `HF_ENDPOINT`, `DOWNLOAD_FAILED`, `FILE_WRITE`,
 *   `WEIGHTS_NOT_FINITE`, as `openCheckpoint`
 */
export async function pullModel(
  nameOrModel: string | RegistryModel,
  options: PullOptions = {},
): Promise<string> {
  const model = typeof nameOrModel === 'string' ? findModel(nameOrModel) : nameOrModel;
  const { environment = process.env, onProgress, signal } = options;
  const directory = modelDirectory(model, environment);
  const isHere = ({ path }: RegistryFile): boolean => existsSync(join(directory, path));
  // A bad HF_ENDPOINT is refused before anything is made.
  for (const { url } of model.files.filter((file) => !isHere(file))) mirrored(url, environment);
  makeWritableFolder(directory, 'CODONFOLD_CACHE sets another place for models.');
  for (const [index, file] of model.files.entries()) {
    const report = (received: number, total: number | undefined): void => {
      onProgress?.({
        file: file.path,
        fileNumber: index + 1,
        numFiles: model.files.length,
        received,
        total,
      });
    };
    const fetchUnlessHere = async (): Promise<void> => {
      if (isHere(file)) return;
      report(0, undefined);
      await install(file, directory, { ...options, environment, onProgress: report });
    };
    const lock = `${join(directory, file.path)}.lock`;
    if (!isHere(file)) await withFileLock(lock, fetchUnlessHere, { signal });
  }
  await checkWeights(model, directory, options);
  return directory;
}

/** Fetches one file, and keeps what it was. */
async function install(
  file: RegistryFile,
  directory: string,
  options: DownloadOptions & { readonly environment: Environment },
): Promise<void> {
  const target = join(directory, file.path);
  const { url, sha256, archiveMember } = file;
  await rm(checksumPath(target), { force: true }); // of a file that was deleted since
  const found = await download(mirrored(url, options.environment), target, {
    ...options,
    sha256,
    archiveMember,
    maxBytes: maxBytesOf(file),
    inspect: isDescription(file) ? requireJsonObject : undefined,
  });
  await keepChecksum(target, found);
}

/** Pages that ask for a password or a payment come with status 200 too. */
async function requireJsonObject(path: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Final('the server sent something else than JSON');
  }
  if (!isRecord(value)) throw new Final('the server sent JSON that is not an object');
}

/** Reads all weights. Where they are damaged, files of which no checksum is known are removed, to be fetched again. */
async function checkWeights(
  model: RegistryModel,
  directory: string,
  { environment = process.env, signal, onCheck }: PullOptions,
): Promise<void> {
  requireDescriptionsAsInstalled(model, { environment });
  let tensors: TensorSource | undefined;
  try {
    tensors = checkedTensors(openInstalled(model, { environment }).tensors);
    const names = [...tensors.names];
    for (const [index, name] of names.entries()) {
      tensors.readRaw(name);
      onCheck?.((index + 1) / names.length);
      await breathe(undefined, signal ? { signal } : {});
    }
  } catch (error) {
    const isDamage = error instanceof FoldError && error.code !== 'FILE_READ';
    if (isDamage)
      for (const { path } of model.files.filter(({ sha256 }) => sha256 === undefined)) {
        await rm(join(directory, path), { force: true });
        await rm(checksumPath(join(directory, path)), { force: true });
      }
    throw error;
  } finally {
    tensors?.close();
  }
}
