/**
 * @file Load test of the server with a fake model: `npm run bench:server`. Prints requests a second, latencies and the
 * longest time that the event loop was blocked, for submissions, status, results and 200 open event streams.
 */
import { Agent, get, request } from 'node:http';
import { ApiClient } from '../helpers/api-client.js';
import { testSettings } from '../helpers/server.js';
import { spawnServer } from '../helpers/server-process.js';
import { temporaryFolder } from '../helpers/services.js';

const SECONDS = Number(process.env['SECONDS'] ?? 5);
const CONNECTIONS = 32;
const STREAMS = 200;
/** Longest event-loop delay that is allowed. */
const MAX_BLOCKED_MS = 50;

const server = await spawnServer({
  ...testSettings(temporaryFolder('bench')),
  MAX_WAITING: '1000000',
  FAKE_DURATION_MS: '20',
});
const api = new ApiClient(server.url);
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

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

/** Longest event-loop delay of the server since it was last asked, and its processor time so far. */
async function load(): Promise<{ blockedMs: number; cpuSeconds: number }> {
  const text = await (await api.fetch('/metrics')).text();
  const value = (name: string): number =>
    Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
  return {
    blockedMs: 1000 * value('nodejs_eventloop_lag_max_seconds'),
    cpuSeconds: value('process_cpu_seconds_total'),
  };
}

interface Measured {
  readonly name: string;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly blockedMs: number;
  /** Processor time of the server for one request. */
  readonly cpuMs: number;
}

async function measure(name: string, once: (i: number) => Promise<number>): Promise<Measured> {
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
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(share * (times.length - 1))] ?? NaN;
  const perSecond = (1000 * times.length) / (performance.now() - began);
  const { blockedMs, cpuSeconds } = await load();
  const cpuMs = (1000 * (cpuSeconds - before.cpuSeconds)) / times.length;
  return { name, perSecond, p50: at(0.5), p99: at(0.99), blockedMs, cpuMs };
}

/** A protein that was not submitted before. */
function newSequence(i: number): string {
  const letters = Array.from(
    i.toString(20),
    (digit) => 'ACDEFGHIKLMNPQRSTVWY'[parseInt(digit, 20)],
  );
  return `MKWVTF${letters.join('')}${'LEHF'.repeat(8)}`;
}

const long = await api.predict('MKWVTFISLL'.repeat(40), { prefer: 'wait=30' });
const { id } = await api.predict('MKWVTFISLL'.repeat(10), { prefer: 'wait=30' });
const slow = await api.predict('W'.repeat(300));
const streams = Array.from({ length: STREAMS }, () =>
  get(`${server.url}/api/v1/predictions/${slow.id}/events`, (response) => response.resume()),
);
const files = (name: string): string => `/api/v1/predictions/${id}/${name}`;
const results = [
  await measure('status', () => send('GET', `/api/v1/predictions/${id}`)),
  await measure('structure.pdb, 100 residues', () => send('GET', files('structure.pdb'))),
  await measure('pae.json, 400 residues', () =>
    send('GET', `/api/v1/predictions/${long.id}/pae.json`),
  ),
  await measure('known submission', () =>
    send('POST', '/api/v1/predictions', 'MKWVTFISLL'.repeat(10)),
  ),
  await measure('new submission', (i) => send('POST', '/api/v1/predictions', newSequence(i))),
];
for (const stream of streams) stream.on('error', () => undefined).destroy();
process.stdout.write(
  `${STREAMS} event streams open, ${CONNECTIONS} connections, ${SECONDS} s each\n`,
);
for (const { name, perSecond, p50, p99, blockedMs, cpuMs } of results)
  process.stdout.write(
    `${name.padEnd(28)} ${perSecond.toFixed(0).padStart(6)}/s  p50 ${p50.toFixed(1)} ms  p99 ${p99.toFixed(1)} ms  ` +
      `cpu ${cpuMs.toFixed(2)} ms  event loop blocked at most ${blockedMs.toFixed(0)} ms${blockedMs > MAX_BLOCKED_MS ? ' (!)' : ''}\n`,
  );
await server.kill();
