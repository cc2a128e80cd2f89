import { setImmediate } from 'node:timers/promises';
import type { AskedProcess, Asker } from '#process/asked-process';
import { helperProcess } from '#server/helper-process';
import type { ReadingQuestions } from './reading-process.js';
import {
  readSubmission,
  type ReadLimits,
  type ReadRecord,
  type Submission,
} from './read-submission.js';

/** Letters that are read within a millisecond or two. */
const SHORT = 4096;
/** The largest body of the default settings takes a second or two. */
const DEADLINE_SECONDS = 30;

/** Reads submissions: short ones at once, long ones in a process of their own. */
export class SubmissionReader {
  readonly #limits: ReadLimits;
  readonly #helper: AskedProcess<ReadingQuestions> = helperProcess({
    parent: import.meta.url,
    entry: 'reading-process',
    deadlineSeconds: DEADLINE_SECONDS,
  });

  /** @param limits of this server */
  constructor({ MAX_BATCH, MAX_RESIDUES }: ReadLimits) {
    this.#limits = { MAX_BATCH, MAX_RESIDUES };
  }

  /**
   * The records of a submission, one at a time: other work gets its turn between them.
   *
   * @param submission text and options
   * @param asker whose turn it takes, and until when anybody waits
   * @throws FoldError as `readSubmission` and `AskedProcess`
   */
  async *records(submission: Submission, asker: Asker = {}): AsyncGenerator<ReadRecord> {
    if (isShort(submission)) {
      yield* readSubmission(submission, this.#limits);
      return;
    }
    for (const record of await this.#ask(submission, false, asker)) {
      yield JSON.parse(record) as ReadRecord;
      await setImmediate();
    }
  }

  /**
   * The records of a submission as JSON, each with its translations.
   *
   * @param submission text and options
   * @param asker whose turn it takes, and until when anybody waits
   * @throws FoldError as `readSubmission` and `AskedProcess`
   */
  async json(submission: Submission, asker: Asker = {}): Promise<string[]> {
    if (!isShort(submission)) return this.#ask(submission, true, asker);
    return readSubmission(submission, this.#limits).map((record) => JSON.stringify(record));
  }

  close(): Promise<void> {
    return this.#helper.close();
  }

  #ask(submission: Submission, withTranslations: boolean, asker: Asker): Promise<string[]> {
    return this.#helper.ask('read', { submission, limits: this.#limits, withTranslations }, asker);
  }
}

function isShort({ text, alignment, templates }: Submission): boolean {
  if (templates) return false;
  return text.length + (alignment?.text.length ?? 0) <= SHORT;
}
