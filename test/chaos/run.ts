/**
 * @file Kills servers and workers at random moments under load and counts what is lost: `npm run test:chaos`.
 *
 * `ROUNDS` (default 50) for each store, `STORES` (default `sqlite,postgres`), `SEED` for the same kills again.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { pdbText } from '#predict/files/result-files';
import { chainIdOf } from '#sequence/chain';
import { ApiClient } from '../helpers/api-client.js';
import { fakePrediction } from '../helpers/fake-predictor.js';
import { testSettings } from '../helpers/server.js';
import { type ServerProcess, spawnServer } from '../helpers/server-process.js';
import { makePostgres, makeRedis, type Service, temporaryFolder } from '../helpers/services.js';

const ROUNDS = Number(process.env['ROUNDS'] ?? 50);
const STORES = (process.env['STORES'] ?? 'sqlite,postgres').split(',');
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const CLIENTS = 4;
const MAX_CALM_MS = 1500;
const FINISH_MS = 180_000;
/** No request may take longer: whatever is away, the server says so. */
const ANSWER_MS = 45_000;

/** Numbers in [0, 1) that the seed determines (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** What is killed and started again. */
interface Victim {
  readonly name: string;
  strike(): Promise<void>;
}

/** A running system under test. */
interface System {
  /** Address of the server at the moment; it changes with each restart. */
  url(): string;
  readonly victims: readonly Victim[];
  /** What the server logged since it was last started. */
  log(): string;
  stop(): Promise<void>;
}

async function victimProcess(
  name: string,
  settings: Record<string, string>,
  role: 'server' | 'worker',
): Promise<Victim & { process(): ServerProcess }> {
  let current = await spawnServer(settings, role);
  return {
    name,
    process: () => current,
    async strike() {
      await current.kill();
      current = await spawnServer(settings, role);
    },
  };
}

const SETTINGS = {
  LOG_LEVEL: 'warn',
  MAX_RESTARTS: '1000',
  MAX_WAITING: '100000',
  FAKE_DURATION_MS: '60',
};

async function sqliteSystem(): Promise<System> {
  const settings = { ...testSettings(temporaryFolder('chaos')), ...SETTINGS };
  const server = await victimProcess('server', settings, 'server');
  return {
    url: () => server.process().url,
    victims: [server],
    log: () => server.process().log(),
    stop: () => server.process().close(),
  };
}

async function postgresSystem(): Promise<System> {
  const [postgres, redis] = [await makePostgres(), await makeRedis()];
  await Promise.all([postgres.start(), redis.start()]);
  const settings = {
    ...testSettings(temporaryFolder('chaos')),
    ...SETTINGS,
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
  };
  const server = await victimProcess('server', settings, 'server');
  const workers = [
    await victimProcess('worker', settings, 'worker'),
    await victimProcess('worker', settings, 'worker'),
  ];
  return {
    url: () => server.process().url,
    log: () => server.process().log(),
    victims: [
      server,
      ...workers,
      restarted('redis, emptied', redis),
      restarted('postgres', postgres),
    ],
    async stop() {
      const all = [server, ...workers].map((victim) => victim.process());
      await Promise.all(all.map((process) => process.close().catch(() => process.kill())));
      await Promise.all([postgres.remove(), redis.remove()]);
    },
  };
}

function restarted(name: string, service: Service): Victim {
  return {
    name,
    async strike() {
      await service.stop('SIGKILL');
      await service.start();
    },
  };
}

/** Submits without pause until told to stop; what is acknowledged is written down. */
async function submitAll(
  system: System,
  {
    random,
    accepted,
    signal,
  }: { random: () => number; accepted: Map<string, string>; signal: AbortSignal },
): Promise<number> {
  let refused = 0;
  while (!signal.aborted) {
    const sequence = Array.from({ length: 8 + Math.floor(40 * random()) }, () =>
      'ACDEFGHIKLMNPQRSTVWY'.charAt(Math.floor(20 * random())),
    ).join('');
    try {
      const response = await fetch(`${system.url()}/api/v1/predictions`, {
        method: 'POST',
        body: sequence,
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const { id } = (await response.json()) as { id?: string };
      if (response.ok && id !== undefined) accepted.set(id, sequence);
      else refused++;
    } catch (error) {
      if (error instanceof Error && error.name === 'TimeoutError') throw error;
      refused++; // never acknowledged: nothing is owed
    }
    await delay(100 * random());
  }
  return refused;
}

/** What is wrong with an accepted job after the storm, or undefined. */
async function faultOf(api: ApiClient, id: string, sequence: string): Promise<string | undefined> {
  const job = await api.finished(id, FINISH_MS).catch((error: unknown) => String(error));
  if (typeof job === 'string') return job;
  if (job.status !== 'completed') return `${job.status}: ${JSON.stringify(job.error)}`;
  const chains = [{ id: chainIdOf(0), sequence }];
  const expected = pdbText(fakePrediction({ name: job.name, chains }));
  const found = await (await api.file(id, 'structure.pdb')).text();
  return found === expected ? undefined : 'the result differs';
}

/** A strike should meet a system at work: waits until another job is accepted. */
async function worksAgain(system: System, accepted: ReadonlyMap<string, string>): Promise<void> {
  const before = accepted.size;
  for (const until = Date.now() + ANSWER_MS; accepted.size === before;) {
    if (Date.now() > until)
      throw new Error(`no job is accepted any more; the server says: ${system.log().slice(-5000)}`);
    await delay(20);
  }
}

async function storm(store: string, system: System): Promise<boolean> {
  const random = randomNumbers(SEED);
  const accepted = new Map<string, string>();
  const stop = new AbortController();
  const clients = Array.from({ length: CLIENTS }, () =>
    submitAll(system, { random, accepted, signal: stop.signal }),
  );
  const strikes = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++) {
    await worksAgain(system, accepted);
    await delay(MAX_CALM_MS * random());
    // one in two strikes hits the first, the server
    const index = random() < 0.5 ? 0 : Math.floor(system.victims.length * random());
    const victim = system.victims[index]!;
    await victim.strike();
    strikes.set(victim.name, (strikes.get(victim.name) ?? 0) + 1);
  }
  stop.abort();
  const refused = (await Promise.all(clients)).reduce((a, b) => a + b);
  const api = new ApiClient(system.url());
  const faults: string[] = [];
  for (const [id, sequence] of accepted) {
    const fault = await faultOf(api, id, sequence);
    if (fault !== undefined) faults.push(`${id}: ${fault}`);
  }
  const told = [...strikes].map(([name, times]) => `${name} ${times}`).join(', ');
  process.stdout.write(
    `${store}: ${ROUNDS} rounds (${told}), ${accepted.size} jobs accepted, ${refused} requests not acknowledged, ` +
      `${faults.length} jobs lost or torn (seed ${SEED})\n`,
  );
  for (const fault of faults) process.stdout.write(`  ${fault}\n`);
  return faults.length === 0 && accepted.size > 0;
}

const SYSTEMS: Record<string, () => Promise<System>> = {
  sqlite: sqliteSystem,
  postgres: postgresSystem,
};
let isWell = true;
for (const store of STORES) {
  const make = SYSTEMS[store];
  if (!make) throw new Error(`no store ${store}: STORES names ${Object.keys(SYSTEMS).join(', ')}`);
  const system = await make();
  isWell = (await storm(store, system)) && isWell;
  await system.stop();
}
process.exit(isWell ? 0 : 1);
