/** @file The requests of the MMseqs2 server's ticket protocol, one attempt each. */
import { FIRST_QUERY_ID } from '#alignment/chains-a3m';
import { FoldError } from '#errors';
import type { Environment } from '#weights/node/cache';
import { httpGet, httpPost, type HttpAnswer, type HttpOptions } from '#weights/node/http';

/** What a ticket is for: relatives of each chain, or rows that pair chains by organism. */
export type TicketKind = 'msa' | 'pair';

/** A query as the server takes it. */
export interface TicketQuery {
  readonly kind: TicketKind;
  /** Such as `env` (UniRef and environmental sequences, filtered) or `pairgreedy`. */
  readonly mode: string;
  /** Sequences, no two of them equal; they are called 101, 102, … */
  readonly sequences: readonly string[];
}

/** States that a server tells. */
const STATES = [
  'PENDING',
  'RUNNING',
  'COMPLETE',
  'ERROR',
  'UNKNOWN',
  'RATELIMIT',
  'MAINTENANCE',
] as const;

/** What a server says of a ticket. */
export interface TicketStatus {
  readonly status: (typeof STATES)[number];
  /** Absent where the server took no query. */
  readonly id?: string;
  /** The server's own words, where it has any. */
  readonly reason?: string;
}

/** Where a server is and how it is asked. */
export interface MsaServer {
  /** Such as `https://api.colabfold.com`. */
  readonly url: URL;
  /** `codonfold/VERSION CONTACT`. */
  readonly userAgent: string;
  readonly environment: Environment;
  /** A connection on which nothing comes for so long is given up. */
  readonly stallTimeoutMs: number;
}

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
interface AnswerLimits {
  readonly maxBytes: number;
  readonly deadlineMs: number;
}

/** A status is some hundred bytes long; one that trickles in is given up. */
const STATUS_LIMITS: AnswerLimits = { maxBytes: 64 * 1024, deadlineMs: 120_000 };
/** Unpacked no alignment may be larger; packed it is far smaller. */
const RESULT_LIMITS: AnswerLimits = { maxBytes: 1024 ** 3, deadlineMs: 3_600_000 };
/** Ids are hashes in base64; anything else might lead to another address. */
const ID = /^[\w-]{1,200}$/;
const MAX_REASON = 300;

/**
 * Hands in a query.
 *
 * @param server whom
 * @param query what
 * @param signal stops asking
 * @throws Passing; FoldError `ALIGNMENT_SEARCH` where asking again is of no use
 */
export async function submitQuery(
  server: MsaServer,
  { kind, mode, sequences }: TicketQuery,
  signal?: AbortSignal,
): Promise<TicketStatus> {
  const q = sequences.map((sequence, i) => `>${FIRST_QUERY_ID + i}\n${sequence}\n`).join('');
  const send: Send = (options) =>
    httpPost(addressOf(server, `ticket/${kind}`), { q, mode }, options);
  return readStatus(server, await exchange(server, send, STATUS_LIMITS, signal));
}

/**
 * Asks how a ticket stands.
 *
 * @param server whom
 * @param id of the ticket
 * @param signal stops asking
 * @throws Passing; FoldError `ALIGNMENT_SEARCH` where asking again is of no use
 */
export async function askStatus(
  server: MsaServer,
  id: string,
  signal?: AbortSignal,
): Promise<TicketStatus> {
  const send: Send = (options) => httpGet(addressOf(server, `ticket/${id}`), options);
  const status = readStatus(server, await exchange(server, send, STATUS_LIMITS, signal));
  if (status.id !== undefined && status.id !== id)
    throw new Passing(`the server answers for another ticket (${status.id})`);
  return status;
}

/**
 * Fetches the answer to a ticket that is complete.
 *
 * @param server whom
 * @param id of the ticket
 * @param signal stops asking
 * @returns a tar.gz, not looked into
 * @throws Passing; FoldError `ALIGNMENT_SEARCH` where asking again is of no use
 */
export async function downloadResult(
  server: MsaServer,
  id: string,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const send: Send = (options) => httpGet(addressOf(server, `result/download/${id}`), options);
  const answer = await exchange(server, send, RESULT_LIMITS, signal);
  if (answer.status === 404) throw new Passing('the server has lost the answer');
  if (answer.status !== 200) throw failure(server, answer);
  return answer.bytes;
}

type Send = (options: HttpOptions) => Promise<HttpAnswer>;

/** An answer's HTTP status and content. */
interface Answer {
  readonly status: number;
  readonly bytes: Uint8Array;
  readonly retryAfterMs: number | undefined;
}

const addressOf = ({ url }: MsaServer, path: string): URL =>
  new URL(path, url.href.endsWith('/') ? url : `${url.href}/`);

async function exchange(
  server: MsaServer,
  send: Send,
  limits: AnswerLimits,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const { environment, stallTimeoutMs, userAgent } = server;
  const deadline = AbortSignal.timeout(limits.deadlineMs);
  const stop = signal ? AbortSignal.any([signal, deadline]) : deadline;
  try {
    const headers = { 'user-agent': userAgent };
    const answer = await send({ headers, environment, stallTimeoutMs, signal: stop });
    const bytes = await readBody(answer, limits.maxBytes);
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

async function readBody({ body }: HttpAnswer, maxBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes)
      throw new FoldError('ALIGNMENT_SEARCH', `the server sends more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A status may come with any HTTP status: a limit of requests is told with 429. */
function readStatus(server: MsaServer, answer: Answer): TicketStatus {
  const text = new TextDecoder().decode(answer.bytes);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const { status, id, reason } = (json ?? {}) as Readonly<Record<string, unknown>>;
  const state = STATES.find((known) => known === status);
  if (!state) throw failure(server, answer);
  const hasId = typeof id === 'string' && id !== '';
  if (hasId && !ID.test(id)) throw new Passing('the server names a ticket that cannot be one');
  return {
    status: state,
    ...(hasId ? { id } : {}),
    ...(typeof reason === 'string' ? { reason: reason.slice(0, MAX_REASON) } : {}),
  };
}

/** The error for an answer that is neither a status nor a result. */
function failure({ url }: MsaServer, { status, retryAfterMs }: Answer): Error {
  if (status === 200) return new Passing('the server sent something that is no answer');
  const message = `the server answers with HTTP status ${status}`;
  if (status === 408 || status === 429 || status >= 500) return new Passing(message, retryAfterMs);
  return new FoldError('ALIGNMENT_SEARCH', `${url.href}: ${message}`, {
    hint: 'Is this the address of an MMseqs2 server, such as https://api.colabfold.com?',
  });
}
