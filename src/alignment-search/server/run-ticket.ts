import { FoldError, messageOf } from '#errors';
import type { SearchOptions, SearchProgress } from '#alignment-search/found-alignment';
import type { AskedServer } from '#weights/node/asked-server';
import { backOff, insist, jitter, pause } from '#weights/node/insist';
import { Passing } from '#weights/node/whole-answer';
import {
  askStatus,
  downloadResult,
  submitQuery,
  type TicketQuery,
  type TicketStatus,
} from './protocol.js';
import type { StoredTicket } from './ticket-store.js';

/** Failures in a row after which a server counts as gone. */
const MAX_FAILURES = 8;
/** How often an answer that cannot be read is downloaded. */
const MAX_DAMAGED = 3;
/** How often a query is handed in again because the server has forgotten its ticket. */
const MAX_SUBMISSIONS = 3;
const MS_PER_MINUTE = 60_000;

/** How long is waited, in milliseconds. */
export interface Pace {
  /** Between two questions; up to as much again is added at random. */
  readonly pollMs: number;
  /** How long refusals (a limit, maintenance) are borne before the search fails. */
  readonly patienceMs: number;
}

/** One query and what it needs. */
export interface TicketJob<T> extends SearchOptions {
  readonly server: AskedServer;
  readonly query: TicketQuery;
  readonly stored: StoredTicket;
  readonly pace: Pace;
  /** How long all of it may take, from the first question to the last byte of the answer. */
  readonly deadlineMs: number;
  /** Reads an answer; what it throws means that the answer is damaged. */
  readonly read: (packed: Uint8Array) => T;
}

/**
 * Gets the answer to a query: the one that is kept, else that of the ticket which an earlier process left, else that of
 * a new ticket. A server in trouble is asked again after waits that double; one that refuses is given time. The ticket of
 * a search that takes too long is kept: whoever asks again goes on with it.
 *
 * @param job see {@link TicketJob}
 * @throws FoldError `ALIGNMENT_SEARCH` where the server fails, refuses or works for too long, or sends what is not an alignment
 */
export async function runTicket<T>(job: TicketJob<T>): Promise<T> {
  const kept = await readKept(job);
  if (kept !== undefined) return kept;
  const { server, signal, deadlineMs } = job;
  const late = new AbortController();
  const timer = setTimeout(() => {
    const minutes = deadlineMs / MS_PER_MINUTE;
    late.abort(searchError(server, `the server has not answered the query within ${minutes} min`));
  }, deadlineMs);
  try {
    const signals = signal ? [signal, late.signal] : [late.signal];
    return await askForAnswer({ ...job, signal: AbortSignal.any(signals) });
  } finally {
    clearTimeout(timer);
  }
}

async function askForAnswer<T>(job: TicketJob<T>): Promise<T> {
  const waiting = new Waiting(job);
  for (let submissions = 0; submissions < MAX_SUBMISSIONS; submissions++) {
    const id = (await job.stored.readTicket()) ?? (await submit(job, waiting));
    if (await isCompleted(id, job, waiting)) return fetchResult(id, job, waiting);
    await job.stored.removeTicket();
  }
  throw searchError(job.server, 'the server forgets the query again and again');
}

/** The answer that is kept, where there is one that can be read. */
export async function readKept<T>({ stored, read }: TicketJob<T>): Promise<T | undefined> {
  const packed = await stored.readResult();
  if (!packed) return undefined;
  try {
    return read(packed);
  } catch {
    await stored.removeResult(); // damaged on disk: it is asked for again
    return undefined;
  }
}

/** Hands in the query until the server takes it. */
async function submit<T>(job: TicketJob<T>, waiting: Waiting): Promise<string> {
  const { server, query, stored, signal } = job;
  for (;;) {
    job.onProgress?.({ step: 'submit', message: `The query is sent to ${server.url.host}.` });
    const status = await waiting.insist(() => submitQuery(server, query, signal));
    if (status.status === 'ERROR') throw refusedQuery(server, status);
    if (status.id !== undefined && ['PENDING', 'RUNNING', 'COMPLETE'].includes(status.status)) {
      await stored.writeTicket(status.id);
      return status.id;
    }
    await waiting.bearRefusal(status);
  }
}

/** Waits until a ticket is complete; false where the server does not know it any more. */
async function isCompleted<T>(id: string, job: TicketJob<T>, waiting: Waiting): Promise<boolean> {
  const { server, stored, signal } = job;
  for (;;) {
    const status = await waiting.insist(() => askStatus(server, id, signal));
    switch (status.status) {
      case 'COMPLETE':
        return true;
      case 'UNKNOWN':
        return false;
      case 'ERROR':
        await stored.removeTicket();
        throw refusedQuery(server, status);
      case 'PENDING':
      case 'RUNNING':
        await waiting.forServer(status.status);
        break;
      default:
        await waiting.bearRefusal(status);
    }
  }
}

/** Downloads, reads and keeps the answer. */
async function fetchResult<T>(id: string, job: TicketJob<T>, waiting: Waiting): Promise<T> {
  const { server, stored, signal } = job;
  job.onProgress?.({ step: 'download', message: `The alignment comes from ${server.url.host}.` });
  let damaged = 0;
  const { packed, content } = await waiting.insist(async () => {
    const packed = await downloadResult(server, id, signal);
    try {
      return { packed, content: job.read(packed) };
    } catch (cause) {
      const problem = `what was downloaded cannot be read: ${messageOf(cause)}`;
      if (++damaged < MAX_DAMAGED) throw new Passing(problem, undefined, { cause });
      await stored.removeTicket();
      throw searchError(server, problem, cause);
    }
  });
  await stored.writeResult(packed);
  return content;
}

/** All waiting of one query, with what is told meanwhile. */
class Waiting {
  private readonly job: TicketJob<unknown>;
  private refusals = 0;
  private refusedMs = 0;

  constructor(job: TicketJob<unknown>) {
    this.job = job;
  }

  /** Makes a request again and again while what goes wrong may pass. */
  insist<T>(request: () => Promise<T>): Promise<T> {
    const { pace, server, signal } = this.job;
    return insist(request, {
      maxFailures: MAX_FAILURES,
      firstMs: pace.pollMs,
      signal,
      onFailure: (problem, delay) => {
        const message = `${this.host} is in trouble (${problem}); it is asked again`;
        this.tell('refused', message, delay);
      },
      whenGone: (last) => searchError(server, last.message, last),
    });
  }

  /** Waits because the server does not take the query, until patience ends. */
  async bearRefusal({ status, reason }: TicketStatus): Promise<void> {
    const said = reason === undefined ? status : `${status}: ${reason}`;
    const { pace, server } = this.job;
    if (this.refusedMs >= pace.patienceMs)
      throw searchError(server, `the server keeps refusing (${said})`);
    const delay = backOff(pace.pollMs, ++this.refusals);
    this.refusedMs += delay;
    this.tell('refused', `${this.host} asks for patience (${said}); it is asked again`, delay);
    await pause(delay, this.job.signal);
  }

  /** Waits while the server works. */
  async forServer(status: 'PENDING' | 'RUNNING'): Promise<void> {
    this.refusals = 0;
    const message =
      status === 'PENDING'
        ? `The query waits in the queue of ${this.host}.`
        : `${this.host} searches for relatives.`;
    this.job.onProgress?.({ step: status === 'PENDING' ? 'wait' : 'run', message });
    await pause(jitter(this.job.pace.pollMs), this.job.signal);
  }

  private get host(): string {
    return this.job.server.url.host;
  }

  private tell(step: SearchProgress['step'], message: string, delayMs: number): void {
    this.job.onProgress?.({ step, message: `${message} in ${Math.ceil(delayMs / 1000)} s.` });
  }
}

function refusedQuery(server: AskedServer, { reason }: TicketStatus): FoldError {
  const said = reason === undefined ? '' : ` (${reason})`;
  return searchError(server, `the server could not search with this sequence${said}`);
}

function searchError({ url }: AskedServer, problem: string, cause?: unknown): FoldError {
  return new FoldError('ALIGNMENT_SEARCH', `${url.host}: ${problem}`, {
    ...(cause === undefined ? {} : { cause }),
    hint: 'Try again later: it goes on where it stopped. An alignment in a file needs no server.',
  });
}
