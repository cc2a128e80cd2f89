/** @file `msa: "server"`: a server asks an MMseqs2 server for relatives, and goes on where it was killed. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { alignmentOfChains } from '#alignment/alignment-of-chains';
import { ApiClient, problemIn } from '../helpers/api-client.js';
import {
  bytes,
  json,
  startMsaServer,
  tarGz,
  type FakeMsaServer,
  type MsaAnswer,
} from '../helpers/msa-server.js';
import { testSettings } from '../helpers/server.js';
import { spawnServer, type ServerProcess } from '../helpers/server-process.js';
import { temporaryFolder } from '../helpers/services.js';

const SEQUENCE = 'MKVLAWTGHE';
const RELATIVE = 'MKVLSWTGH-';
const ANSWER = tarGz({
  'uniref.a3m': `>101\n${SEQUENCE}\n>UniRef100_A\n${RELATIVE}\n\0`,
  'bfd.mgnify30.metaeuk30.smag30.a3m': `>101\n${SEQUENCE}\n\0`,
});
const PENDING = json({ id: 'ID', status: 'PENDING' });
const COMPLETE = json({ id: 'ID', status: 'COMPLETE' });
/** Statuses are asked for every five to ten seconds; a dead process's turn ends after thirty. */
const LONG = 90_000;

let msa: FakeMsaServer;
let settings: Record<string, string>;
let server: ServerProcess;
const started: ServerProcess[] = [];

async function start(): Promise<ApiClient> {
  server = await spawnServer(settings);
  started.push(server);
  return new ApiClient(server.url);
}
const settingsFor = (url: string): Record<string, string> => ({
  ...testSettings(temporaryFolder('search')),
  MSA_SERVER: url,
  CODONFOLD_CONTACT: 'me@example.org',
  CODONFOLD_CACHE: temporaryFolder('search-cache'),
  FAKE_READS_ALIGNMENTS: '1',
});
const submissions = () => msa.lines().filter((line) => line.startsWith('POST'));
async function whenAsked(line: RegExp): Promise<void> {
  while (!msa.lines().some((asked) => line.test(asked))) await delay(50);
}

/** A prediction whose search the server has been asked about, and has not answered yet. */
async function waitingSearch() {
  msa = await startMsaServer({ status: [PENDING] }, ANSWER);
  settings = settingsFor(msa.url);
  const api = await start();
  const job = await api.predict({ sequence: SEQUENCE, msa: 'server' });
  await whenAsked(/GET \/ticket/);
  return { api, job };
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((process) => process.kill()));
  await msa.close();
});

describe('a prediction that asks for relatives', () => {
  it(
    'is searched for, then computed; the alignment is kept, and nothing is asked twice',
    async () => {
      msa = await startMsaServer({ status: [PENDING, COMPLETE] }, ANSWER);
      settings = settingsFor(msa.url);
      const api = await start();
      const models = (await (await api.fetch('/api/v1/models')).json()) as {
        readonly models: readonly { readonly alignmentServer?: string }[];
      };
      expect(models.models[0]!.alignmentServer).toBe(msa.url);
      const body = { sequence: SEQUENCE, msa: 'server' };
      const job = await api.predict(body);
      expect(job.alignment).toEqual({ server: msa.url, isFound: false });
      await whenAsked(/GET \/ticket/);
      const searching = await api.job(job.id);
      expect(searching.status).toBe('active');
      expect(searching.search!.message).toMatch(/queue of 127\.0\.0\.1/);
      expect((await api.file(job.id, 'alignment.a3m')).status).toBe(404);
      const other = await api.predict({ sequence: 'MKV' });
      expect((await api.finished(other.id)).status).toBe('completed');
      expect((await api.job(job.id)).status).toBe('active');
      const done = await api.finished(job.id, LONG);
      expect(done).toMatchObject({ status: 'completed', alignment: { isFound: true } });
      const text = await (await api.file(job.id, 'alignment.a3m')).text();
      expect(alignmentOfChains([SEQUENCE], new TextEncoder().encode(text)).numRows).toBe(2);
      expect((await api.predict(body)).id).toBe(job.id);
      const drawn = await api.predict({ ...body, seed: 7 });
      expect(drawn.id).not.toBe(job.id);
      expect((await api.finished(drawn.id)).status).toBe('completed');
      expect(submissions()).toEqual(['POST /ticket/msa']);
      expect(msa.requests[0]!.userAgent).toMatch(/me@example\.org/);
    },
    LONG,
  );

  it(
    'goes on by its ticket after its process was killed',
    async () => {
      const { job } = await waitingSearch();
      await server.kill();
      const before = msa.lines().length;
      await msa.close();
      msa = await restartAt(msa.url);
      const again = await start();
      expect((await again.finished(job.id, LONG)).status).toBe('completed');
      expect(before).toBeGreaterThan(1);
      expect(msa.lines()).toEqual(['GET /ticket/ID', 'GET /result/download/ID']);
    },
    LONG,
  );

  it(
    'is asked for no longer once it is cancelled',
    async () => {
      const { api, job } = await waitingSearch();
      await api.fetch(job.links['self']!, { method: 'DELETE' });
      expect((await api.job(job.id)).status).toBe('cancelled');
      const asked = msa.lines().length;
      await delay(11_000); // longer than between two questions
      expect(msa.lines()).toHaveLength(asked);
    },
    LONG,
  );

  it(
    'fails where the server works for ever; the next has its turn, and asking again goes on by the ticket',
    async () => {
      const OTHER = 'MKVLAWTGHEA';
      let isWell = false;
      const status: MsaAnswer = (response, request) => {
        const isStuck = request.line.endsWith('STUCK') && !isWell;
        json({ status: isStuck ? 'RUNNING' : 'COMPLETE' })(response, request);
      };
      msa = await startMsaServer(
        {
          submit: [json({ id: 'STUCK', status: 'RUNNING' }), json({ id: 'ID', status: 'PENDING' })],
          status: [status],
          download: [bytes(tarGz({ 'uniref.a3m': `>101\n${OTHER}\n\0` })), bytes(ANSWER)],
        },
        ANSWER,
      );
      settings = { ...settingsFor(msa.url), MSA_MINUTES: '0.05' };
      const api = await start();
      const stuck = await api.predict({ sequence: SEQUENCE, msa: 'server' });
      await whenAsked(/STUCK/);
      const next = await api.predict({ sequence: OTHER, msa: 'server' });
      const { status: state, error } = await api.finished(stuck.id, LONG);
      expect([state, error!.code]).toEqual(['failed', 'ALIGNMENT_SEARCH']);
      expect(error!.detail).toMatch(/has not answered the query within 0\.05 min/);
      expect((await api.finished(next.id, LONG)).status).toBe('completed');
      isWell = true;
      await api.predict({ sequence: SEQUENCE, msa: 'server' });
      expect((await api.finished(stuck.id, LONG)).status).toBe('completed');
      expect(submissions()).toHaveLength(2);
    },
    LONG,
  );

  it('fails with the reason where the server cannot search', async () => {
    msa = await startMsaServer({ submit: [json({ id: 'ID', status: 'ERROR' })] }, ANSWER);
    settings = settingsFor(msa.url);
    const api = await start();
    const job = await api.predict({ sequence: SEQUENCE, msa: 'server' });
    const { status, error } = await api.finished(job.id);
    expect([status, error!.code]).toEqual(['failed', 'ALIGNMENT_SEARCH']);
    const health = (await (await api.fetch('/health/ready')).json()) as { readonly model: string };
    expect(health.model).toBe('ok');
  });
});

describe('what is refused', () => {
  let api: ApiClient;
  beforeAll(async () => {
    msa = await startMsaServer({}, ANSWER);
    settings = { ...settingsFor(msa.url), MSA_SERVER: '' };
    api = await start();
  });
  afterAll(() => msa.close());

  it('is a search where the operator has named no server, and one beside an alignment', async () => {
    const searched = await api.submit({ sequence: SEQUENCE, msa: 'server' });
    expect(searched.status).toBe(400);
    expect((await problemIn(searched)).detail).toContain('does not search for relatives');
    const alignment = `>q\n${SEQUENCE}\n`;
    const both = await api.submit({ sequence: SEQUENCE, msa: 'server', alignment });
    expect(both.status).toBe(400);
    expect(msa.lines()).toEqual([]);
  });
});

/** The same server, started again, which now has the answer. */
async function restartAt(url: string): Promise<FakeMsaServer> {
  return startMsaServer({ status: [COMPLETE] }, ANSWER, Number(new URL(url).port));
}
