import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FoldError } from '#errors';
import type { Confidence } from '#predict/confidence';
import type { Prediction, PredictionRequest } from '#predict/prediction';
import { confidenceJson, mmcifText, paeJson, pdbText } from '#predict/result-files';

/** Structure formats that can be asked for. */
export const STRUCTURE_FORMATS = ['pdb', 'cif'] as const;

/** One of {@link STRUCTURE_FORMATS}. */
export type StructureFormat = (typeof STRUCTURE_FORMATS)[number];

/** The model and options that a result must have been made with to count as the one asked for. */
export interface Wanted {
  readonly request: PredictionRequest;
  readonly modelSha256: string;
  readonly numRecycles: number;
  readonly formats: readonly StructureFormat[];
}

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
export async function makeResultFolder(directory: string): Promise<void> {
  await orUnwritable(directory, () => mkdir(directory, { recursive: true }));
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
  for (const [path, text] of files) await orUnwritable(path, () => writeWhole(path, text));
  return files.map(([path]) => path);
}

/** `none`: nothing is there; `incomplete`: fold again; `complete`: as asked for; a text: something else, and what. */
type Existing = 'none' | 'incomplete' | 'complete' | { readonly differs: string };

/**
 * Looks for an earlier result of a record. It counts as complete only where its confidence file names the same chains,
 * weights and passes, and every other file is there.
 */
export async function existingResult(directory: string, wanted: Wanted): Promise<Existing> {
  const paths = resultPaths(directory, wanted.request.name);
  const others = [...wanted.formats.map((format) => paths[format]), paths.pae];
  const areThere = await Promise.all(others.map(isFile));
  let text: string;
  try {
    text = await readFile(paths.confidence, 'utf8');
  } catch {
    return areThere.includes(true) ? 'incomplete' : 'none';
  }
  const difference = differenceOf(text, wanted);
  if (difference !== undefined) return { differs: difference };
  return areThere.includes(false) ? 'incomplete' : 'complete';
}

/** In what a confidence file differs from what is wanted, in words; undefined where it does not. */
function differenceOf(text: string, { request, modelSha256, numRecycles }: Wanted) {
  let found: Partial<Confidence>;
  try {
    found = JSON.parse(text) as Partial<Confidence>;
  } catch {
    return 'no result of codonfold';
  }
  if (!Array.isArray(found.chains)) return 'no result of codonfold';
  const chainsText = (chains: PredictionRequest['chains']): string =>
    JSON.stringify(chains.map(({ id, sequence, codons }) => [id, sequence, codons]));
  if (chainsText(found.chains) !== chainsText(request.chains)) return 'the result of another input';
  if (found.model?.sha256 !== modelSha256)
    return `the result of other weights (${found.model?.name ?? 'unnamed'})`;
  if (found.numRecycles !== numRecycles)
    return `a result with ${found.numRecycles ?? 'unknown'} recycles`;
  return undefined;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** A crash at any moment leaves the old file or the new one. */
async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.part`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(text);
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
    const { code = '' } = cause as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      ENOSPC: 'the disk is full',
      EACCES: `you may not write to ${dirname(path)}`,
      EROFS: 'the disk is read-only',
      EEXIST: 'it is a file, not a folder',
      ENOTDIR: 'it lies below a file',
      ENAMETOOLONG: 'the name is too long for this disk',
      EISDIR: 'it is a folder',
    };
    throw new FoldError('FILE_WRITE', `${path} cannot be written: ${reasons[code] ?? code}`, {
      cause,
      hint: '-o DIR sets another folder for the results',
    });
  }
}
