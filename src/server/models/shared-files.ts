import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { FoldError } from '#errors';
import type { Predictor } from '#predict/prediction';
import type { ServerConfig } from '#server/config';
import { isForThisMachine } from '#server/http/this-machine';

/** A file of a model, as others may fetch it. */
interface SharedFile {
  /** Without its folder, which is nobody's business. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

/** The files of a model that callers may fetch; none where the operator does not allow it, or one has gone. */
export function sharedFiles({ files = [] }: Predictor, config: ServerConfig): SharedFile[] {
  const isAllowed = (config.SHARE_MODELS ?? Number(isForThisMachine(config))) === 1;
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
  { predictors, config }: { readonly predictors: readonly Predictor[]; readonly config: ServerConfig }, // prettier-ignore
  model: string,
  name: string,
): string {
  const predictor = predictors.find((one) => one.model.name === model);
  const file = predictor && sharedFiles(predictor, config).find((one) => one.name === name);
  if (file) return file.path;
  throw new FoldError('NOT_FOUND', 'this server gives no such file of a model', {
    hint: '/api/v1/models names the files of each model that it shares',
  });
}
