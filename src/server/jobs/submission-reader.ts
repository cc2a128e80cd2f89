import type { AskedProcess, Asker } from '#process/asked-process';
import type { BodyLimits, RequestBody } from '#server/http/body-fields';
import { isForm } from '#server/http/form-fields';
import { helperProcess } from '#server/helper-process';
import { Turns } from '#server/turns';
import { readRequest, type ReadRequest } from './read-request.js';
import type { ReadingQuestions } from './reading-process.js';
import type { ReadLimits } from './read-submission.js';

/** Bytes that are read within a millisecond or two. */
const SHORT = 4096;
/** The largest body of the default settings takes a second or two. */
const DEADLINE_SECONDS = 30;
/** One client's slow request leaves a process for another's. */
const NUM_PROCESSES = 2;

/** Reads requests: short ones at once, long ones in processes of their own, of which no client has more than one. */
export class SubmissionReader {
  readonly #limits: BodyLimits & ReadLimits;
  readonly #helpers: readonly AskedProcess<ReadingQuestions>[];
  /** Those that have nothing to do; the last is asked next, so that the others need not even start. */
  readonly #idle: AskedProcess<ReadingQuestions>[];
  readonly #turns = new Turns(NUM_PROCESSES);

  /** @param limits of this server */
  constructor(limits: BodyLimits & ReadLimits) {
    const { MAX_BATCH, MAX_RESIDUES, MAX_BODY_KB, MAX_ALIGNMENT_MB, MAX_TEMPLATES_MB } = limits;
    this.#limits = { MAX_BATCH, MAX_RESIDUES, MAX_BODY_KB, MAX_ALIGNMENT_MB, MAX_TEMPLATES_MB };
    this.#helpers = Array.from({ length: NUM_PROCESSES }, () =>
      helperProcess({
        parent: import.meta.url,
        entry: 'reading-process',
        deadlineSeconds: DEADLINE_SECONDS,
      }),
    );
    this.#idle = [...this.#helpers];
  }

  /**
   * What the body of a request asks for.
   *
   * @param body as it came
   * @param asker whose turn it takes, and until when anybody waits
   * @throws FoldError as `readRequest` and `AskedProcess`
   */
  async read(body: RequestBody, asker: Asker = {}): Promise<ReadRequest> {
    if (isShort(body)) return readRequest(body, this.#limits);
    return this.#turns.run(asker.client ?? '', async () => {
      const helper = this.#idle.pop()!;
      try {
        return await helper.ask('read', { body, limits: this.#limits }, asker);
      } finally {
        this.#idle.push(helper);
      }
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#helpers.map((helper) => helper.close()));
  }
}

/** The files of a form may be packed, and long though it is short. */
function isShort({ bytes, contentType }: RequestBody): boolean {
  return bytes.length <= SHORT && !isForm(contentType);
}
