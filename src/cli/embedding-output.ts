import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { FoldError } from '#errors';
import { partOf } from '#machine/growing-file';
import { makeWritableFolder } from '#machine/make-folder';
import type { Embedding } from '#predict/embeddings';
import { EmbeddingFile, readEmbeddingFile } from '#predict/node/embedding-file/embedding-file';
import type {
  EmbeddingLayout,
  EmbeddingPlan,
  FoundEmbeddings,
} from '#predict/node/embedding-file/layout';
import { SafetensorsEmbeddings } from '#predict/node/embedding-file/safetensors-layout';
import { jsonLayout, jsonLinesLayout } from '#predict/node/embedding-file/text-layout';
import {
  DONE_BEFORE,
  NO_RESULT,
  OTHER_INPUT,
  otherPrecision,
  otherWeights,
  wouldReplace,
} from './existing-result.js';
import { print, tell } from './report.js';

const LAYOUTS: Readonly<Record<string, (plan: EmbeddingPlan) => EmbeddingLayout>> = {
  '.safetensors': (plan) => new SafetensorsEmbeddings(plan),
  '.jsonl': ({ source }) => jsonLinesLayout(source),
  '.json': ({ source }) => jsonLayout(source),
};
const ELSEWHERE = '-o FILE names another place';

/** The layout that the ending of a file asks for. */
export type LayoutOf = (plan: EmbeddingPlan) => EmbeddingLayout;

/**
 * Sees that a file of embeddings can be written, before any work is done.
 *
 * @param path of the file; its folder is made where absent
 * @throws FoldError `USAGE` where its ending names no format, `FILE_WRITE`
 */
export function checkEmbeddingPath(path: string): LayoutOf {
  const ending = Object.keys(LAYOUTS).find((known) => path.toLowerCase().endsWith(known));
  if (ending === undefined)
    throw new FoldError('USAGE', `${path}: the ending of its name must say the format`, {
      hint: `end it with ${Object.keys(LAYOUTS).join(', ')}`,
    });
  makeWritableFolder(dirname(path), ELSEWHERE);
  return LAYOUTS[ending]!;
}

/** A file of embeddings under way. */
export class EmbeddingOutput {
  /** Names of the chains that it has. */
  readonly done: Set<string>;
  readonly #file: EmbeddingFile;
  readonly #path: string;
  readonly #numWanted: number;
  #isOpen = true;

  constructor(file: EmbeddingFile, path: string, done: Iterable<string>, numWanted: number) {
    this.#file = file;
    this.#path = path;
    this.done = new Set(done);
    this.#numWanted = numWanted;
    if (this.done.size > 0)
      tell(
        `${this.done.size} of ${numWanted} chains were done before, skipped (--overwrite computes them again)`,
      );
  }

  /** @throws FoldError `FILE_WRITE` */
  async add(embedding: Embedding): Promise<void> {
    await this.#file.add(embedding);
    this.done.add(embedding.name);
  }

  /** Gives the file its name; there is none where there are no chains. @throws FoldError `FILE_WRITE` */
  async finish(): Promise<void> {
    if (this.done.size === 0) return;
    await this.#file.finish();
    this.#isOpen = false;
    print(`${this.done.size} of ${this.#numWanted} chains → ${this.#path}`);
  }

  /** Leaves what is done, unless it is finished, where the same command finds it. */
  async close(): Promise<void> {
    if (!this.#isOpen) return;
    if (this.done.size === 0) {
      await this.#file.discard();
      return;
    }
    await this.#file.settle().finally(() => this.#file.close());
    tell(
      `${this.done.size} of ${this.#numWanted} chains are in ${partOf(this.#path)}; the same command goes on`,
    );
  }
}

/**
 * Opens a file of embeddings: a new one, or what an earlier run has left of the same chains, weights and kinds.
 *
 * @param path of the file
 * @param options `overwrite`: whether another file of this name may be replaced
 * @returns nothing where the file is there with all chains
 * @throws FoldError `FILE_WRITE` rather than replace what may be somebody's result
 */
export async function openEmbeddingOutput(
  path: string,
  options: { plan: EmbeddingPlan; layoutOf: LayoutOf; overwrite: boolean },
): Promise<EmbeddingOutput | undefined> {
  const { plan, layoutOf, overwrite } = options;
  const layout = layoutOf(plan);
  const numWanted = plan.chains.length;
  const whole = overwrite ? undefined : foundAt(path, { layout, plan });
  if (whole?.chains.size === numWanted) {
    print(`${numWanted} chains: ${DONE_BEFORE} (--overwrite computes them again) → ${path}`);
    return undefined;
  }
  const part = foundAt(partOf(path), { layout, plan, mayBeOther: overwrite, mayBeCut: true });
  const from = part ? { path: partOf(path), found: part } : whole && { path, found: whole };
  const file = await EmbeddingFile.open(path, layout, { from, hint: ELSEWHERE });
  return new EmbeddingOutput(file, path, from?.found.chains.keys() ?? [], numWanted);
}

/**
 * What a file holds that is wanted; undefined where there is no file.
 *
 * @throws FoldError `FILE_WRITE` where it is something else and may not be
 */
function foundAt(
  path: string,
  expected: {
    readonly layout: EmbeddingLayout;
    readonly plan: EmbeddingPlan;
    readonly mayBeOther?: boolean;
    /** Whether a kill may have left it so that it cannot be read. */
    readonly mayBeCut?: boolean;
  },
): FoundEmbeddings | undefined {
  if (!existsSync(path)) return undefined;
  const { layout, plan, mayBeOther = false, mayBeCut = false } = expected;
  const found = readEmbeddingFile(path, layout);
  if (!found && mayBeCut) return undefined;
  const differs = found ? differenceOf(found, plan) : NO_RESULT;
  if (differs === undefined) return found;
  if (mayBeOther) return undefined;
  throw wouldReplace(path, differs);
}

/** In what a file differs from a part of what is wanted, in words. */
function differenceOf(
  { source, chains }: FoundEmbeddings,
  plan: EmbeddingPlan,
): string | undefined {
  const wanted = new Map(plan.chains.map(({ name, sequence }) => [name, sequence]));
  if ([...chains].some(([name, sequence]) => wanted.get(name) !== sequence)) return OTHER_INPUT;
  if (source.modelSha256 !== plan.source.modelSha256) return otherWeights(source.model);
  if (source.precision !== plan.source.precision) return otherPrecision(source.precision);
  const [has, wants] = [source.what.join(', '), plan.source.what.join(', ')];
  return has === wants ? undefined : `${has} of these chains`;
}
