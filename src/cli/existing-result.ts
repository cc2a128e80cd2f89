import { readFile, stat } from 'node:fs/promises';
import type { Confidence } from '#predict/files/confidence';
import type { PredictionRequest } from '#predict/prediction';
import type { Chain } from '#sequence/chain';
import { resultPaths, type StructureFormat } from './result-folder.js';

/** The model and options that a result must have been made with to count as the one asked for. */
export interface Wanted {
  readonly request: PredictionRequest;
  readonly modelSha256: string;
  readonly numRecycles: number;
  /** Its `alignmentId`; absent where none is given. */
  readonly alignment?: string | undefined;
  readonly formats: readonly StructureFormat[];
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
function differenceOf(
  text: string,
  { request, modelSha256, numRecycles, alignment }: Wanted,
): string | undefined {
  let found: Confidence;
  let chains: string;
  try {
    found = JSON.parse(text) as Confidence;
    chains = chainsText(found.chains);
  } catch {
    return 'no result of codonfold'; // not JSON, or of some other form
  }
  if (chains !== chainsText(request.chains)) return 'the result of another input';
  const model = found.model as Confidence['model'] | undefined;
  if (model?.sha256 !== modelSha256) return `the result of other weights (${model?.name ?? '?'})`;
  if (found.alignment?.request !== alignment) return 'the result of another alignment';
  if (found.numRecycles !== numRecycles) return `a result with ${found.numRecycles} recycles`;
  return undefined;
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
