import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FoldError } from '#errors';
import { makeFolder } from '#machine/make-folder';
import { unwritableReason } from '#machine/unwritable-reason';
import { confidenceJson, mmcifText, paeJson, pdbText } from '#predict/files/result-files';
import type { Prediction } from '#predict/prediction';

/** Structure formats that can be asked for. */
export const STRUCTURE_FORMATS = ['pdb', 'cif'] as const;

/** One of {@link STRUCTURE_FORMATS}. */
export type StructureFormat = (typeof STRUCTURE_FORMATS)[number];

const ELSEWHERE = '-o DIR sets another folder for the results';
const STRUCTURE_TEXT = { pdb: pdbText, cif: mmcifText };

/**
 * Names of a record's files. No two records share one: the endings differ, and record names do.
 *
 * @param directory folder of the results
 * @param name of the record
 */
export function resultPaths(directory: string, name: string) {
  return {
    pdb: join(directory, `${name}.pdb`),
    cif: join(directory, `${name}.cif`),
    pae: join(directory, `${name}_predicted_aligned_error_v1.json`),
    confidence: join(directory, `${name}.confidence.json`),
  };
}

/** @throws FoldError `FILE_WRITE` */
export function makeResultFolder(directory: string): void {
  makeFolder(directory, ELSEWHERE);
}

/**
 * Writes the files of a prediction, each whole or not at all. The confidence goes last (and an old one first), so that
 * where it is, everything is.
 *
 * @returns the paths written
 * @throws FoldError `FILE_WRITE`, `STRUCTURE_UNWRITABLE`
 */
export async function writeResult(
  directory: string,
  prediction: Prediction,
  { formats, warnings }: { formats: readonly StructureFormat[]; warnings: readonly string[] },
): Promise<string[]> {
  const paths = resultPaths(directory, prediction.name);
  const files: readonly (readonly [string, string])[] = [
    ...formats.map((format) => [paths[format], STRUCTURE_TEXT[format](prediction)] as const),
    [paths.pae, paeJson(prediction)],
    [paths.confidence, confidenceJson(prediction, warnings)],
  ];
  await orUnwritable(paths.confidence, () => rm(paths.confidence, { force: true }));
  for (const [path, text] of files) await writeResultFile(path, text);
  return files.map(([path]) => path);
}

/**
 * Writes one file of a result, whole or not at all.
 *
 * @throws FoldError `FILE_WRITE`
 */
export async function writeResultFile(path: string, contents: string | Uint8Array): Promise<void> {
  await orUnwritable(path, () => writeWhole(path, contents));
}

/** A crash at any moment leaves the old file or the new one. */
async function writeWhole(path: string, contents: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.part`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(contents);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function orUnwritable(path: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw new FoldError(
      'FILE_WRITE',
      `${path} cannot be written: ${unwritableReason(cause, path)}`,
      {
        cause,
        hint: ELSEWHERE,
      },
    );
  }
}
