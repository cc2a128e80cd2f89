import { join } from 'node:path';
import { parseStructure } from '#bio-pdb/parse-structure';
import type { Structure } from '#bio-pdb/structure';
import { FoldError, messageOf } from '#errors';
import { gunzip } from '#gzip/gunzip';
import { aatypeOf, sequenceOf } from '#sequence/amino-acids';
import { residuesFromStructure } from '#structure/from-bio-pdb';
import type { TemplateLikeness } from '#structure/templates/known-structure';
import { templateChains, type TemplateChain } from '#structure/templates/template-chain';
import { entryFacts } from '#template-search/entry-facts';
import { isExcluded, likenessOf, type TemplateFilter } from '#template-search/find-templates';
import type { EntryFacts } from '#template-search/library-format';
import type { Environment } from '#weights/node/cache';
import { withFileLock, type LockOptions } from '#weights/node/file-lock';
import { insist } from '#weights/node/insist';
import { keptEntry, keptSearch, templateFolder, type KeptFile } from './kept-answers.js';
import {
  downloadEntry,
  pdbServers,
  searchEntities,
  type PdbEntity,
  type PdbServers,
} from './pdb-server.js';

/** Shorter sequences RCSB does not search with. */
export const LEAST_RESIDUES = 25;
/** Templates of different sequences that a search gives. */
const MOST_FOUND = 8;
/** Entries that are read for a query: many are the same protein again. */
const MOST_ENTRIES = 24;
/** Unpacked, in bytes; as structures are read. */
const MOST_BYTES = 500_000_000;
/** Failures in a row after which a server counts as gone, and the wait after the first, which doubles. */
const MAX_FAILURES = 5;
const FIRST_WAIT_MS = 2_000;

/** A template from the PDB. */
export interface PdbTemplate extends TemplateLikeness {
  readonly template: TemplateChain;
  readonly facts: EntryFacts;
  /** The file, which is kept. */
  readonly path: string;
}

/** What a search of the PDB has found. */
export interface FoundInPdb {
  /** The best first. */
  readonly found: readonly PdbTemplate[];
  /** Entries that could not be used, and why. */
  readonly problems: readonly string[];
}

/** How the PDB is searched. */
export interface PdbSearch {
  readonly filter?: TemplateFilter;
  readonly environment?: Environment;
  readonly signal?: AbortSignal | undefined;
  readonly onMessage?: (message: string) => void;
  /** Wait after a failure, in milliseconds. */
  readonly firstWaitMs?: number;
  /** A connection on which nothing comes for so long is given up. */
  readonly stallTimeoutMs?: number;
  readonly lock?: Pick<LockOptions, 'pollMs' | 'staleMs'>;
}

/**
 * Asks RCSB for structures that resemble a sequence, which leaves this machine, and downloads them. What came is kept,
 * so that nothing is asked twice, and all processes of an installation ask one after the other.
 *
 * @param sequence of at least {@link LEAST_RESIDUES} residues
 * @throws FoldError `TEMPLATE_SEARCH` where the servers fail; `USAGE`, `FILE_WRITE`; the reason of the signal
 */
export async function searchPdb(sequence: string, search: PdbSearch = {}): Promise<FoundInPdb> {
  const { environment = process.env, stallTimeoutMs = 60_000, signal, onMessage, lock } = search;
  const servers = pdbServers(environment, stallTimeoutMs);
  const folder = templateFolder(environment);
  const work = async () => {
    const run = new PdbRun(servers, folder, search);
    return run.read(sequence, await run.entities(sequence));
  };
  return withFileLock(join(folder, 'server.lock'), work, {
    ...lock,
    signal,
    onWait: () => onMessage?.('Another search of this installation comes first.'),
  });
}

/** One search. */
class PdbRun {
  readonly #servers: PdbServers;
  readonly #folder: string;
  readonly #search: PdbSearch;

  constructor(servers: PdbServers, folder: string, search: PdbSearch) {
    this.#servers = servers;
    this.#folder = folder;
    this.#search = search;
  }

  /** Entities that resemble a sequence: those that are kept, else those that the server names. */
  async entities(sequence: string): Promise<PdbEntity[]> {
    const { signal, onMessage, filter } = this.#search;
    const { search } = this.#servers;
    const asked = { sequence, maxDate: filter?.maxDate };
    const kept = keptSearch(this.#folder, [search.url.href, asked]);
    const before = entitiesIn(await kept.read());
    if (before) return before;
    onMessage?.(`The sequence is sent to ${search.url.host}.`);
    const entities = await this.#insist(search.url, () => searchEntities(search, asked, signal));
    await kept.write(JSON.stringify(entities));
    return entities;
  }

  /** Templates of entities, until there are enough. */
  async read(sequence: string, entities: readonly PdbEntity[]): Promise<FoundInPdb> {
    const query = aatypeOf(sequence);
    const { filter = {}, signal } = this.#search;
    const found: PdbTemplate[] = [];
    const problems: string[] = [];
    const seen = new Set<string>();
    for (const [entry, ids] of byEntry(entities).slice(0, MOST_ENTRIES)) {
      if (found.length >= MOST_FOUND) break;
      signal?.throwIfAborted();
      if (isExcluded(entry, '', filter)) continue;
      const read = await this.#entry(entry);
      if ('problem' in read) {
        problems.push(`${entry} is left out: ${read.problem}`);
        continue;
      }
      const { structure, facts, path } = read;
      if (isLater(facts.date, filter.maxDate)) continue;
      for (const template of chainsOf(structure, ids, facts.id)) {
        const letters = sequenceOf(template.aatype);
        if (seen.has(letters) || isExcluded(facts.id, template.chainId, filter)) continue;
        const likeness = likenessOf(query, template.aatype);
        if (likeness.identity > (filter.maxIdentity ?? 1)) continue;
        seen.add(letters);
        found.push({ template, facts, path, ...likeness });
      }
    }
    return { found: found.slice(0, MOST_FOUND), problems };
  }

  /** An entry as it is kept, else as it is downloaded; why it cannot be used where that is so. */
  async #entry(entry: string): Promise<ReadEntry | { readonly problem: string }> {
    const { signal, onMessage } = this.#search;
    const { files } = this.#servers;
    const kept = keptEntry(this.#folder, entry);
    const before = await kept.read();
    if (before) {
      try {
        return readEntry(before, entry, kept);
      } catch {
        await kept.remove(); // damaged on disk: it is asked for again
      }
    }
    onMessage?.(`${entry} comes from ${files.url.host}.`);
    try {
      const bytes = await this.#insist(files.url, () => downloadEntry(files, entry, signal));
      if (!bytes) return { problem: `${files.url.host} has no file of it` };
      const read = readEntry(bytes, entry, kept);
      await kept.write(bytes);
      return read;
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ServerGone || isUnwritable(error)) throw error;
      return { problem: messageOf(error) };
    }
  }

  #insist<T>({ host }: URL, request: () => Promise<T>): Promise<T> {
    const { firstWaitMs = FIRST_WAIT_MS, signal, onMessage } = this.#search;
    return insist(request, {
      maxFailures: MAX_FAILURES,
      firstMs: firstWaitMs,
      signal,
      onFailure: (problem, delayMs) => {
        const seconds = Math.ceil(delayMs / 1000);
        onMessage?.(`${host} is in trouble (${problem}); it is asked again in ${seconds} s.`);
      },
      whenGone: (last) => new ServerGone(host, last),
    });
  }
}

/** A server that does not answer, however often it is asked. */
class ServerGone extends FoldError {
  constructor(host: string, cause: Error) {
    super('TEMPLATE_SEARCH', `${host}: ${cause.message}`, {
      cause,
      hint: 'Try again later: what has come is kept. A library of structures needs no server.',
    });
  }
}

/** A file of the PDB that could be read. */
interface ReadEntry {
  readonly structure: Structure;
  readonly facts: EntryFacts;
  readonly path: string;
}

/** @throws Error where the bytes are no structure */
function readEntry(bytes: Uint8Array, entry: string, { path }: KeptFile): ReadEntry {
  const text = new TextDecoder().decode(gunzip(bytes, MOST_BYTES));
  const structure = parseStructure(text, entry);
  return { structure, facts: entryFacts(text, structure, `${entry}.cif`), path };
}

/** The chains of some molecules of a structure. */
function chainsOf(structure: Structure, ids: ReadonlySet<string>, source: string): TemplateChain[] {
  const wanted = new Set(
    structure.models[0]!.chains.filter(({ residues }) =>
      residues.some(({ entityId }) => ids.has(entityId)),
    ).map(({ id }) => id),
  );
  return templateChains(residuesFromStructure(structure), source).filter(({ chainId }) =>
    wanted.has(chainId),
  );
}

/** Entries in the order of their best entity, with their entities. */
function byEntry(entities: readonly PdbEntity[]): [string, Set<string>][] {
  const entries = new Map<string, Set<string>>();
  for (const { entry, entity } of entities)
    entries.set(entry, (entries.get(entry) ?? new Set()).add(entity));
  return [...entries];
}

/** What was kept of a search; undefined where that is nothing, or damaged. */
function entitiesIn(bytes: Uint8Array | undefined): PdbEntity[] | undefined {
  if (!bytes) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as PdbEntity[];
  } catch {
    return undefined;
  }
}

const isLater = (date: string, maxDate: string | undefined): boolean =>
  maxDate !== undefined && (date === '' || date > maxDate);

const isUnwritable = (error: unknown): boolean =>
  error instanceof FoldError && error.code === 'FILE_WRITE';
