import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowText } from '#alignment/alignment';
import { databaseSource } from '#alignment-search/database/database-source';
import { alignmentOfChains } from '#alignment/alignment-of-chains';
import { randomSource } from '../helpers/random.js';

/** Debian has it as `mmseqs2`; `.ci/run` installs it, so there the tests may not be skipped. */
const mayRun = spawnSync('mmseqs', ['version']).status === 0 || process.env['CI'] === 'true';
/** MMseqs2 fills half a gigabyte of tables, however small the database is. */
const TIMEOUT_MS = 600_000;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'codonfold-databases-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const next = randomSource(11);
const letter = (): string => 'ACDEFGHIKLMNPQRSTVWY'[Math.floor(20 * next())]!;
const chainOf = (length: number): string => Array.from({ length }, letter).join('');
const relativeOf = (chain: string, rate: number): string =>
  Array.from(chain, (old) => (next() < rate ? letter() : old)).join('');
const FIRST = chainOf(90);
const SECOND = chainOf(70);

const mmseqs = (...words: string[]): void => {
  execFileSync('mmseqs', words, {
    stdio: 'ignore',
    env: { ...process.env, MMSEQS_CALL_DEPTH: '1' },
  });
};

describe.skipIf(!mayRun)('a search with the installed MMseqs2', { timeout: TIMEOUT_MS }, () => {
  const find = async (path: string, chains: readonly string[]) => {
    const messages: string[] = [];
    const onProgress = ({ message }: { message: string }) => messages.push(message);
    const found = await databaseSource(path, { threads: 1 }).find(
      chains.map((sequence, i) => ({ id: 'ABC'[i]!, sequence })),
      'record',
      { onProgress },
    );
    const alignment = alignmentOfChains(chains, found.bytes, found.name);
    const rows = Array.from({ length: alignment.numRows }, (_, row) => rowText(alignment, row));
    return { rows, messages };
  };

  /** Sequences as a database of MMseqs2. */
  function createDatabase(name: string, database: string, sequences: readonly string[]): string {
    const path = join(folder, name);
    mkdirSync(path, { recursive: true });
    const fasta = join(path, 'sequences.fasta');
    writeFileSync(fasta, sequences.map((sequence, i) => `>s${i}\n${sequence}\n`).join(''));
    mmseqs('createdb', fasta, join(path, database));
    return path;
  }

  const relatives = Array.from({ length: 12 }, () => relativeOf(FIRST, 0.25));
  const others = Array.from({ length: 12 }, () => chainOf(80));

  it('finds the relatives of each chain in a plain database, and nothing else', async () => {
    const path = createDatabase('plain', 'my_db', [...relatives, ...others]);
    const stranger = chainOf(60);
    const { rows, messages } = await find(path, [FIRST, stranger]);
    expect(rows[0]).toBe(FIRST + stranger);
    expect(rows[1]).toBe(FIRST + '-'.repeat(60));
    expect(rows.at(-1)).toBe('-'.repeat(90) + stranger);
    const found = rows.slice(2, -1).map((row) => row.replaceAll('-', ''));
    expect(found.length).toBeGreaterThanOrEqual(11);
    expect(found.every((row) => relatives.some((relative) => relative.includes(row)))).toBe(true);
    expect(messages).toContain('my_db is searched for relatives.');
  });

  it('finds members of clusters, and environmental sequences after them', async () => {
    const path = createDatabase('clustered', 'uniref30_test_db_seq', [...relatives, ...others]);
    const part = (name: string): string => join(path, `uniref30_test_db${name}`);
    const clusters = join(path, 'clusters');
    mmseqs(
      'linclust',
      part('_seq'),
      clusters,
      join(path, 'tmp'),
      '--min-seq-id',
      '0.4',
      '-c',
      '0.8',
    );
    mmseqs('createsubdb', clusters, part('_seq'), part(''), '--subdb-mode', '0');
    mmseqs('align', part(''), part('_seq'), clusters, part('_aln'), '-a');
    const environmental = relativeOf(FIRST, 0.3);
    const other = createDatabase('environmental', 'colabfold_envdb_test_db', [
      environmental,
      ...others,
    ]);
    rmSync(join(path, 'sequences.fasta'));
    for (const file of readdirSync(path)) if (file.startsWith('clusters')) rmSync(join(path, file));
    for (const file of readdirSync(other))
      if (file.startsWith('colabfold')) cpSync(join(other, file), join(path, file));
    const { rows, messages } = await find(path, [FIRST]);
    const found = rows.slice(1).map((row) => row.replaceAll('-', ''));
    expect(found.length).toBeGreaterThanOrEqual(12);
    expect(environmental).toContain(found.at(-1));
    expect(messages).toContain('colabfold_envdb_test_db is searched for relatives.');
  });

  it('pairs the chains of a complex where the database knows organisms', async () => {
    const organisms = [10, 11, 12];
    const pairs = organisms.flatMap(() => [relativeOf(FIRST, 0.15), relativeOf(SECOND, 0.15)]);
    const path = createDatabase('paired', 'uniref30_test_db', pairs);
    const taxonomy = join(path, 'taxonomy');
    mkdirSync(taxonomy);
    const nodes = [1, ...organisms].map(
      (id) => `${id}\t|\t1\t|\t${id === 1 ? 'no rank' : 'species'}\t|\t\t|\n`,
    );
    const names = [1, ...organisms].map((id) => `${id}\t|\tn${id}\t|\t\t|\tscientific name\t|\n`);
    for (const [file, lines] of Object.entries({ nodes, names, merged: [], delnodes: [] }))
      writeFileSync(join(taxonomy, `${file}.dmp`), lines.join(''));
    const map = pairs.map((_, i) => `s${i}\t${organisms[Math.floor(i / 2)]!}\n`).join('');
    writeFileSync(join(taxonomy, 'map.tsv'), map);
    const words = ['--ncbi-tax-dump', taxonomy, '--tax-mapping-file', join(taxonomy, 'map.tsv')];
    mmseqs('createtaxdb', join(path, 'uniref30_test_db'), join(path, 'tmp'), ...words);
    const { rows } = await find(path, [FIRST, SECOND, FIRST]);
    expect(rows[0]).toBe(FIRST + SECOND + FIRST);
    const paired = rows.slice(1, 4);
    for (const row of paired)
      expect(
        [row.slice(0, 90), row.slice(90, 160), row.slice(160)].every((part) => /[A-Z]/.test(part)),
      ).toBe(true);
    const isPair = (row: string): boolean =>
      organisms.some(
        (_, i) =>
          pairs[2 * i]!.includes(row.slice(5, 40)) &&
          pairs[2 * i + 1]!.includes(row.slice(95, 130)),
      );
    expect(paired.every(isPair)).toBe(true);
    expect(rows.slice(4).some((row) => row.startsWith('-'.repeat(90)))).toBe(true);
  });
});
