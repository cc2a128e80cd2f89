/** @file Models in the private files of this origin: one folder each, whole once it has its description. */
import { FoldError } from '#errors';
import type { LocalModel } from '../data/local-model.js';

const FOLDER = 'models';
const DESCRIPTION = 'model.codonfold.json';
/** Held by whoever writes; what is unfinished while nobody does was left by a page that was closed. */
const LOCK = 'codonfold-models';

/** What stands in a description. */
type Description = Omit<LocalModel, 'files' | 'isKept'>;

/** A file to be kept, wherever it comes from. */
export interface FileToKeep {
  readonly name: string;
  readonly bytes: number;
  readonly open: () => Promise<ReadableStream<Uint8Array>>;
}

async function modelsFolder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(FOLDER, { create: true });
}

/** All that are whole; none where a browser keeps nothing, as in private windows. */
export async function keptModels(): Promise<LocalModel[]> {
  try {
    const folder = await modelsFolder();
    const models: LocalModel[] = [];
    const unfinished: string[] = [];
    for await (const [name, handle] of folder.entries()) {
      const model = handle.kind === 'directory' ? await readModel(handle) : undefined;
      if (model) models.push(model);
      else unfinished.push(name);
    }
    await navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
      if (lock) for (const name of unfinished) await folder.removeEntry(name, { recursive: true });
    });
    return models.sort((a, b) => a.name.localeCompare(b.name));
  } catch {
    return [];
  }
}

async function readModel(folder: FileSystemDirectoryHandle): Promise<LocalModel | undefined> {
  const files: File[] = [];
  let description: Description | undefined;
  for await (const handle of folder.values()) {
    if (handle.kind !== 'file') continue;
    const file = await handle.getFile();
    if (file.name === DESCRIPTION)
      description = await (JSON.parse(await file.text()) as Promise<Description>);
    else files.push(file);
  }
  return description && { ...description, files, isKept: true };
}

/** Deletes a model for good. */
export async function dropKeptModel(sha256: string): Promise<void> {
  await (await modelsFolder()).removeEntry(sha256, { recursive: true });
}

/**
 * Writes files of a model; runs in workers, where every browser can write.
 *
 * @param describe told the files once they are written; says what model they are
 * @param onShare told which share is written
 * @throws FoldError `FILE_WRITE` before anything is written that has no room
 */
export async function keepFiles(
  sha256: string,
  files: readonly FileToKeep[],
  describe: (files: readonly File[]) => Description,
  onShare: (share: number) => void,
): Promise<LocalModel> {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  await requireRoom(total);
  return navigator.locks.request(LOCK, async () => {
    const models = await modelsFolder();
    try {
      const folder = await models.getDirectoryHandle(sha256, { create: true });
      const known = await readModel(folder);
      if (known) return known;
      let written = 0;
      for (const file of files)
        await writeFile(folder, file, (bytes) => {
          written += bytes;
          onShare(written / total);
        });
      const kept = await filesIn(folder);
      const text = new Blob([JSON.stringify(describe(kept))]);
      await writeFile(folder, { name: DESCRIPTION, bytes: text.size, open: () => Promise.resolve(text.stream()) }, () => undefined); // prettier-ignore
      return (await readModel(folder))!;
    } catch (error) {
      await models.removeEntry(sha256, { recursive: true }).catch(() => undefined);
      throw error;
    }
  });
}

async function requireRoom(bytes: number): Promise<void> {
  const { quota = Infinity, usage = 0 } = await navigator.storage.estimate();
  if (bytes <= quota - usage) return;
  const megabytes = (count: number): string => `${Math.max(0, Math.round(count / 1e6))} MB`;
  throw new FoldError(
    'FILE_WRITE',
    `the model takes ${megabytes(bytes)}; this browser gives the page ${megabytes(quota - usage)} more`,
    { hint: 'Delete another model, or open this one from your disk each time.' },
  );
}

async function filesIn(folder: FileSystemDirectoryHandle): Promise<File[]> {
  const files: File[] = [];
  for await (const handle of folder.values())
    if (handle.kind === 'file') files.push(await handle.getFile());
  return files;
}

async function writeFile(
  folder: FileSystemDirectoryHandle,
  { name, bytes, open }: FileToKeep,
  onBytes: (count: number) => void,
): Promise<void> {
  const handle = await folder.getFileHandle(name, { create: true });
  const file = await handle.createSyncAccessHandle();
  try {
    file.truncate(0);
    const reader = (await open()).getReader();
    let at = 0;
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      at += file.write(piece.value, { at });
      onBytes(piece.value.length);
    }
    if (at !== bytes)
      throw new FoldError('DOWNLOAD_FAILED', `${name} ended after ${at} of ${bytes} bytes`, {
        hint: 'Check the connection and try again.',
      });
  } finally {
    file.close();
  }
}
