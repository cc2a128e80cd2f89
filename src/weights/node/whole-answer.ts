import { FoldError, type ErrorCode } from '#errors';
import type { AskedServer } from './asked-server.js';
import type { HttpAnswer, HttpOptions } from './http.js';

/** A failure that may pass: no connection, a server in trouble, an answer that is none. */
export class Passing extends Error {
  override readonly name = 'Passing';
  /** How long the server asks to wait, where it does. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, retryAfterMs?: number, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** What may be sent and how long that may take. */
export interface AnswerLimits {
  readonly maxBytes: number;
  readonly deadlineMs: number;
  /** Code of the error for an answer that is larger. */
  readonly code: ErrorCode;
}

/** An answer's HTTP status and content. */
export interface WholeAnswer {
  readonly status: number;
  readonly bytes: Uint8Array;
  readonly retryAfterMs: number | undefined;
}

/** Makes one request. */
export type Send = (options: HttpOptions) => Promise<HttpAnswer>;

/**
 * Asks a server once and reads all of its answer.
 *
 * @throws Passing; FoldError where the answer is too large; the reason of the signal
 */
export async function wholeAnswer(
  server: AskedServer,
  send: Send,
  limits: AnswerLimits,
  signal: AbortSignal | undefined,
): Promise<WholeAnswer> {
  const { environment, stallTimeoutMs, userAgent } = server;
  const deadline = AbortSignal.timeout(limits.deadlineMs);
  const stop = signal ? AbortSignal.any([signal, deadline]) : deadline;
  try {
    const headers = { 'user-agent': userAgent };
    const answer = await send({ headers, environment, stallTimeoutMs, signal: stop });
    const bytes = await readBody(answer, limits);
    const seconds = Number(answer.headers.get('retry-after'));
    return { status: answer.status, bytes, retryAfterMs: seconds > 0 ? seconds * 1000 : undefined };
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof FoldError) throw cause;
    const message = deadline.aborted
      ? `the answer was not complete after ${limits.deadlineMs / 1000} s`
      : cause instanceof Error
        ? cause.message
        : 'unknown reason';
    throw new Passing(message, undefined, { cause });
  }
}

/** Whether a server may answer better later. */
export function maySoonPass(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

async function readBody(
  { body }: HttpAnswer,
  { maxBytes, code }: AnswerLimits,
): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes)
      throw new FoldError(code, `the server sends more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
