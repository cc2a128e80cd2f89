import { readFile, stat } from 'node:fs/promises';
import { FoldError } from '#errors';
import type { Confidence } from '#predict/files/confidence';
import type { PredictionRequest } from '#predict/prediction';
import type { Chain } from '#sequence/chain';
import type { Precision } from '#tensor/engine/engine';
import { print, tell } from './report.js';
import { resultPaths, type StructureFormat } from './result-folder.js';

/** `none`: nothing is there; `incomplete`: do it again; `complete`: as asked for; a text: something else, and what. */
export type Existing = 'none' | 'incomplete' | 'complete' | { readonly differs: string };

/** What is said of work that an earlier run has done. */
export const DONE_BEFORE = 'done before, skipped';
/** What is found where nothing of ours can be read. */
export const NO_RESULT = 'no result of codonfold';
/** What is found where the input was another one. */
export const OTHER_INPUT = 'the result of another input';

const OTHER_TOLERANCE = 'a result with another --recycle-tolerance';

/** The files of a result. */
interface ResultFiles {
  /** JSON that says what the result is of; it is written last. */
  readonly description: string;
  readonly others: readonly string[];
}

/**
 * Looks for an earlier result. It counts as complete only where its description names what is wanted, and every other
 * file is there.
 *
 * @param differenceOf in what a description differs from what is wanted, in words; may throw where it has another form
 */
export async function existingFiles(
  { description, others }: ResultFiles,
  differenceOf: (description: unknown) => string | undefined,
): Promise<Existing> {
  const areThere = await Promise.all(others.map(isFile));
  let text: string;
  try {
    text = await readFile(description, 'utf8');
  } catch {
    return areThere.includes(true) ? 'incomplete' : 'none';
  }
  let difference: string | undefined;
  try {
    difference = differenceOf(JSON.parse(text));
  } catch {
    difference = NO_RESULT; // not JSON, or of some other form
  }
  if (difference !== undefined) return { differs: difference };
  return areThere.includes(false) ? 'incomplete' : 'complete';
}

/** In what words a command speaks of its results. */
interface ResultWords {
  /** Of the record or file. */
  readonly name: string;
  /** The file that says what the result is of. */
  readonly description: string;
  /** The file that a person opens first. */
  readonly where: string;
  /** What the command does with a record: `folds`, and `folding`. */
  readonly does: string;
  readonly doing: string;
}

/**
 * Whether there is nothing left to do for a result, and says so.
 *
 * @throws FoldError `FILE_WRITE` rather than replace what may be somebody's result
 */
export function isDoneBefore(
  found: Existing,
  { name, description, where, does, doing }: ResultWords,
): boolean {
  if (typeof found === 'object') throw wouldReplace(description, found.differs);
  if (found === 'incomplete') tell(`${name}: the files there are incomplete; ${doing} again`);
  if (found !== 'complete') return false;
  print(`${name}: ${DONE_BEFORE} (--overwrite ${does} again) → ${where}`);
  return true;
}

/** The error for a file that may be somebody's result. */
export function wouldReplace(path: string, differs: string): FoldError {
  return new FoldError('FILE_WRITE', `${path} holds ${differs}`, {
    hint: '--overwrite replaces it; -o writes elsewhere',
  });
}

/** The model and options that a prediction must have been made with to count as the one asked for. */
export interface Wanted {
  /** How the names of its files begin. */
  readonly stem: string;
  readonly request: PredictionRequest;
  readonly modelSha256: string;
  readonly numRecycles: number;
  /** Of the engine; float32 where absent. */
  readonly precision?: Precision | undefined;
  /** Its `alignmentId`; absent where none is given. */
  readonly alignment?: string | undefined;
  /** Their `templatesId`; absent where none are given. */
  readonly templates?: string | undefined;
  readonly formats: readonly StructureFormat[];
}

/** Looks for an earlier prediction of a record. */
export async function existingResult(directory: string, wanted: Wanted): Promise<Existing> {
  const paths = resultPaths(directory, wanted.stem);
  const others = [...wanted.formats.map((format) => paths[format]), paths.pae];
  return existingFiles({ description: paths.confidence, others }, (found) =>
    differenceOf(found as Confidence, wanted),
  );
}

/** In what a confidence file differs from what is wanted, in words; undefined where it does not. */
function differenceOf(
  found: Confidence,
  { request, modelSha256, numRecycles, precision, alignment, templates }: Wanted,
): string | undefined {
  if (chainsText(found.chains) !== chainsText(request.chains)) return OTHER_INPUT;
  const model = found.model as Confidence['model'] | undefined;
  if (model?.sha256 !== modelSha256) return otherWeights(model?.name);
  const has = found.engine?.precision;
  if (isOtherPrecision(has, precision)) return otherPrecision(has);
  if (found.alignment?.request !== alignment) return 'the result of another alignment';
  if (found.templates?.request !== templates) return 'the result of other templates';
  const { recycling } = found;
  if (recycling?.tolerance !== request.recycleTolerance) return OTHER_TOLERANCE;
  const made = recycling?.mostRecycles ?? found.numRecycles;
  if (made !== numRecycles) return `a result with ${made} recycles`;
  return undefined;
}

/** What is found where the model was another one. */
export function otherWeights(name = '?'): string {
  return `the result of other weights (${name})`;
}

/** Whether results differ in precision; those that do not say theirs are of float32. */
export function isOtherPrecision(
  has: Precision = 'float32',
  wants: Precision = 'float32',
): boolean {
  return has !== wants;
}

/** What is found where another precision was asked for. */
export function otherPrecision(precision: Precision = 'float32'): string {
  return `a result computed with --precision ${precision}`;
}

function chainsText(chains: readonly Chain[]): string {
  return JSON.stringify(chains.map(({ id, sequence, codons }) => [id, sequence, codons]));
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
