import express, {
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import { FoldError } from '#errors';
import type { Asker } from '#process/asked-process';
import type { Services } from '#server/services';
import { HelperPool } from '#server/helper-pool';
import { clientGone } from '#server/jobs/wait-for-submission';
import { Turns } from '#server/turns';
import type { BodyLimits, RequestBody } from './body-fields.js';
import type { Caller } from './callers.js';
import { isForm } from './form-fields.js';
import { type Operation, type OperationId, OPERATIONS } from './operations.js';
import { type ReadLimits, readRequest, type ReadRequest } from './read-request.js';
import type { ReadingQuestions } from './reading-process.js';

const BYTES_PER_KILOBYTE = 1024;
const BYTES_PER_MEGABYTE = 1 << 20;
/** Bodies that may be larger than this take turns; all others are taken in as they come. */
const SMALL_BYTES = BYTES_PER_MEGABYTE;
/** How many large bodies lie in memory at a time, of all clients and of one. */
const [MOST_LARGE, MOST_LARGE_EACH] = [16, 4];

/** Bytes that are read within a millisecond or two. */
const SHORT = 4096;
/** The largest body of the default settings takes a second or two. */
const DEADLINE_SECONDS = 30;

/** A request whose body is wanted. */
export interface BodyRequest {
  readonly operation: OperationId;
  readonly request: Request;
  readonly response: Response;
  readonly caller: Caller;
  readonly services: Pick<Services, 'predictors' | 'installations'>;
  /** Options of the query, checked. */
  readonly query: unknown;
}

/**
 * Takes in the bodies of requests, large ones in turn, and reads them: short ones at once, long ones in processes of their
 * own, of which no client has more than one.
 */
export class RequestReader {
  readonly #limits: BodyLimits & ReadLimits;
  readonly #largeBodies = new Turns(MOST_LARGE, MOST_LARGE_EACH);
  readonly #helpers = new HelperPool<ReadingQuestions>({
    parent: import.meta.url,
    entry: 'reading-process',
    deadlineSeconds: DEADLINE_SECONDS,
  });

  /** @param limits of this server */
  constructor(limits: BodyLimits & ReadLimits) {
    const { MAX_BATCH, MAX_RESIDUES, MAX_BODY_KB, MAX_ALIGNMENT_MB, MAX_TEMPLATES_MB } = limits;
    this.#limits = { MAX_BATCH, MAX_RESIDUES, MAX_BODY_KB, MAX_ALIGNMENT_MB, MAX_TEMPLATES_MB };
  }

  /**
   * What a request asks for, once its body has come.
   *
   * @throws FoldError `BODY_TOO_LARGE`, and as `read`
   */
  receive(wanted: BodyRequest): Promise<ReadRequest> {
    const { operation, request, response, caller, query } = wanted;
    const { client } = caller;
    const signal = clientGone(response);
    const work = async (): Promise<ReadRequest> => {
      if (signal.aborted) throw new FoldError('JOB_CANCELLED', 'the client has gone');
      const bytes = await bytesOf(request, response, this.#limitOf(wanted));
      const contentType = request.get('content-type');
      return this.read({ operation, bytes, contentType, query }, { client, signal });
    };
    return mayBeLarge(request) ? this.#largeBodies.run(client, work) : work();
  }

  /**
   * What the body of a request asks for.
   *
   * @param body as it came
   * @param asker whose turn it takes, and until when anybody waits
   * @throws FoldError as `readRequest` and `AskedProcess`
   */
  async read(body: RequestBody, asker: Asker = {}): Promise<ReadRequest> {
    return isShort(body)
      ? readRequest(body, this.#limits)
      : this.#helpers.ask('read', { body, limits: this.#limits }, asker);
  }

  close(): Promise<void> {
    return this.#helpers.close();
  }

  /** An alignment and templates may come only where some model reads them. */
  #limitOf({ operation, services: { predictors, installations } }: BodyRequest): number {
    const takesFiles = (OPERATIONS[operation] as Operation).body?.form !== undefined;
    const megabytes = (reads: 'readsAlignments' | 'readsTemplates', most: number): number =>
      takesFiles && (installations.isAllowed || predictors.some(({ model }) => model[reads]))
        ? most
        : 0;
    const { MAX_BODY_KB, MAX_ALIGNMENT_MB, MAX_TEMPLATES_MB } = this.#limits;
    return (
      BYTES_PER_KILOBYTE * MAX_BODY_KB +
      BYTES_PER_MEGABYTE *
        (megabytes('readsAlignments', MAX_ALIGNMENT_MB) +
          megabytes('readsTemplates', MAX_TEMPLATES_MB))
    );
  }
}

/** Whether a body is large, or does not say how large it is. */
function mayBeLarge(request: Request): boolean {
  const isPacked = (request.get('content-encoding') ?? 'identity') !== 'identity';
  const length = request.get('content-length');
  if (request.get('transfer-encoding') === undefined && length === undefined) return false;
  return isPacked || length === undefined || Number(length) > SMALL_BYTES;
}

/** The whole body, unpacked; empty where there is none. */
async function bytesOf(request: Request, response: Response, limit: number): Promise<Uint8Array> {
  const take: RequestHandler = express.raw({ type: () => true, limit });
  const error = await new Promise<Error | undefined>((resolve) => {
    void take(request, response, resolve as NextFunction);
  });
  if (error) throw error; // the parser's: `problemOf` knows what it means
  return request.body instanceof Uint8Array ? request.body : new Uint8Array();
}

/** The files of a form may be packed, and long though it is short. */
function isShort({ bytes, contentType }: RequestBody): boolean {
  return bytes.length <= SHORT && !isForm(contentType);
}
