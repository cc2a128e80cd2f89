import { rm } from 'node:fs/promises';
import { GrowingFile, moveFile, partOf } from '#machine/growing-file';
import type { Embedding } from '#predict/embeddings';
import { openFile } from '#weights/node/open-file';
import type { EmbeddingLayout, FoundEmbeddings } from './layout.js';

const COPY_BYTES = 16 * 1024 * 1024;

/**
 * What a file of embeddings holds.
 *
 * @param path of a file, finished or not
 * @returns nothing where it is not a file with embeddings of codonfold in this layout
 * @throws FoldError `FILE_READ`
 */
export function readEmbeddingFile(
  path: string,
  layout: EmbeddingLayout,
): FoundEmbeddings | undefined {
  const bytes = openFile(path);
  try {
    return layout.read(bytes);
  } finally {
    bytes.close();
  }
}

/** What an earlier run has left. */
export interface Unfinished {
  readonly path: string;
  readonly found: FoundEmbeddings;
}

/**
 * A file to which embeddings are added one by one. It grows as `PATH.part`; whatever ends the program, that file keeps
 * the chains that were added, and after {@link settle} it can be read as it is.
 */
export class EmbeddingFile {
  readonly #file: GrowingFile;
  readonly #layout: EmbeddingLayout;
  #end: number;
  #sinceFrame = 0;

  private constructor(file: GrowingFile, layout: EmbeddingLayout, end: number) {
    this.#file = file;
    this.#layout = layout;
    this.#end = end;
  }

  /**
   * Begins a file, or goes on with one.
   *
   * @param path of the whole file
   * @param layout a fresh one
   * @param options `from`: what an earlier run left, the whole file or its part; `hint`: what to do where it cannot be
   *   written
   * @throws FoldError `FILE_WRITE`
   */
  static async open(
    path: string,
    layout: EmbeddingLayout,
    options: { readonly from?: Unfinished | undefined; readonly hint?: string } = {},
  ): Promise<EmbeddingFile> {
    const { from, hint } = options;
    if (from) layout.resume(from.found);
    const hasRoom = from !== undefined && from.found.start === layout.start;
    const aside = hasRoom ? partOf(path) : `${partOf(path)}.old`;
    if (from && from.path !== aside) await moveFile(from.path, aside, hint);
    if (!hasRoom) await rm(partOf(path), { force: true });
    const end = from ? layout.start + from.found.end - from.found.start : layout.start;
    const file = new EmbeddingFile(await GrowingFile.open(path, hint), layout, end);
    if (from && !hasRoom) await copyChains(aside, from.found, file.#file, layout.start);
    await file.settle();
    if (!hasRoom) await rm(aside, { force: true });
    return file;
  }

  /**
   * Adds a chain. Where that fails, the file is as it was before.
   *
   * @throws FoldError `FILE_WRITE`
   */
  async add(embedding: Embedding): Promise<void> {
    let end = this.#end;
    try {
      for (const piece of this.#layout.piecesOf(embedding)) {
        await this.#file.write(end, piece);
        end += piece.length;
      }
    } catch (error) {
      await this.#file.truncate(this.#end);
      throw error;
    }
    this.#layout.added(embedding);
    this.#sinceFrame += end - this.#end;
    this.#end = end;
    if (this.#sinceFrame >= this.#layout.frameEvery) await this.settle();
  }

  /** Makes the unfinished file valid as it is. @throws FoldError `FILE_WRITE` */
  async settle(): Promise<void> {
    const { head, tail } = this.#layout.frame();
    await this.#file.write(0, head);
    await this.#file.write(this.#end, tail);
    await this.#file.truncate(this.#end + tail.length);
    this.#sinceFrame = 0;
  }

  /** Gives the file its name. @throws FoldError `FILE_WRITE` */
  async finish(): Promise<void> {
    await this.settle();
    await this.#file.finish();
  }

  /** Leaves the file for a later run. */
  async close(): Promise<void> {
    await this.#file.close();
  }

  /** Throws the file away. */
  async discard(): Promise<void> {
    await this.#file.discard();
  }
}

/** Copies the bytes of all chains into a file with more room before them. */
async function copyChains(
  path: string,
  { start, end }: FoundEmbeddings,
  to: GrowingFile,
  at: number,
): Promise<void> {
  const bytes = openFile(path);
  try {
    for (let done = start; done < end; done += COPY_BYTES) {
      const chunk = bytes.read(done, Math.min(COPY_BYTES, end - done));
      await to.write(at + done - start, chunk);
    }
  } finally {
    bytes.close();
  }
}
