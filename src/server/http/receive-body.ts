import express, {
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import { FoldError } from '#errors';
import type { AppParts } from '#server/app-parts';
import type { ReadRequest } from '#server/jobs/read-request';
import { clientGone } from '#server/jobs/wait-for-submission';
import { Turns } from '#server/turns';
import type { Caller } from './callers.js';
import { type Operation, type OperationId, OPERATIONS } from './operations.js';

const BYTES_PER_KILOBYTE = 1024;
const BYTES_PER_MEGABYTE = 1 << 20;
/** Bodies that may be larger than this take turns; all others are taken in as they come. */
const SMALL_BYTES = BYTES_PER_MEGABYTE;
/** How many large bodies lie in memory at a time, of all clients and of one. */
const [MOST_LARGE, MOST_LARGE_EACH] = [16, 4];

/** A request whose body is wanted. */
export interface BodyRequest {
  readonly operation: OperationId;
  readonly request: Request;
  readonly response: Response;
  readonly caller: Caller;
  /** Options of the query, checked. */
  readonly query: unknown;
}

/** Takes in the bodies of requests, and has them read. */
export class BodyReceiver {
  readonly #parts: AppParts;
  readonly #turns = new Turns(MOST_LARGE, MOST_LARGE_EACH);

  constructor(parts: AppParts) {
    this.#parts = parts;
  }

  /**
   * What a request asks for.
   *
   * @throws FoldError `BODY_TOO_LARGE`, and as `SubmissionReader.read`
   */
  read(wanted: BodyRequest): Promise<ReadRequest> {
    const { operation, request, response, caller, query } = wanted;
    const { client } = caller;
    const signal = clientGone(response);
    const work = async (): Promise<ReadRequest> => {
      if (signal.aborted) throw new FoldError('JOB_CANCELLED', 'the client has gone');
      const bytes = await bytesOf(request, response, this.#limitOf(operation));
      const contentType = request.get('content-type');
      return this.#parts.reader.read({ operation, bytes, contentType, query }, { client, signal });
    };
    return mayBeLarge(request) ? this.#turns.run(client, work) : work();
  }

  /** An alignment and templates may come only where some model reads them. */
  #limitOf(operation: OperationId): number {
    const { config, predictors, installations } = this.#parts;
    const takesFiles = (OPERATIONS[operation] as Operation).body?.form !== undefined;
    const megabytes = (reads: 'readsAlignments' | 'readsTemplates', most: number): number =>
      takesFiles && (installations.isAllowed || predictors.some(({ model }) => model[reads]))
        ? most
        : 0;
    return (
      BYTES_PER_KILOBYTE * config.MAX_BODY_KB +
      BYTES_PER_MEGABYTE *
        (megabytes('readsAlignments', config.MAX_ALIGNMENT_MB) +
          megabytes('readsTemplates', config.MAX_TEMPLATES_MB))
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
