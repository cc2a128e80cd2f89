/**
 * @file Two keys on one server with the real model: `npm run test:load`. One floods it with jobs, attention, lists and answers
 * that it does not read; the other asks for one short protein after the other. Fails where the other waits more than three
 * times as long as alone, or where `/health/live` takes more than 50 ms. Tells how long the other waits for attention maps.
 *
 * `SECONDS` (default 40) is how long the flood lasts at least.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ApiClient } from '../helpers/api-client.js';
import { randomSource } from '../helpers/random.js';
import { spawnCodonfold } from '../helpers/server-process.js';
import { temporaryFolder } from '../helpers/services.js';

const SECONDS = Number(process.env['SECONDS'] ?? 40);
const MOST_TIMES = 3;
const MOST_LIVE_MS = 50;
const SHORT = 50;
const NUM_ALONE = 7;
const NUM_SLEEPERS = 60;
const LISTS = 8;

const random = randomSource(19);
const protein = (length: number): string =>
  Array.from({ length }, () => 'ACDEFGHIKLMNPQRSTVWY'.charAt(Math.floor(20 * random()))).join('');
const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

const server = await spawnCodonfold(['serve'], {
  PORT: '0',
  DATA_DIR: temporaryFolder('load'),
  API_KEYS: 'flood,guest',
  LOG_LEVEL: 'error',
});
const [flood, guest] = ['flood', 'guest'].map((key) => new ApiClient(server.url, bearer(key)));
setPriority(10); // those who flood a server have machines of their own
const isOver = new AbortController();

/** Where the guest's time went, by the server's own account. */
const spent = { waiting: [] as number[], running: [] as number[] };

/** Seconds from asking for a short protein to its result. */
async function guestSeconds(): Promise<number> {
  const began = performance.now();
  const { id } = await guest!.predict(protein(SHORT), { prefer: 'wait=60' });
  const job = await guest!.finished(id, 120_000);
  if (job.status !== 'completed') throw new Error(`the guest's job ${job.status}`);
  const [created, started, finished] = [job.createdAt, job.startedAt!, job.finishedAt!].map(
    Date.parse,
  );
  spent.waiting.push((started! - created!) / 1000);
  spent.running.push((finished! - started!) / 1000);
  return (performance.now() - began) / 1000;
}

/** The medians of {@link spent} since it was last asked for. */
function whereSpent(): string {
  const words = Object.entries(spent).map(
    ([how, seconds]) => `${median(seconds).toFixed(2)} s ${how}`,
  );
  for (const seconds of Object.values(spent)) seconds.length = 0;
  return words.join(', ');
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Does something again and again until the flood is over; what the server refuses is no fault. */
async function again(work: () => Promise<unknown>, pauseMs = 0): Promise<void> {
  while (!isOver.signal.aborted) {
    await work().catch(() => undefined);
    await delay(pauseMs);
  }
}

const counts = { jobs: 0, attention: 0, lists: 0, refused: 0 };

/** A hundred proteins of all lengths in one request. */
async function floodJobs(): Promise<void> {
  const fasta = Array.from({ length: 100 }, (_, i) => {
    return `>r${i}\n${protein(30 + Math.floor(300 * random()))}\n`;
  });
  const { ok } = await flood!.submit(fasta.join(''));
  if (ok) counts.jobs += 100;
  else counts.refused++;
}

/** An attention map of a result: the first makes the model run, the others are kept. */
async function floodAttention(id: string): Promise<void> {
  const [block, head] = [Math.floor(3 * random()), Math.floor(4 * random())];
  const { ok } = await flood!.fetch(
    `/api/v1/predictions/${id}/attention?block=${block}&head=${head}`,
    { signal: isOver.signal },
  );
  if (ok) counts.attention++;
  else counts.refused++;
}

/** Seconds that the guest waits for each attention map of its own. */
const guestMaps: number[] = [];

/** One map of the guest's after the other. */
async function askMap(id: string): Promise<void> {
  const began = performance.now();
  const [block, head] = [guestMaps.length % 3, Math.floor(guestMaps.length / 3) % 4];
  const path = `/api/v1/predictions/${id}/attention?block=${block}&head=${head}`;
  const { ok } = await guest!.fetch(path, { signal: isOver.signal });
  if (ok) guestMaps.push((performance.now() - began) / 1000);
}

async function floodLists(): Promise<void> {
  const response = await flood!.fetch('/api/v1/predictions?limit=200');
  await response.arrayBuffer();
  if (response.ok) counts.lists++;
  else counts.refused++;
}

/** Asks for a large file and reads nothing of it. */
function sleeper(id: string): Socket {
  const { hostname, port } = new URL(server.url);
  const socket = connect({ host: hostname, port: Number(port) }).pause();
  socket.on('error', () => undefined);
  socket.write(
    `GET /api/v1/predictions/${id}/pae.json HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer flood\r\n\r\n`,
  );
  return socket;
}

/** How long `/health/live` takes, as a process sees it that does nothing else. */
function probeLive(into: number[]): ChildProcess {
  const script = fileURLToPath(new URL('probe.ts', import.meta.url));
  const probe = fork(script, [`${server.url}/health/live`]);
  probe.on('message', (ms: number) => into.push(ms));
  return probe;
}

/** How long the server's event loop was held up at most since it was last asked, in ms. */
async function longestDelay(): Promise<number> {
  const text = await (await guest!.fetch('/metrics')).text();
  return 1000 * Number(/^nodejs_eventloop_lag_max_seconds (\S+)/m.exec(text)?.[1]);
}

const tell = (line: string): void => void process.stdout.write(`${line}\n`);

await guestSeconds(); // starts the model
const own = await guest!.predict(protein(SHORT));
await guest!.finished(own.id, 120_000);
const results = [await flood!.predict(protein(600)), await flood!.predict(protein(500))];
for (const { id } of results) await flood!.finished(id, 300_000);
whereSpent();
const alone: number[] = [];
for (let i = 0; i < NUM_ALONE; i++) alone.push(await guestSeconds());
tell(`alone: ${SHORT} residues take ${median(alone).toFixed(2)} s (${whereSpent()})`);

const live: number[] = [];
const probe = probeLive(live);
setPriority(probe.pid!, 0);
await longestDelay();
const [large, small] = results.map(({ id }) => id) as [string, string];
const flooding = [
  again(floodJobs, 500),
  ...Array.from({ length: 16 }, () => again(() => floodAttention(small), 10)),
  ...Array.from({ length: LISTS }, () => again(floodLists)),
  again(() => askMap(own.id), 100),
  again(async () => {
    const sleepers = Array.from({ length: NUM_SLEEPERS }, () => sleeper(large));
    await delay(5000, undefined, { signal: isOver.signal }).catch(() => undefined);
    for (const socket of sleepers) socket.destroy();
  }),
];
await delay(3000); // the flood has built up
const during: number[] = [];
for (const until = Date.now() + 1000 * SECONDS; during.length < NUM_ALONE || Date.now() < until;)
  during.push(await guestSeconds());
const heldUp = await longestDelay();
probe.disconnect();
isOver.abort();
await Promise.all(flooding);
await server.close().catch(() => server.kill());

const times = median(during) / median(alone);
const slowest = Math.max(...live);
tell(`flood: ${JSON.stringify(counts)}`);
tell(
  `meanwhile: ${median(during).toFixed(2)} s in the median of ${during.length} (longest ${Math.max(...during).toFixed(2)} s), ` +
    `${times.toFixed(2)} times as long (${whereSpent()})`,
);
tell(
  guestMaps.length === 0
    ? 'attention of the other: none'
    : `attention of the other: ${guestMaps.length} maps, ${median(guestMaps).toFixed(2)} s in the median, ${Math.max(...guestMaps).toFixed(2)} s at most`,
);
tell(
  `/health/live: ${live.length} times, ${median(live).toFixed(1)} ms in the median, ${slowest.toFixed(1)} ms at most; ` +
    `the event loop was held up for ${heldUp.toFixed(1)} ms at most`,
);
const faults = [
  ...(times > MOST_TIMES ? [`the other waits more than ${MOST_TIMES} times as long`] : []),
  ...(slowest > MOST_LIVE_MS ? [`/health/live takes more than ${MOST_LIVE_MS} ms`] : []),
];
for (const fault of faults) tell(`FAILED: ${fault}`);
process.exit(faults.length === 0 ? 0 : 1);
