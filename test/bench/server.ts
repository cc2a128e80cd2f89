/**
 * @file Load test of the server with a fake model: `npm run bench:server`. Prints requests a second, latencies and the
 * delay of the event loop, for submissions, status, results and event streams, while 200 streams are open that follow a
 * running job. Fails where the event loop was held up for longer than is allowed.
 */
import { Agent, get, request } from 'node:http';
import { ApiClient } from '../helpers/api-client.js';
import { testSettings } from '../helpers/server.js';
import { spawnServer } from '../helpers/server-process.js';
import { temporaryFolder } from '../helpers/services.js';

const SECONDS = Number(process.env['SECONDS'] ?? 5);
const CONNECTIONS = 32;
const STREAMS = 200;
/** The job that the streams follow runs as long as this many rows take to measure. */
const MOST_ROWS = 20;
/** Longest event-loop delay that is allowed. */
const MAX_DELAY_MS = 50;

const server = await spawnServer({
  ...testSettings(temporaryFolder('bench')),
  MAX_WAITING: '1000000',
  CONCURRENCY: '2', // one of them is busy with the job that the streams follow
  FAKE_DURATION_MS: '20',
  FAKE_SLOW_MS: String(MOST_ROWS * 1000 * SECONDS),
});
const api = new ApiClient(server.url);
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

/** Opens a stream of events and leaves it after the first. */
function firstEvent(id: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const path = `${server.url}/api/v1/predictions/${id}/events`;
    const sent = get(path, { agent: false }, (response) => {
      response.on('data', (chunk: Buffer) => {
        if (!chunk.includes('event: status')) return;
        sent.destroy();
        resolve(response.statusCode ?? 0);
      });
    });
    sent.on('error', reject);
  });
}

/** One request over a kept-alive connection, its body read and thrown away. */
function send(method: string, path: string, body?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'text/plain' };
    const sent = request(server.url + path, { agent, method, headers }, (response) => {
      response.resume().on('end', () => {
        resolve(response.statusCode ?? 0);
      });
    });
    sent.on('error', reject).end(body);
  });
}

/** Event-loop delay of the server since it was last asked, and its processor time so far. */
async function load(): Promise<{ delayMs: number; delayP99: number; cpuSeconds: number }> {
  const text = await (await api.fetch('/metrics')).text();
  const value = (name: string): number =>
    Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
  return {
    delayMs: 1000 * value('nodejs_eventloop_lag_max_seconds'),
    delayP99: 1000 * value('nodejs_eventloop_lag_p99_seconds'),
    cpuSeconds: value('process_cpu_seconds_total'),
  };
}

interface Measured {
  readonly name: string;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Longest and 99th percentile of the event loop's delay; idle it is 10 ms, the time between two looks. */
  readonly delayMs: number;
  readonly delayP99: number;
  /** Processor time of the server for one request. */
  readonly cpuMs: number;
}

async function measure(
  name: string,
  once: (i: number) => Promise<number>,
  connections = CONNECTIONS,
): Promise<Measured> {
  const before = await load();
  const times: number[] = [];
  const began = performance.now();
  const until = began + 1000 * SECONDS;
  let count = 0;
  const client = async (): Promise<void> => {
    while (performance.now() < until) {
      const sent = performance.now();
      const status = await once(count++);
      if (status >= 400) throw new Error(`${name}: status ${status}`);
      times.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(share * (times.length - 1))] ?? NaN;
  const perSecond = (1000 * times.length) / (performance.now() - began);
  const { cpuSeconds, ...delay } = await load();
  const cpuMs = (1000 * (cpuSeconds - before.cpuSeconds)) / times.length;
  return { name, perSecond, p50: at(0.5), p99: at(0.99), ...delay, cpuMs };
}

/** A protein that was not submitted before. */
function newSequence(i: number): string {
  const letters = Array.from(
    i.toString(20),
    (digit) => 'ACDEFGHIKLMNPQRSTVWY'[parseInt(digit, 20)],
  );
  return `MKWVTF${letters.join('')}${'LEHF'.repeat(8)}`;
}

/** A record of 1,799 codons, unlike the others by one. */
function geneOf(name: string, i: number): string {
  const before = 'GCTAAATTC'.repeat(5 * i);
  return `>${name}\nATG${before}GAC${'GCTAAATTC'.repeat(599 - 5 * i)}TAA\n`;
}

const long = await api.predict('MKWVTFISLL'.repeat(40), { prefer: 'wait=30' });
const { id } = await api.predict('MKWVTFISLL'.repeat(10), { prefer: 'wait=30' });
const slow = await api.predict('W'.repeat(300));
const streams = Array.from({ length: STREAMS }, () =>
  get(`${server.url}/api/v1/predictions/${slow.id}/events`, (response) => response.resume()),
);
const files = (name: string): string => `/api/v1/predictions/${id}/${name}`;
const genes = Array.from({ length: 100 }, (_, i) => geneOf(`gene${i}`, i));
await measure('warm-up', () => send('GET', `/api/v1/predictions/${id}`));
const results = [
  await measure('status', () => send('GET', `/api/v1/predictions/${id}`)),
  await measure('structure.pdb, 100 residues', () => send('GET', files('structure.pdb'))),
  await measure('pae.json, 400 residues', () =>
    send('GET', `/api/v1/predictions/${long.id}/pae.json`),
  ),
  await measure('event stream, first event', () => firstEvent(slow.id)),
  await measure('known submission', () =>
    send('POST', '/api/v1/predictions', 'MKWVTFISLL'.repeat(10)),
  ),
  await measure('new submission', (i) => send('POST', '/api/v1/predictions', newSequence(i))),
  await measure(
    '100 genes, 1,799 codons each',
    () => send('POST', '/api/v1/predictions?type=dna', genes.join('')),
    1,
  ),
];
const openStreams = /^codonfold_event_streams (\d+)/m.exec(
  await (await api.fetch('/metrics')).text(),
)?.[1];
for (const stream of streams) stream.on('error', () => undefined).destroy();
process.stdout.write(
  `${openStreams} event streams open to the end, ${CONNECTIONS} connections, ${SECONDS} s each after a warm-up\n`,
);
for (const { name, perSecond, p50, p99, delayMs, delayP99, cpuMs } of results)
  process.stdout.write(
    `${name.padEnd(28)} ${perSecond.toFixed(0).padStart(6)}/s  p50 ${p50.toFixed(1)} ms  p99 ${p99.toFixed(1)} ms  ` +
      `cpu ${cpuMs.toFixed(2)} ms  event loop delay p99 ${delayP99.toFixed(0)} ms, longest ${delayMs.toFixed(0)} ms${delayMs > MAX_DELAY_MS ? ' (!)' : ''}\n`,
  );
await server.kill();
process.exit(results.some(({ delayMs }) => delayMs > MAX_DELAY_MS) ? 1 : 0);
