/** @file Several models under one name or in one folder. */
import { readdirSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { FoldError } from '#errors';
import { MODEL_SETS } from '#weights/registry';
import { newestSnapshot } from './hub.js';
import { weightFileIn } from './disk-folder.js';

/** One of the models of a set. */
export interface SetMember {
  /** A name of the registry, a file or a folder. */
  readonly pathOrName: string;
  /** What it is called among the others; fit for the name of a file. */
  readonly label: string;
}

const WEIGHT_FILE = /\.(npz|pt)$/i;
/** Networks that we do not run; DeepMind's archive has them beside the others. */
const MULTIMER = /multimer/i;
/** Networks with a head for aligned errors; DeepMind's archive has each with and without. */
const PTM = /_ptm\b|_ptm_/i;

/**
 * The models that a name or a folder stands for.
 *
 * @param pathOrName a set of the registry; a folder with several weight files of AlphaFold 2, or with folders of which
 *   each is a model; or whatever names a single model
 * @returns in the order of their names; one where it is a single model
 * @throws FoldError `FILE_READ` where a folder cannot be read
 */
export function modelSet(pathOrName: string): readonly SetMember[] {
  const named = MODEL_SETS[pathOrName];
  if (isFolder(pathOrName)) return folderMembers(pathOrName);
  if (named) return named.map((name) => ({ pathOrName: name, label: name }));
  return [single(pathOrName)];
}

const single = (pathOrName: string): SetMember => ({
  pathOrName,
  label: basename(pathOrName, WEIGHT_FILE.test(pathOrName) ? extname(pathOrName) : ''),
});

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function folderMembers(directory: string): readonly SetMember[] {
  if (weightFileIn(directory) !== undefined || newestSnapshot(directory) !== undefined)
    return [single(directory)];
  const names = namesIn(directory);
  const files = names.filter((name) => WEIGHT_FILE.test(name) && !MULTIMER.test(name));
  const withErrors = files.filter((name) => PTM.test(name));
  const folders = names.filter((name) => {
    const path = join(directory, name);
    return isFolder(path) && weightFileIn(path) !== undefined;
  });
  const found = [...(withErrors.length > 0 ? withErrors : files), ...folders];
  if (found.length === 0) return [single(directory)];
  const members = found.map((name) => single(join(directory, name)));
  return members.map(({ pathOrName, label }) => {
    const isAlone = members.filter((member) => member.label === label).length === 1;
    return { pathOrName, label: isAlone ? label : basename(pathOrName) };
  });
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort(new Intl.Collator('en', { numeric: true }).compare);
  } catch (cause) {
    throw new FoldError('FILE_READ', `${directory}: cannot be read`, { cause });
  }
}
