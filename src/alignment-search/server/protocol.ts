/** @file The requests of the MMseqs2 server's ticket protocol, one attempt each. */
import { FIRST_QUERY_ID } from '#alignment/chains-a3m';
import { FoldError } from '#errors';
import { addressAt, type AskedServer } from '#weights/node/asked-server';
import { httpGet, httpPost, postedForm } from '#weights/node/http';
import {
  maySoonPass,
  Passing,
  wholeAnswer,
  type AnswerLimits,
  type Send,
  type WholeAnswer,
} from '#weights/node/whole-answer';

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

/** A status is some hundred bytes long; one that trickles in is given up. */
const STATUS_LIMITS: AnswerLimits = {
  maxBytes: 64 * 1024,
  deadlineMs: 120_000,
  code: 'ALIGNMENT_SEARCH',
};
/** Unpacked no alignment may be larger; packed it is far smaller. */
const RESULT_LIMITS: AnswerLimits = {
  maxBytes: 1024 ** 3,
  deadlineMs: 3_600_000,
  code: 'ALIGNMENT_SEARCH',
};
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
  server: AskedServer,
  { kind, mode, sequences }: TicketQuery,
  signal?: AbortSignal,
): Promise<TicketStatus> {
  const q = sequences.map((sequence, i) => `>${FIRST_QUERY_ID + i}\n${sequence}\n`).join('');
  const send: Send = (options) =>
    httpPost(addressAt(server, `ticket/${kind}`), postedForm({ q, mode }), options);
  return readStatus(server, await wholeAnswer(server, send, STATUS_LIMITS, signal));
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
  server: AskedServer,
  id: string,
  signal?: AbortSignal,
): Promise<TicketStatus> {
  const send: Send = (options) => httpGet(addressAt(server, `ticket/${id}`), options);
  const status = readStatus(server, await wholeAnswer(server, send, STATUS_LIMITS, signal));
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
  server: AskedServer,
  id: string,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const send: Send = (options) => httpGet(addressAt(server, `result/download/${id}`), options);
  const answer = await wholeAnswer(server, send, RESULT_LIMITS, signal);
  if (answer.status === 404) throw new Passing('the server has lost the answer');
  if (answer.status !== 200) throw failure(server, answer);
  return answer.bytes;
}

/** A status may come with any HTTP status: a limit of requests is told with 429. */
function readStatus(server: AskedServer, answer: WholeAnswer): TicketStatus {
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
function failure({ url }: AskedServer, { status, retryAfterMs }: WholeAnswer): Error {
  if (status === 200) return new Passing('the answer of the server cannot be understood');
  const message = `the server answers with HTTP status ${status}`;
  if (maySoonPass(status)) return new Passing(message, retryAfterMs);
  return new FoldError('ALIGNMENT_SEARCH', `${url.href}: ${message}`, {
    hint: 'Is this the address of an MMseqs2 server, such as https://api.colabfold.com?',
  });
}
