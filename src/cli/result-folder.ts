import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeWritableFolder } from '#machine/make-folder';
import { unwritable } from '#machine/unwritable';
import { writeWhole } from '#machine/write-whole';
import { confidenceJson, mmcifText, paeJson, pdbText } from '#predict/files/result-files';
import { savedName } from '#predict/files/file-names';
import type { Prediction } from '#predict/prediction';

/** Structure formats that can be asked for. */
export const STRUCTURE_FORMATS = ['pdb', 'cif'] as const;

/** One of {@link STRUCTURE_FORMATS}. */
export type StructureFormat = (typeof STRUCTURE_FORMATS)[number];

const ELSEWHERE = '-o DIR sets another folder for the results';
const STRUCTURE_TEXT = { pdb: pdbText, cif: mmcifText };

/**
 * Paths of a result's files, see `savedName`.
 *
 * @param directory folder of the results
 * @param stem how the names begin: the name of the record, and of the model where several fold it
 */
export function resultPaths(directory: string, stem: string) {
  return {
    pdb: join(directory, savedName(stem, 'structure.pdb')),
    cif: join(directory, savedName(stem, 'structure.cif')),
    pae: join(directory, savedName(stem, 'pae.json')),
    confidence: join(directory, savedName(stem, 'confidence.json')),
  };
}

/**
 * Makes the folder of the results, and sees that files can be written into it.
 *
 * @throws FoldError `FILE_WRITE`
 */
export function makeResultFolder(directory: string): void {
  makeWritableFolder(directory, ELSEWHERE);
}

/** How a result is written. */
export interface ResultOptions {
  readonly formats: readonly StructureFormat[];
  readonly warnings: readonly string[];
  /** See {@link resultPaths}; the name of the prediction where absent. */
  readonly stem?: string;
}

/**
 * Writes the files of a prediction.
 *
 * @throws FoldError `FILE_WRITE`, `STRUCTURE_UNWRITABLE`
 */
export async function writeResult(
  directory: string,
  prediction: Prediction,
  { formats, warnings, stem = prediction.name }: ResultOptions,
): Promise<void> {
  const paths = resultPaths(directory, stem);
  await writeResultFiles([
    ...formats.map((format) => [paths[format], STRUCTURE_TEXT[format](prediction)] as const),
    [paths.pae, paeJson(prediction)],
    [paths.confidence, confidenceJson(prediction, warnings)],
  ]);
}

/**
 * Writes the files of one result, each whole or not at all. The last one, which says what the result is of, goes last
 * (and an old one first), so that where it is, everything is.
 *
 * @param files paths and contents
 * @throws FoldError `FILE_WRITE`
 */
export async function writeResultFiles(
  files: readonly (readonly [path: string, contents: string])[],
): Promise<void> {
  const [description] = files.at(-1)!;
  await rm(description, { force: true }).catch((cause: unknown) => {
    throw unwritable(description, cause, ELSEWHERE);
  });
  for (const [path, contents] of files) await writeWhole(path, contents, ELSEWHERE);
}
