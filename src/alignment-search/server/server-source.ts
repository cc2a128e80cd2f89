import { join } from 'node:path';
import { FoldError } from '#errors';
import { a3mSections, chainsA3m, FIRST_QUERY_ID, type A3mRecord } from '#alignment/chains-a3m';
import { readAlignments } from '#alignment/read-alignment';
import type {
  AlignmentSource,
  FoundAlignment,
  SearchOptions,
} from '#alignment-search/found-alignment';
import { gunzip } from '#gzip/gunzip';
import { isContact, serverUrl, userAgent, type AskedServer } from '#weights/node/asked-server';
import type { Environment } from '#weights/node/cache';
import { withFileLock, type LockOptions } from '#weights/node/file-lock';
import type { TicketKind, TicketQuery } from './protocol.js';
import { readKept, runTicket, type Pace, type TicketJob } from './run-ticket.js';
import { readTar } from './tar.js';
import { searchFolder, storedTicket } from './ticket-store.js';

/** The public server of ColabFold, which some thousand searches a day have to share. */
export const PUBLIC_SERVER = 'https://api.colabfold.com';
/** What ColabFold calls a search of UniRef and environmental sequences, filtered. */
export const RELATIVES = 'env';
/** The mode of each search; pairs are as many as there are. */
const MODES: Readonly<Record<TicketKind, string>> = { msa: RELATIVES, pair: 'pairgreedy' };
/** The deepest answers have some ten megabytes. */
const MAX_UNPACKED_BYTES = 400 * 1024 * 1024;
const UNIREF = 'uniref.a3m';
/** A server that works on one query for longer has lost it. */
const DEADLINE_MS = 2 * 3_600_000;
const PACE: Pace = { pollMs: 5_000, patienceMs: 30 * 60_000 };

/** Whom to ask and who asks. */
export interface ServerSettings {
  /** Address; {@link PUBLIC_SERVER} by default. */
  readonly url?: string | undefined;
  /** How the people who run the server reach whoever asks: an e-mail address. */
  readonly contact: string | undefined;
  readonly environment?: Environment;
  readonly pace?: Pace;
  /** How long it may take to answer one query; then the search fails, and asking again goes on with it. */
  readonly deadlineMs?: number;
  /** A connection on which nothing comes for so long is given up. */
  readonly stallTimeoutMs?: number;
  /** Of the lock that makes processes ask one after the other. */
  readonly lock?: Pick<LockOptions, 'pollMs' | 'staleMs'>;
}

/**
 * Alignments from an MMseqs2 server, such as ColabFold's. The sequences leave this machine. Answers are kept, so that
 * nothing is asked twice, and all processes of an installation ask one after the other.
 *
 * @param settings see {@link ServerSettings}
 * @throws FoldError `USAGE` without a contact, or with an address that is none
 * @source ColabFold, colabfold/colabfold.py, "run_mmseqs2"; MMseqs2-App, backend/server.go
 */
export function serverSource(settings: ServerSettings): AlignmentSource {
  const server = serverOf(settings);
  const { pace = PACE, deadlineMs = DEADLINE_MS, lock = {} } = settings;
  return {
    async find(chains, _record, options = {}): Promise<FoundAlignment> {
      const sequences = [...new Set(chains.map(({ sequence }) => sequence))];
      const kinds: TicketKind[] = sequences.length > 1 ? ['msa', 'pair'] : ['msa'];
      const jobs = kinds.map((kind) =>
        jobOf(server, { kind, mode: MODES[kind], sequences }, { ...options, pace, deadlineMs }),
      );
      const kept = await Promise.all(jobs.map(readKept));
      const isKept = kept.every((answer) => answer !== undefined);
      const [relatives, paired] = isKept ? kept : await inTurn(jobs, server.environment, lock);
      const searched = sequences.map((sequence, i) => ({
        sequence,
        copies: chains.filter((chain) => chain.sequence === sequence).length,
        relatives: relatives![i]!,
      }));
      const bytes = new TextEncoder().encode(chainsA3m(searched, paired));
      return { bytes, name: server.url.host };
    },
  };
}

function serverOf({ url: address, contact, ...settings }: ServerSettings): AskedServer {
  const { environment = process.env, stallTimeoutMs = 60_000 } = settings;
  if (!isContact(contact))
    throw new FoldError('USAGE', 'a server is asked only if it is told whom to contact', {
      hint: 'CODONFOLD_CONTACT names it: your e-mail address, which the people who run the server see.',
    });
  const url = serverUrl(address ?? PUBLIC_SERVER, PUBLIC_SERVER);
  return { url, userAgent: userAgent(contact), environment, stallTimeoutMs };
}

/** Records found for each sequence of a query. */
type Answer = readonly (readonly A3mRecord[])[];

function jobOf(
  server: AskedServer,
  query: TicketQuery,
  options: SearchOptions & Pick<TicketJob<Answer>, 'pace' | 'deadlineMs'>,
): TicketJob<Answer> {
  const stored = storedTicket(server.url, query, server.environment);
  return { ...options, server, query, stored, read: (packed) => readAnswer(packed, query) };
}

/** Runs searches one after the other, while no other process of this installation searches. */
async function inTurn(
  jobs: readonly TicketJob<Answer>[],
  environment: Environment,
  lock: LockOptions,
): Promise<Answer[]> {
  const { onProgress, signal } = jobs[0]!;
  const answers: Answer[] = [];
  await withFileLock(
    join(searchFolder(environment), 'server.lock'),
    async () => {
      for (const job of jobs) answers.push(await runTicket(job));
    },
    {
      ...lock,
      signal,
      onWait: () =>
        onProgress?.({ step: 'turn', message: 'Another search of this installation comes first.' }),
    },
  );
  return answers;
}

/** The a3m files of an answer, by query. */
function readAnswer(packed: Uint8Array, { kind, sequences }: TicketQuery): Answer {
  const files = [...readTar(gunzip(packed, MAX_UNPACKED_BYTES))].filter(([name]) =>
    kind === 'pair' ? name === 'pair.a3m' : name.endsWith('.a3m'),
  );
  if (files.length === 0) throw new Error('there is no alignment in it');
  // UniRef comes before environmental sequences, which are less well known.
  const byPlace = files.sort(
    ([a], [b]) => Number(b === UNIREF) - Number(a === UNIREF) || (a < b ? -1 : 1),
  );
  const sections = byPlace.flatMap(([, bytes]) => a3mSections(new TextDecoder().decode(bytes)));
  const answer = sequences.map((sequence, i) =>
    sections
      .filter(([first]) => Number(first!.title) === FIRST_QUERY_ID + i)
      .flatMap((records) => relativesIn(records, sequence)),
  );
  checkAnswer(answer, kind, sequences);
  return answer;
}

/** Records after the query, which must be the sequence that was asked for. */
function relativesIn([query, ...relatives]: A3mRecord[], sequence: string): A3mRecord[] {
  if (query!.row !== sequence) throw new Error('it is the alignment of another sequence');
  return relatives;
}

/** Reads the answer as it will be read later: what is not an alignment must not be kept. */
function checkAnswer(answer: Answer, kind: TicketKind, sequences: readonly string[]): void {
  if (kind === 'pair' && new Set(answer.map(({ length }) => length)).size > 1)
    throw new Error('its chains have different numbers of paired rows');
  const chains = sequences.map((sequence, i) => ({
    sequence,
    copies: 1,
    relatives: kind === 'pair' ? [] : answer[i]!,
  }));
  readAlignments(new TextEncoder().encode(chainsA3m(chains, kind === 'pair' ? answer : [])));
}
