/**
 * @file How well and how fast templates are found: `npm run bench:library -- DATA [FASTA]`.
 *
 * DATA is a folder with `index.tsv` as `codonfold data build` writes it. Its val chains, and as many others, are searched
 * for among all; where `blastp` is installed, what it finds at the same E-value is compared. Shuffled queries tell how many
 * hits chance gives. FASTA (plain or gzipped) gives 100,000 sequences to time a search in; without it mutants of DATA's.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { aatypeOf, sequenceOf } from '#sequence/amino-acids';
import { searchLibrary, type SequenceSet } from '#template-search/search-library';

const MOST_EXPECTED = 1e-3;
const NUM_TIMED = 100_000;
const NUM_TIMED_QUERIES = 10;
const NUM_SHUFFLED = 100;
const PIECE = 5_000;

interface Chain {
  readonly sequence: string;
  readonly split: string;
}

/** Sequences in memory as a library has them. */
function setOf(sequences: readonly string[]): SequenceSet {
  const all = sequences.map(aatypeOf);
  return {
    numChains: all.length,
    numResidues: all.reduce((sum, { length }) => sum + length, 0),
    date: () => 0,
    sequence: (chain) => Promise.resolve(all[chain]!),
    // eslint-disable-next-line @typescript-eslint/require-await -- a library reads a file here
    async *pieces() {
      for (let first = 0; first < all.length; first += PIECE) {
        const some = all.slice(first, first + PIECE);
        const begins = [0];
        for (const { length } of some) begins.push(begins.at(-1)! + length);
        const types = new Uint8Array(begins.at(-1)!);
        some.forEach((one, k) => {
          types.set(one, begins[k]);
        });
        const last = first + some.length - 1;
        yield { first, last, types, begin: (chain: number) => begins[chain - first]! };
      }
    },
  };
}

/** A generator of numbers from 0 to 1 that gives the same ones each time. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function shuffled(sequence: string, random: () => number): string {
  const letters = Array.from(sequence);
  for (let i = letters.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [letters[i], letters[j]] = [letters[j]!, letters[i]!];
  }
  return letters.join('');
}

/** The pairs of query and sequence, as `query subject`, that blastp finds; undefined where it is not installed. */
function blastPairs(
  sequences: readonly string[],
  queries: readonly number[],
): Set<string> | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'codonfold-blast-'));
  const fasta = (chosen: readonly number[]) =>
    chosen.map((i) => `>${i}\n${sequences[i]!}\n`).join('');
  try {
    const [database, query] = [join(folder, 'database'), join(folder, 'query')];
    writeFileSync(database, fasta(sequences.map((_, i) => i)));
    writeFileSync(query, fasta(queries));
    execFileSync('makeblastdb', ['-in', database, '-dbtype', 'prot'], { stdio: 'ignore' });
    const began = performance.now();
    const told = execFileSync(
      'blastp',
      [
        '-db',
        database,
        '-query',
        query,
        '-evalue',
        String(MOST_EXPECTED),
        '-num_threads',
        '2',
      ].concat(['-max_target_seqs', '500', '-outfmt', '6 qseqid sseqid']),
      { encoding: 'utf8', maxBuffer: 1 << 30 },
    );
    const seconds = (performance.now() - began) / 1000;
    console.log(`blastp, two threads: ${(seconds / queries.length).toFixed(3)} s a query`);
    return new Set(
      told
        .trim()
        .split('\n')
        .map((line) => line.replace('\t', ' ')),
    );
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function sensitivity(chains: readonly Chain[]): Promise<void> {
  const sequences = chains.map(({ sequence }) => sequence);
  const val = chains.flatMap(({ split }, i) => (split === 'val' ? [i] : []));
  const step = Math.floor(chains.length / val.length);
  const queries = [...new Set([...val, ...val.map((_, k) => k * step)])];
  const set = setOf(sequences);
  const ours = new Set<string>();
  for (const query of queries)
    for (const { chain } of await searchLibrary(set, aatypeOf(sequences[query]!), {
      mostExpected: MOST_EXPECTED,
    }))
      ours.add(`${query} ${chain}`);
  console.log(
    `${queries.length} queries among ${chains.length} chains: ${ours.size} pairs at E ${MOST_EXPECTED}`,
  );
  const theirs = blastPairs(sequences, queries);
  if (!theirs) console.log('blastp is not installed: nothing to compare with');
  else {
    const both = [...theirs].filter((pair) => ours.has(pair)).length;
    console.log(
      `blastp finds ${theirs.size}; of these we find ${both} (${((100 * both) / theirs.size).toFixed(2)} %), and ${ours.size - both} that it does not`,
    );
  }
}

async function chance(chains: readonly Chain[]): Promise<void> {
  const set = setOf(chains.map(({ sequence }) => sequence));
  const random = randomNumbers(20);
  const expected: number[] = [];
  for (let k = 0; k < NUM_SHUFFLED; k++) {
    const { sequence } = chains[Math.floor(random() * chains.length)]!;
    const hits = await searchLibrary(set, aatypeOf(shuffled(sequence, random)), {
      mostExpected: 10,
    });
    expected.push(...hits.map((hit) => hit.expected));
  }
  for (const limit of [10, 1, 0.1, 0.01, 0.001]) {
    const found = expected.filter((one) => one <= limit).length;
    console.log(`E up to ${limit}: ${found / NUM_SHUFFLED} hits a shuffled query`);
  }
}

async function time(chains: readonly Chain[], fasta: string | undefined): Promise<void> {
  const random = randomNumbers(7);
  const known =
    fasta === undefined ? chains.map(({ sequence }) => sequence) : fastaSequences(fasta);
  const sequences = Array.from({ length: NUM_TIMED }, (_, k) =>
    k < known.length ? known[k]! : mutant(known[k % known.length]!, random),
  );
  const set = setOf(sequences);
  const queries = chains.filter(({ split }) => split === 'val').slice(0, NUM_TIMED_QUERIES);
  const seconds: number[] = [];
  for (const { sequence } of queries) {
    const began = performance.now();
    await searchLibrary(set, aatypeOf(sequence), { mostExpected: MOST_EXPECTED });
    seconds.push((performance.now() - began) / 1000);
  }
  const mean = seconds.reduce((sum, one) => sum + one, 0) / seconds.length;
  console.log(
    `${NUM_TIMED} chains, ${set.numResidues} residues: ${mean.toFixed(2)} s a query on one core, at most ${Math.max(...seconds).toFixed(2)} s`,
  );
}

function fastaSequences(path: string): string[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
  return text
    .split('>')
    .slice(1)
    .map((record) => record.slice(record.indexOf('\n')).replaceAll(/\s/g, ''));
}

/** A sequence with every third letter changed. */
function mutant(sequence: string, random: () => number): string {
  return sequenceOf(
    aatypeOf(sequence).map((type) => (random() < 1 / 3 ? Math.floor(20 * random()) : type)),
  );
}

const [data, fasta] = process.argv.slice(2);
if (data === undefined) throw new Error('give the folder of a data set');
const [header, ...rows] = readFileSync(join(data, 'index.tsv'), 'utf8').trim().split('\n');
const columns = header!.split('\t');
const chains = rows.map((row): Chain => {
  const cells = row.split('\t');
  const cell = (name: string): string => cells[columns.indexOf(name)]!;
  return { sequence: cell('sequence'), split: cell('split') };
});
await sensitivity(chains);
await chance(chains);
await time(chains, fasta);
