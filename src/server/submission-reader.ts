import { setImmediate } from 'node:timers/promises';
import type { Interpretation } from '#sequence/interpretation';
import { HelperProcess } from './helper-process.js';
import type { ReadingRequest } from './reading-process.js';
import { readSubmission, type ReadLimits, type Submission } from './read-submission.js';

/** Letters that are read within a millisecond or two. */
const SHORT = 4096;

/** Reads submissions: short ones at once, long ones in a process of their own. */
export class SubmissionReader {
  readonly #limits: ReadLimits;
  readonly #helper = new HelperProcess<ReadingRequest, string[]>('reading-process');

  /** @param limits of this server */
  constructor({ MAX_BATCH, MAX_RESIDUES }: ReadLimits) {
    this.#limits = { MAX_BATCH, MAX_RESIDUES };
  }

  /**
   * The records of a submission, one at a time: other work gets its turn between them.
   *
   * @throws FoldError as `readSubmission`
   */
  async *records(submission: Submission): AsyncGenerator<Interpretation> {
    if (submission.text.length <= SHORT) {
      yield* readSubmission(submission, this.#limits);
      return;
    }
    for (const record of await this.#ask(submission, false)) {
      yield JSON.parse(record) as Interpretation;
      await setImmediate();
    }
  }

  /**
   * The records of a submission as JSON, each with its translations.
   *
   * @throws FoldError as `readSubmission`
   */
  async json(submission: Submission): Promise<string[]> {
    if (submission.text.length > SHORT) return this.#ask(submission, true);
    return readSubmission(submission, this.#limits).map((record) => JSON.stringify(record));
  }

  close(): void {
    this.#helper.close();
  }

  #ask(submission: Submission, withTranslations: boolean): Promise<string[]> {
    return this.#helper.ask({ submission, limits: this.#limits, withTranslations });
  }
}
