/** @file One client must not exhaust what all share. */
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PredictionView } from '#server/http/api-schemas';
import { ApiClient, problemIn } from '../helpers/api-client.js';
import { type FakeOptions, fakePredictor } from '../helpers/fake-predictor.js';
import { startTestServer, type TestServer } from '../helpers/server.js';

const KEYS = { API_KEYS: 'alice,bob' };
const AMINO_ACIDS = 'ACDEFGHIKLMNPQRSTVWY';

let servers: TestServer[] = [];
let begun: string[];
afterEach(async () => {
  for (const server of servers) await server.close();
  servers = [];
});

/** A server, and its clients by key. */
const start = async (
  settings: Record<string, string>,
  options: FakeOptions = {},
): Promise<(key: string) => ApiClient> => {
  begun = [];
  const predictor = fakePredictor({
    onStart: ({ chains }) => begun.push(chains[0]!.sequence),
    ...options,
  });
  const server = await startTestServer({ ...KEYS, ...settings }, [predictor]);
  servers.push(server);
  return (key) => new ApiClient(server.url, { authorization: `Bearer ${key}` });
};
/** So many different sequences. */
const sequences = (count: number, prefix: string): string[] =>
  Array.from({ length: count }, (_, i) => {
    const letters = i.toString(20).split('');
    return prefix + letters.map((digit) => AMINO_ACIDS.charAt(parseInt(digit, 20))).join('');
  });
const fasta = (all: readonly string[]): string =>
  all.map((sequence, i) => `>r${i}\n${sequence}\n`).join('');

describe('while one client has hundreds of jobs', () => {
  it('another’s is next', async () => {
    const client = await start({}, { durationMs: 50 });
    const [alice, bob] = [client('alice'), client('bob')];
    for (const prefix of ['MKA', 'MKC']) await alice.submit(fasta(sequences(100, prefix)));
    const job = await bob.predict('MKVLAMKVLA', { prefer: 'wait=20' });
    expect(job.status).toBe('completed');
    expect(begun.length).toBeLessThan(20);
  });

  it('and one of them is asked for by another too, it is the other’s next', async () => {
    const client = await start({}, { durationMs: 50 });
    const flood = sequences(100, 'MKA');
    await client('alice').submit(fasta(flood));
    const job = await client('bob').predict(flood.at(-1)!, { prefer: 'wait=20' });
    expect(job.status).toBe('completed');
    expect(begun.length).toBeLessThan(20);
  });

  it('a short job of another does not wait for a long one to end', async () => {
    const client = await start(
      {},
      { durationMs: ({ chains }) => 100 * chains[0]!.sequence.length },
    );
    const long = await client('alice').predict('W'.repeat(600));
    await vi.waitFor(async () => {
      expect((await client('alice').job(long.id)).status).toBe('active');
    });
    const job = await client('bob').predict('MKVLA', { prefer: 'wait=20' });
    expect(job.status).toBe('completed');
    expect((await client('alice').job(long.id)).status).toBe('active');
    await client('alice').fetch(`/api/v1/predictions/${long.id}`, { method: 'DELETE' });
  });

  it('no more of its may wait than are its share, and another’s may', async () => {
    const client = await start({ CLIENT_WAITING: '5' }, { durationMs: 60_000 });
    const [alice, bob] = [client('alice'), client('bob')];
    const active = await alice.predict('MK');
    await vi.waitFor(async () => {
      expect((await alice.job(active.id)).status).toBe('active');
    });
    expect((await alice.submit(fasta(sequences(5, 'MKA')))).status).toBe(202);
    const refused = await alice.submit('MKVLA');
    expect(await problemIn(refused)).toMatchObject({ status: 429, code: 'CLIENT_LIMIT' });
    expect((await bob.submit('MKVLA')).status).toBe(202);
  });
});

describe('requests that are open', () => {
  it('are limited for each client', async () => {
    const client = await start({ CLIENT_REQUESTS: '3' }, { durationMs: 60_000 });
    const { id } = await client('alice').predict('MKVLA');
    const streams = Array.from({ length: 3 }, () => new AbortController());
    const path = `/api/v1/predictions/${id}/events`;
    for (const { signal } of streams) await client('alice').fetch(path, { signal });
    const refused = await client('alice').fetch('/api/v1/models');
    expect(await problemIn(refused)).toMatchObject({ status: 429, code: 'CLIENT_LIMIT' });
    expect((await client('bob').fetch('/api/v1/models')).status).toBe(200);
    expect((await client('alice').fetch('/health/live')).status).toBe(200);
    for (const stream of streams) stream.abort();
    await vi.waitFor(async () => {
      expect((await client('alice').fetch('/api/v1/models')).status).toBe(200);
    }, 10_000);
  });

  /** Asks for something and never reads the answer. */
  const askAndSleep = (url: string, path: string, key: string): (() => void) => {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) }).pause();
    socket.on('error', () => undefined);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\n\r\n`);
    return () => socket.destroy();
  };

  it('are ended where the client does not read, and what waits to be read is bounded', async () => {
    const client = await start({ CLIENT_REQUESTS: '2', SEND_SECONDS: '1', SENDING_MB: '8' });
    const alice = client('alice');
    const ids: string[] = [];
    for (const first of 'AC') {
      const job = await alice.predict(first + 'M'.repeat(1500), { prefer: 'wait=20' });
      ids.push((await alice.finished(job.id)).id);
    }
    const pathOf = (id: string): string => `/api/v1/predictions/${id}/pae.json`;
    const sleepers = Array.from({ length: 2 }, () =>
      askAndSleep(alice.url, pathOf(ids[0]!), 'alice'),
    );
    await vi.waitFor(async () => {
      expect((await alice.fetch('/api/v1/models')).status).toBe(429);
    }, 10_000);
    const headers = { 'accept-encoding': 'identity' };
    const busy = await client('bob').predict('MKVLA'); // others go on meanwhile
    expect((await client('bob').finished(busy.id)).status).toBe('completed');
    await vi.waitFor(async () => {
      expect((await alice.fetch('/api/v1/models')).status).toBe(200);
    }, 10_000);
    expect((await alice.fetch(pathOf(ids[1]!), { headers })).status).toBe(200);
    for (const end of sleepers) end();
  }, 60_000);

  it('end with their connection, though they were sent through it before any was answered', async () => {
    const long = ({ chains }: { chains: readonly { sequence: string }[] }): number =>
      chains[0]!.sequence === 'WWW' ? 60_000 : 0;
    const client = await start({ CLIENT_REQUESTS: '4', SENDING_MB: '8' }, { durationMs: long });
    const [alice, bob] = [client('alice'), client('bob')];
    const ids: string[] = [];
    for (const sequence of ['AM', 'CM'].map((first) => first + 'M'.repeat(1500))) {
      for (const one of [alice, bob]) await one.predict(sequence, { prefer: 'wait=20' });
      ids.push((await bob.predict(sequence)).id);
    }
    const own = await alice.predict('AM' + 'M'.repeat(1500));
    const endless = await alice.predict('WWW');
    const paths = [`${endless.id}/events`, `${endless.id}/events`, `${own.id}/pae.json`];
    const { hostname, port } = new URL(alice.url);
    const socket = connect({ host: hostname, port: Number(port) }).on('error', () => undefined);
    const head = 'Host: localhost\r\nAuthorization: Bearer alice';
    socket.write(
      [...paths, paths[0]]
        .map((path) => `GET /api/v1/predictions/${path} HTTP/1.1\r\n${head}\r\n\r\n`)
        .join(''),
    );
    const bobsFile = () => bob.file(ids[1]!, 'pae.json', { 'accept-encoding': 'identity' });
    await vi.waitFor(async () => {
      expect((await alice.fetch('/api/v1/models')).status).toBe(429);
      expect((await bobsFile()).status).toBe(503);
    }, 10_000);
    socket.destroy();
    await vi.waitFor(async () => {
      expect((await alice.fetch('/api/v1/models')).status).toBe(200);
      expect((await bobsFile()).status).toBe(200);
    }, 10_000);
  }, 60_000);

  it('hold nothing where the client hangs up before it is answered', async () => {
    const long = ({ chains }: { chains: readonly { sequence: string }[] }): number =>
      chains[0]!.sequence === 'WWW' ? 60_000 : 0;
    const client = await start({ SENDING_MB: '8', METRICS_OPEN: '1' }, { durationMs: long });
    const [alice, bob] = [client('alice'), client('bob')];
    const [given, other] = ['AM', 'CM'].map((first) => first + 'M'.repeat(1500));
    const { id } = await alice.predict(given!, { prefer: 'wait=20' });
    const bobs = await bob.predict(other!, { prefer: 'wait=20' });
    const endless = await alice.predict('WWW');
    const hangUp = (path: string): Promise<void> =>
      new Promise((resolve) => {
        const { hostname, port } = new URL(alice.url);
        const socket = connect({ host: hostname, port: Number(port) }, () => {
          const words = 'Host: localhost\r\nAuthorization: Bearer alice\r\n\r\n';
          socket.write(`GET /api/v1/predictions/${path} HTTP/1.1\r\n${words}`, () => {
            socket.resetAndDestroy();
          });
        });
        socket.once('close', () => {
          resolve();
        });
      });
    await hangUp(`${id}/pae.json`);
    await Promise.all(Array.from({ length: 20 }, () => hangUp(`${endless.id}/events`)));
    await alice.file(id, 'pae.json', { 'accept-encoding': 'gzip' }); // by now the one that was hung up on is made too
    await vi.waitFor(async () => {
      const metrics = await (await bob.fetch('/metrics')).text();
      expect(metrics).toMatch(/^codonfold_event_streams 0$/m);
    }, 10_000);
    const headers = { 'accept-encoding': 'identity' };
    expect((await bob.file(bobs.id, 'pae.json', headers)).status).toBe(200);
  }, 60_000);
});

describe('attention', () => {
  const path = (id: string, head = 0): string =>
    `/api/v1/predictions/${id}/attention?block=0&head=${head}`;

  it('never delays predictions, whoever asks for how much of it', async () => {
    const client = await start({}, { attentionMs: 60_000 });
    const [alice, bob] = [client('alice'), client('bob')];
    const { id } = await alice.predict('MKVLA', { prefer: 'wait=10' });
    const gone = new AbortController();
    for (const head of [0, 1, 2])
      void alice.fetch(path(id, head), { signal: gone.signal }).catch(() => undefined);
    await delay(100);
    expect((await bob.predict('MKVLC', { prefer: 'wait=10' })).status).toBe('completed');
    gone.abort();
  });

  it('is computed once, for all who ask at the same time and later', async () => {
    let numRuns = 0;
    const options: FakeOptions = { attentionMs: 200, onAttention: () => (numRuns += 1) };
    const client = await start({ API_KEYS: '' }, options);
    const api = client('');
    const { id } = await api.predict('MKVLA', { prefer: 'wait=10' });
    const weightsOf = async (response: Response): Promise<number[][]> =>
      ((await response.json()) as { weights: number[][] }).weights;
    const answers = await Promise.all([api.fetch(path(id)), api.fetch(path(id))]);
    const [first, second] = await Promise.all(answers.map(weightsOf));
    expect(first).toEqual(second);
    expect(first![0]).toEqual(Array(5).fill(expect.closeTo(0.2, 3)));
    const binary = await api.fetch(path(id), { headers: { accept: 'application/octet-stream' } });
    expect(new Float32Array(await binary.arrayBuffer())).toHaveLength(25);
    expect(numRuns).toBe(1);
  });

  it('goes on when who asked for it hangs up, and is kept', async () => {
    let numRuns = 0;
    const client = await start({}, { attentionMs: 300, onAttention: () => (numRuns += 1) });
    const alice = client('alice');
    const { id } = await alice.predict('MKVLA', { prefer: 'wait=10' });
    const gone = new AbortController();
    const asked = alice.fetch(path(id), { signal: gone.signal });
    await vi.waitFor(() => {
      expect(numRuns).toBe(1);
    });
    gone.abort();
    await expect(asked).rejects.toThrow();
    await delay(500);
    expect((await alice.fetch(path(id))).status).toBe(200);
    expect(numRuns).toBe(1);
  });

  it('may be waited for by each client, but not for too much of it', async () => {
    const client = await start({}, { attentionMs: 300 });
    const [alice, bob] = [client('alice'), client('bob')];
    const ids: string[] = [];
    for (const sequence of sequences(20, 'MKV'))
      ids.push((await alice.predict(sequence, { prefer: 'wait=10' })).id);
    const his = await bob.predict('MKVLA', { prefer: 'wait=10' });
    const gone = new AbortController();
    const asked = ids.map((id) => alice.fetch(path(id), { signal: gone.signal }));
    const statuses = asked.map((answer) => answer.then(({ status }) => status).catch(() => 0));
    await vi.waitFor(async () => {
      const refused = await Promise.race([...statuses, delay(50).then(() => 0)]);
      expect(refused).toBe(429);
    }, 5000);
    expect((await bob.fetch(path(his.id))).status).toBe(200);
    gone.abort();
    await Promise.all(statuses);
  });
});

it('lists stay readable while another floods', async () => {
  const client = await start({}, { durationMs: 60_000 });
  await client('alice').submit(fasta(sequences(100, 'MKA')));
  const { predictions } = (await (await client('bob').fetch('/api/v1/predictions')).json()) as {
    predictions: PredictionView[];
  };
  expect(predictions).toEqual([]);
});
