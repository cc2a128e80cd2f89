import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { partOf } from '#machine/growing-file';
import { unwritable } from '#machine/unwritable';
import type { EvaluatedChain } from './evaluate.js';

/**
 * Chains of an evaluation that are done, kept in `PATH.part` until the whole is written: a line of JSON that says what is
 * evaluated, then a line for each chain, which holds it to the bit.
 */
export class EvaluationJournal {
  readonly #path: string;
  /** Chains that an earlier run of the same evaluation has done, by their id. */
  readonly done: ReadonlyMap<string, EvaluatedChain>;

  /**
   * Opens what an earlier run has left, or begins; a journal of another evaluation is replaced.
   *
   * @param path of the whole result, in a folder that exists
   * @param subject says what is evaluated: model, chains, options
   * @throws FoldError `FILE_WRITE`
   */
  constructor(path: string, subject: object) {
    this.#path = partOf(path);
    const heading = JSON.stringify(subject);
    const lines = wholeLines(this.#path);
    const kept = lines[0] === heading ? lines : [heading];
    this.done = new Map(
      kept
        .slice(1)
        .map(readChain)
        .map((chain) => [chain.record.id, chain]),
    );
    this.#write(() => {
      writeFileSync(this.#path, kept.map((line) => `${line}\n`).join(''));
    });
  }

  /** @throws FoldError `FILE_WRITE` */
  add(chain: EvaluatedChain): void {
    this.#write(() => {
      appendFileSync(this.#path, `${serialize(chain).toString('base64')}\n`);
    });
  }

  /** Once the whole result is written. */
  remove(): void {
    rmSync(this.#path, { force: true });
  }

  #write(work: () => void): void {
    try {
      work();
    } catch (cause) {
      throw unwritable(this.#path, cause);
    }
  }
}

/** A kill may have cut the last line. */
function wholeLines(path: string): string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
}

function readChain(line: string): EvaluatedChain {
  return deserialize(Buffer.from(line, 'base64')) as EvaluatedChain;
}
