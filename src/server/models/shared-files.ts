import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { FoldError } from '#errors';
import type { Predictor } from '#predict/prediction';
import type { ServerSettings } from '#server/settings';
import { isForThisMachine } from '#server/http/this-machine';

/** A file of a model, as others may fetch it. */
interface SharedFile {
  /** Without its folder, which is nobody's business. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

/** The files of a model that callers may fetch; none where the operator does not allow it, or one has gone. */
export function sharedFiles({ files = [] }: Predictor, settings: ServerSettings): SharedFile[] {
  const isAllowed = (settings.SHARE_MODELS ?? Number(isForThisMachine(settings))) === 1;
  if (!isAllowed) return [];
  const shared = [...new Set(files)].map((path) => {
    const bytes = statSync(path, { throwIfNoEntry: false })?.size;
    return { name: basename(path), path: resolve(path), bytes };
  });
  const isWhole = new Set(shared.map(({ name }) => name)).size === shared.length;
  const isThere = (file: (typeof shared)[number]): file is SharedFile => file.bytes !== undefined;
  return isWhole && shared.every(isThere) ? shared.filter(isThere) : [];
}

/**
 * Where a file of a served model lies.
 *
 * @throws FoldError `NOT_FOUND` also where models are not shared
 */
export function sharedFile(
  { predictors, settings }: { readonly predictors: readonly Predictor[]; readonly settings: ServerSettings }, // prettier-ignore
  model: string,
  name: string,
): string {
  const predictor = predictors.find((one) => one.model.name === model);
  const file = predictor && sharedFiles(predictor, settings).find((one) => one.name === name);
  if (file) return file.path;
  throw new FoldError('NOT_FOUND', 'this server gives no such file of a model', {
    hint: '/api/v1/models names the files of each model that it shares',
  });
}
