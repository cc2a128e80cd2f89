/** @file The folder that results are written into, as far as agents see it. */
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, resolve, sep } from 'node:path';
import type { ComparedStructure } from '#cli/comparison';
import { readStructureFile } from '#cli/read-inputs';
import { FoldError } from '#errors';
import { FILE_TYPES } from '#predict/files/file-names';

/** Files that are shown to agents: what `predict` and `mutate` write. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  pdb: FILE_TYPES['structure.pdb'],
  cif: FILE_TYPES['structure.cif'],
  json: FILE_TYPES['confidence.json'],
  csv: 'text/csv',
  svg: 'image/svg+xml',
};
/** Longest text that is put into an answer: beyond it a model would read little else. */
const MAX_BYTES = 2_000_000;
const SCHEME = 'codonfold://results/';

/** The folder, and whether an agent may name files outside it. */
export class ResultFolder {
  readonly path: string;
  readonly #isConfined: boolean;

  /**
   * @param path of the folder, which exists
   * @param isConfined true where agents are not the user's own programs, so that no other file is read for them
   */
  constructor(path: string, isConfined: boolean) {
    this.path = resolve(path);
    this.#isConfined = isConfined;
  }

  /**
   * A structure that an agent gave as text or as the name of a file.
   *
   * @param text PDB or mmCIF, or a path, relative to the folder
   * @param label what messages call it where it is text
   * @throws FoldError `FILE_READ`, `FORBIDDEN`
   */
  async structure(text: string, label: string): Promise<ComparedStructure> {
    if (/[\r\n]/.test(text)) return { bytes: new TextEncoder().encode(text), source: label };
    const path = await this.place(text);
    return { bytes: await readStructureFile(path), source: basename(path) };
  }

  /**
   * Where a file or folder is that an agent names relative to the results.
   *
   * @throws FoldError `FORBIDDEN`
   */
  async place(given: string): Promise<string> {
    const path = resolve(this.path, given);
    if (this.#isConfined) await this.#refuseOutside(path, given);
    return path;
  }

  async #refuseOutside(path: string, given: string): Promise<void> {
    const [real, folder] = await Promise.all([
      realpath(path).catch(() => path),
      realpath(this.path),
    ]);
    if (real.startsWith(folder + sep)) return;
    throw new FoldError('FORBIDDEN', `${given} is not in the folder of the results`, {
      hint: 'over HTTP only results are read from disk; send other structures as text',
    });
  }

  /** Every result file, as a resource. */
  async list(): Promise<{ uri: string; name: string; mimeType: string }[]> {
    const names = (await readdir(this.path)).sort();
    return names.flatMap((name) => {
      const mimeType = mediaTypeOf(name);
      return mimeType === undefined ? [] : [{ uri: uriOf(name), name, mimeType }];
    });
  }

  /**
   * The text of a result file.
   *
   * @param name of the file, without a folder
   * @throws FoldError `NOT_FOUND`, `BODY_TOO_LARGE`
   */
  async read(name: string): Promise<{ uri: string; mimeType: string; text: string }> {
    const known = await this.list();
    const mimeType = known.find((one) => one.name === name)?.mimeType;
    if (mimeType === undefined)
      throw new FoldError('NOT_FOUND', `there is no result file ${JSON.stringify(name)}`);
    const path = resolve(this.path, name);
    const { size } = await stat(path);
    if (size > MAX_BYTES)
      throw new FoldError('BODY_TOO_LARGE', `${name} is too large for an answer (${size} bytes)`, {
        hint: `open the file itself: ${path}`,
      });
    return { uri: uriOf(name), mimeType, text: await readFile(path, 'utf8') };
  }
}

/** The address of a result file, for MCP. */
export const RESULT_URI = `${SCHEME}{name}`;

function uriOf(name: string): string {
  return SCHEME + encodeURIComponent(name);
}

function mediaTypeOf(name: string): string | undefined {
  return MEDIA_TYPES[/\.([a-z]+)$/.exec(name)?.[1] ?? ''];
}
