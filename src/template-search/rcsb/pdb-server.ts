/** @file The requests of RCSB's search and file servers, one attempt each. */
import { FoldError } from '#errors';
import {
  addressAt,
  isContact,
  serverUrl,
  userAgent,
  type AskedServer,
} from '#weights/node/asked-server';
import type { Environment } from '#weights/node/cache';
import { httpGet, httpPost, postedJson } from '#weights/node/http';
import {
  maySoonPass,
  Passing,
  wholeAnswer,
  type AnswerLimits,
  type WholeAnswer,
} from '#weights/node/whole-answer';

const SEARCH = 'https://search.rcsb.org/rcsbsearch/v2/query';
const FILES = 'https://files.rcsb.org/download';
/** As the search of a library has it. */
const MOST_EXPECTED = 1e-3;
/** Of so many entities the best come first; most of them are the same protein again. */
const MOST_HITS = 100;
/** A hundred hits are some kilobytes. */
const SEARCH_LIMITS: AnswerLimits = {
  maxBytes: 4 * 1024 ** 2,
  deadlineMs: 180_000,
  code: 'TEMPLATE_SEARCH',
};
/** What is larger when packed is a whole virus, and takes minutes to read. */
const FILE_LIMITS: AnswerLimits = {
  maxBytes: 32 * 1024 ** 2,
  deadlineMs: 600_000,
  code: 'TEMPLATE_SEARCH',
};
/** Both become parts of addresses and of file names. */
const IDENTIFIER = /^(\w{4,16})_(\w{1,8})$/;
const MAX_REASON = 300;

/** One distinct molecule of an entry. */
export interface PdbEntity {
  /** Such as `4HHB`. */
  readonly entry: string;
  /** Such as `1`. */
  readonly entity: string;
}

/** Where the PDB is searched and where its files are. */
export interface PdbServers {
  readonly search: AskedServer;
  readonly files: AskedServer;
}

/**
 * RCSB's servers, or the ones that `CODONFOLD_PDB_SEARCH` and `CODONFOLD_PDB_FILES` name.
 *
 * @throws FoldError `USAGE`
 */
export function pdbServers(environment: Environment, stallTimeoutMs: number): PdbServers {
  const { CODONFOLD_PDB_SEARCH, CODONFOLD_PDB_FILES, CODONFOLD_CONTACT } = environment;
  const contact = CODONFOLD_CONTACT || undefined;
  if (contact !== undefined && !isContact(contact))
    throw new FoldError('USAGE', 'CODONFOLD_CONTACT is not an e-mail address', {
      hint: 'RCSB sees it; leave it out, or write one word without blanks',
    });
  const common = { userAgent: userAgent(contact), environment, stallTimeoutMs };
  return {
    search: { ...common, url: serverUrl(CODONFOLD_PDB_SEARCH || SEARCH, SEARCH) },
    files: { ...common, url: serverUrl(CODONFOLD_PDB_FILES || FILES, FILES) },
  };
}

/** Where sequences are sent. @throws FoldError `USAGE` */
export function pdbSearchAddress(environment: Environment): string {
  return pdbServers(environment, 0).search.url.href;
}

/**
 * Asks which protein entities of the PDB resemble a sequence.
 *
 * @param server whom
 * @param asked the sequence, and `YYYY-MM-DD` where only entries released until then are wanted
 * @param signal stops asking
 * @returns the best first
 * @throws Passing; FoldError `TEMPLATE_SEARCH` where asking again is of no use
 * @source RCSB PDB Search API, version 2, "sequence" service
 */
export async function searchEntities(
  server: AskedServer,
  asked: { readonly sequence: string; readonly maxDate?: string | undefined },
  signal?: AbortSignal,
): Promise<PdbEntity[]> {
  const { sequence, maxDate } = asked;
  const posted = postedJson({
    query: maxDate === undefined ? resembles(sequence) : both(resembles(sequence), until(maxDate)),
    return_type: 'polymer_entity',
    request_options: { scoring_strategy: 'sequence', paginate: { start: 0, rows: MOST_HITS } },
  });
  const answer = await wholeAnswer(
    server,
    (options) => httpPost(server.url, posted, options),
    SEARCH_LIMITS,
    signal,
  );
  if (answer.status === 204) return []; // no content: nothing was found
  if (answer.status !== 200) throw failure(server, answer);
  return entitiesIn(answer);
}

/**
 * Fetches the file of an entry.
 *
 * @returns mmCIF, gzipped, not looked into; undefined where the server has no such file
 * @throws Passing; FoldError `TEMPLATE_SEARCH` where it is too large, or asking again is of no use
 */
export async function downloadEntry(
  server: AskedServer,
  entry: string,
  signal?: AbortSignal,
): Promise<Uint8Array | undefined> {
  const address = addressAt(server, `${entry}.cif.gz`);
  const answer = await wholeAnswer(
    server,
    (options) => httpGet(address, options),
    FILE_LIMITS,
    signal,
  );
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw failure(server, answer);
  return answer.bytes;
}

const resembles = (value: string) => ({
  type: 'terminal',
  service: 'sequence',
  parameters: {
    evalue_cutoff: MOST_EXPECTED,
    identity_cutoff: 0,
    sequence_type: 'protein',
    value,
  },
});

const until = (value: string) => ({
  type: 'terminal',
  service: 'text',
  parameters: {
    attribute: 'rcsb_accession_info.initial_release_date',
    operator: 'less_or_equal',
    value,
  },
});

const both = (...nodes: readonly object[]) => ({ type: 'group', logical_operator: 'and', nodes });

function entitiesIn(answer: WholeAnswer): PdbEntity[] {
  const { result_set: hits } = jsonIn(answer);
  if (!Array.isArray(hits)) throw new Passing('the answer of the server cannot be understood');
  return hits.slice(0, MOST_HITS).map((hit: unknown) => {
    const { identifier } = (hit ?? {}) as { readonly identifier?: unknown };
    const [, entry, entity] = IDENTIFIER.exec(String(identifier)) ?? [];
    if (entry === undefined || entity === undefined)
      throw new Passing('the server names an entity that cannot be one');
    return { entry, entity };
  });
}

/** What is in an answer; empty where it is not an object. */
function jsonIn({ bytes }: WholeAnswer): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(new TextDecoder().decode(bytes)) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** The error for an answer that is neither hits nor a file. */
function failure({ url }: AskedServer, answer: WholeAnswer): Error {
  const { status, retryAfterMs } = answer;
  const { message: reason } = jsonIn(answer);
  const said = typeof reason === 'string' ? ` (${reason.slice(0, MAX_REASON)})` : '';
  const message = `the server answers with HTTP status ${status}${said}`;
  if (maySoonPass(status)) return new Passing(message, retryAfterMs);
  return new FoldError('TEMPLATE_SEARCH', `${url.host}: ${message}`);
}
