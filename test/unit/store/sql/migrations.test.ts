import { cpSync, rmSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type StoreOptions } from '#store/open-store';
import { packCodons } from '#store/sql/packed-codons';
import { openPostgresDatabase } from '#store/sql/postgres-database';
import { firstSchema } from '#store/sql/schema-1';
import { openSqliteDatabase } from '#store/sql/sqlite-database';
import type { SqlDatabase } from '#store/sql/sql-database';
import { resultOf } from '../../../helpers/jobs.js';
import {
  hasServices,
  makePostgres,
  type Service,
  temporaryFolder,
} from '../../../helpers/services.js';

interface Backend {
  readonly name: string;
  readonly setUp: () => Promise<void>;
  readonly tearDown: () => Promise<void>;
  /** Where a new, empty database is. */
  readonly create: () => Promise<StoreOptions>;
  readonly open: (options: StoreOptions) => Promise<SqlDatabase>;
  /** Where the database lies that was closed; libsql keeps files locked that this process has closed. */
  readonly closed: (options: StoreOptions) => StoreOptions;
}

function sqlite(): Backend {
  const folders: string[] = [];
  return {
    name: 'SQLite',
    setUp: () => Promise.resolve(),
    tearDown: () => {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
    create: () => {
      const dataDir = temporaryFolder('migrations');
      folders.push(dataDir);
      return Promise.resolve({ dataDir });
    },
    open: (options) => openSqliteDatabase(options as { dataDir: string }),
    closed: (options) => {
      const dataDir = temporaryFolder('migrations');
      folders.push(dataDir);
      cpSync((options as { dataDir: string }).dataDir, dataDir, { recursive: true });
      return { dataDir };
    },
  };
}

function postgres(): Backend {
  let server: Service;
  let count = 0;
  return {
    name: 'PostgreSQL',
    setUp: async () => {
      server = await makePostgres();
      await server.start();
    },
    tearDown: () => server.remove(),
    create: async () => {
      const name = `migrations_${count++}`;
      const client = new pg.Client({ connectionString: server.url });
      await client.connect();
      await client.query(`CREATE DATABASE ${name}`);
      await client.end();
      return { databaseUrl: server.url.replace(/postgres$/, name) };
    },
    open: (options) =>
      Promise.resolve(openPostgresDatabase((options as { databaseUrl: string }).databaseUrl)),
    closed: (options) => options,
  };
}

const MODEL = { name: 'fake', sha256: 'f'.repeat(64) };
const CODONS = [
  { codon: 'ATG', positions: [1, 2, 3] as const },
  { codon: 'AAA', positions: [4, 5, 6] as const },
];

/** A row as version 0.1.0 wrote it. */
interface FirstRow {
  readonly id: string;
  readonly owner: string;
  readonly state: string;
  readonly name?: string;
  readonly chains?: readonly object[];
  readonly createdAt: number;
  readonly finishedAt?: number;
}

async function insertFirst(database: SqlDatabase, row: FirstRow): Promise<void> {
  const { id, owner, state, name = id, createdAt, finishedAt } = row;
  const chains = row.chains ?? [{ id: 'A', sequence: 'MK' }];
  const request = JSON.stringify({ name, chains, numRecycles: 2 });
  const input = JSON.stringify({ kind: 'protein', title: `title of ${id}`, warnings: ['odd'] });
  const isDone = state === 'completed';
  await database.query(
    `INSERT INTO predictions (id, owner, model_name, model_sha256, request, num_residues, num_recycles, input,
       estimate, state, attempts, token, lease_until, error, summary, created_at, queued_at, finished_at)
     VALUES ($1, $2, $3, $4, $5, 2, 2, $6, '{"seconds":1,"megabytes":50}', $7, 1, $8, $9, $10, $11, $12, $12, $13)`,
    [
      id,
      owner,
      MODEL.name,
      MODEL.sha256,
      request,
      input,
      state,
      isDone ? `run of ${id}` : null,
      state === 'active' ? 15_000 : null,
      state === 'failed' ? '{"code":"ENGINE_FAILED","detail":"broken"}' : null,
      isDone ? '{"meanPlddt":50,"ptm":0.5}' : null,
      createdAt,
      finishedAt ?? null,
    ],
  );
}

/** The embeddings of version 0.1.0, in tables that it made when it stored the first. */
async function insertFirstEmbeddings(
  database: SqlDatabase,
  vectors: Readonly<Record<string, number[]>>,
): Promise<void> {
  const isSqlite = database.dialect.name === 'sqlite';
  for (const [id, values] of Object.entries(vectors)) {
    const table = isSqlite ? `embeddings_${values.length}` : 'embeddings';
    const vector = isSqlite ? `F32_BLOB(${values.length})` : 'BYTEA NOT NULL';
    await database.query(
      `CREATE TABLE IF NOT EXISTS ${table} (seq ${isSqlite ? 'INTEGER' : 'BIGINT'} PRIMARY KEY,
        owner TEXT NOT NULL, model TEXT NOT NULL, vector ${vector})`,
    );
    if (isSqlite)
      await database.query(
        `CREATE INDEX IF NOT EXISTS ${table}_vectors ON ${table} (libsql_vector_idx(vector))`,
      );
    await database.query(
      `INSERT INTO ${table} (seq, owner, model, vector) SELECT seq, owner, model_sha256,
        ${isSqlite ? 'vector32($1)' : 'CAST($1 AS BYTEA)'} FROM predictions WHERE id = $2`,
      [new Uint8Array(Float32Array.from(values).buffer), id],
    );
  }
}

describe.each([sqlite(), ...(hasServices() ? [postgres()] : [])])(
  'the tables in $name',
  (backend) => {
    beforeAll(backend.setUp, 60_000);
    afterAll(backend.tearDown, 60_000);

    const first = async (): Promise<[StoreOptions, SqlDatabase]> => {
      const options = await backend.create();
      const database = await backend.open(options);
      await database.query('CREATE TABLE schema_versions (version INTEGER PRIMARY KEY)');
      await database.query('INSERT INTO schema_versions (version) VALUES (1)');
      for (const sql of firstSchema(database)) await database.query(sql);
      return [options, database];
    };

    it('of version 0.1.0 keep submissions, results and batches; neighbours are found by their sequences', async () => {
      const [options, database] = await first();
      const chains = [
        { id: 'A', sequence: 'MK', codons: packCodons(CODONS) },
        { id: 'B', sequence: 'MVTAYIAKQR' },
      ];
      const rows: FirstRow[] = [
        {
          id: 'done',
          owner: 'me',
          state: 'completed',
          name: 'gène',
          chains,
          createdAt: 7,
          finishedAt: 9,
        },
        {
          ...{ id: 'near', owner: 'me', state: 'completed', createdAt: 8, finishedAt: 10 },
          chains: [{ id: 'A', sequence: 'MVTAYIAKQRQ' }],
        },
        { id: 'other length', owner: 'me', state: 'completed', createdAt: 8, finishedAt: 10 },
        { id: 'waits', owner: '', state: 'waiting', createdAt: 11 },
        { id: 'runs', owner: '', state: 'active', createdAt: 12 },
        { id: 'failed', owner: '', state: 'failed', createdAt: 13, finishedAt: 14 },
        { id: 'cancelled', owner: '', state: 'cancelled', createdAt: 15, finishedAt: 16 },
      ];
      for (const row of rows) await insertFirst(database, row);
      const result = Uint8Array.of(1, 2, 3);
      await database.query(
        `INSERT INTO result_parts (id, token, part, bytes) VALUES ('done', 'run of done', 0, $1)`,
        [result],
      );
      await database.query(
        `INSERT INTO batches (id, owner, created_at, members) VALUES ('batch', 'me', 7, '["done","near"]')`,
      );
      await insertFirstEmbeddings(database, {
        done: [1, 0, 1],
        near: [1, 0, 1.1],
        'other length': [1],
      });
      await database.close();

      const store = await openStore(backend.closed(options), () => 1000);
      expect(await store.submissions.find('done')).toMatchObject({
        owner: 'me',
        name: 'gène',
        state: 'completed',
        createdAt: 7,
        finishedAt: 9,
        input: { title: 'title of done', warnings: ['odd'] },
        chains: [
          { id: 'A', sequence: 'MK', codons: CODONS },
          { id: 'B', sequence: 'MVTAYIAKQR' },
        ],
      });
      const job = (await store.runs.find('done'))!;
      expect(job.request).toEqual({
        chains: [
          { id: 'A', sequence: 'MK' },
          { id: 'B', sequence: 'MVTAYIAKQR' },
        ],
        numRecycles: 2,
      });
      expect(await store.results.read('done')).toEqual(result);
      expect(await store.submissions.findBatch('batch')).toMatchObject({
        members: ['done', 'near'],
      });
      const near = await store.submissions.neighbours(job, 'me', 5);
      expect(near.map(({ submission }) => submission.id)).toEqual(['near']);
      const states = await store.submissions.list({ owner: '', limit: 10 });
      expect(states.map(({ id, state }) => [id, state])).toEqual([
        ['cancelled', 'cancelled'],
        ['failed', 'failed'],
        ['runs', 'active'],
        ['waits', 'waiting'],
      ]);
      expect(await store.runs.recover(true)).toBe(1);
      for (let i = 0; i < 2; i++) {
        const token = `new run ${i}`;
        const claimed = await store.runs.claim({ token, leaseMs: 1000, models: [MODEL.sha256] });
        const job = claimed?.job;
        expect(job).toMatchObject({ estimate: { seconds: 1, megabytes: 50 } });
        const result = await resultOf(job!);
        expect(await store.runs.complete({ id: job!.id, token }, result)).toBe(true);
      }
      expect(await store.submissions.find('waits')).toMatchObject({ state: 'completed' });
      expect(await store.submissions.find('runs')).toMatchObject({ state: 'completed' });
      await store.close();
    });

    it('are made by one of many processes that start at the same time', async () => {
      if (backend.name === 'SQLite') return; // only one may have it open
      const [options, database] = await first();
      await insertFirst(database, { id: 'a', owner: '', state: 'waiting', createdAt: 1 });
      await database.close();
      const stores = await Promise.all(Array.from({ length: 5 }, () => openStore(options)));
      for (const store of stores) {
        expect(await store.submissions.list({ owner: '', limit: 10 })).toHaveLength(1);
        await store.close();
      }
    });

    it('of a newer version are refused in words, and left as they are', async () => {
      const [options, database] = await first();
      await database.query('INSERT INTO schema_versions (version) VALUES (999)');
      await database.close();
      const newer = backend.closed(options);
      await expect(openStore(newer)).rejects.toMatchObject({
        code: 'STORE_NEWER',
        message: expect.stringContaining('newer version of codonfold') as string,
      });
      const again = await backend.open(backend.closed(newer));
      expect(await again.query('SELECT COUNT(*) AS count FROM predictions')).toEqual([
        { count: 0 },
      ]);
      await again.close();
    });
  },
);
