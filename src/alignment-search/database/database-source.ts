import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { a3mSections, chainsA3m, FIRST_QUERY_ID, type A3mRecord } from '#alignment/chains-a3m';
import type {
  AlignmentSource,
  FoundAlignment,
  SearchOptions,
} from '#alignment-search/found-alignment';
import { availableCores } from '#machine/available-cores';
import { findDatabases } from './database.js';
import {
  ENVIRONMENTAL_RESULT,
  MAIN_RESULT,
  PAIRED_RESULT,
  pairingSteps,
  querySteps,
  relativeSteps,
  type SearchPlace,
} from './recipe.js';
import { runMmseqs } from './run-mmseqs.js';

/** How databases are searched. */
export interface DatabaseSettings {
  /** The program; `mmseqs` of the PATH by default. */
  readonly program?: string | undefined;
  /** Processor cores; all by default. */
  readonly threads?: number;
}

/**
 * Alignments from databases on this machine, searched by the installed MMseqs2 as ColabFold does it.
 *
 * @param folder with the databases, see `findDatabases`
 * @param settings see {@link DatabaseSettings}
 */
export function databaseSource(folder: string, settings: DatabaseSettings = {}): AlignmentSource {
  const { program = 'mmseqs', threads = availableCores() } = settings;
  return {
    async find(chains, _record, options = {}): Promise<FoundAlignment> {
      const working = await mkdtemp(join(tmpdir(), 'codonfold-search-'));
      try {
        const place = { folder: working, threads };
        const sequences = chains.map(({ sequence }) => sequence);
        const bytes = await search(sequences, { folder, place, program, options });
        return { bytes, name: folder };
      } finally {
        await rm(working, { recursive: true, force: true, maxRetries: 5 });
      }
    },
  };
}

/** All that a search needs besides the chains. */
interface Search {
  readonly folder: string;
  readonly place: SearchPlace;
  readonly program: string;
  readonly options: SearchOptions;
}

async function search(chains: readonly string[], { folder, place, program, options }: Search) {
  const databases = await findDatabases(folder);
  const sequences = [...new Set(chains)];
  const isPaired = sequences.length > 1 && databases.main.hasTaxonomy;
  const fasta = join(place.folder, 'query.fasta');
  await writeFile(
    fasta,
    sequences.map((chain, i) => `>${FIRST_QUERY_ID + i}\n${chain}\n`).join(''),
  );
  const steps = [
    ...querySteps(fasta, place),
    ...relativeSteps(databases, place),
    ...(isPaired ? pairingSteps(databases.main, place) : []),
  ];
  for (const { message, words } of steps) {
    options.onProgress?.({ step: 'run', message });
    await runMmseqs(program, words, options.signal);
  }
  const relatives = await Promise.all(
    sequences.map(async (_, i) => [
      ...(await relativesIn(place, `${i}${MAIN_RESULT}`)),
      ...(databases.environmental ? await relativesIn(place, `${i}${ENVIRONMENTAL_RESULT}`) : []),
    ]),
  );
  const paired = isPaired
    ? await Promise.all(sequences.map((_, i) => relativesIn(place, `${i}${PAIRED_RESULT}`)))
    : [];
  const searched = sequences.map((sequence, i) => ({
    sequence,
    copies: chains.filter((chain) => chain === sequence).length,
    relatives: relatives[i]!,
  }));
  return new TextEncoder().encode(chainsA3m(searched, paired));
}

/** Rows of a result file after the query. */
async function relativesIn({ folder }: SearchPlace, file: string): Promise<A3mRecord[]> {
  const [records = []] = a3mSections(await readFile(join(folder, file), 'utf8'));
  return records.slice(1);
}
