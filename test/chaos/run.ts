/**
 * @file Kills servers and workers at random moments under load, fills the disk, brings new weights and jobs that end the
 * model process, and counts what is lost: `npm run test:chaos`.
 *
 * `ROUNDS` (default 50) for each store, but no more than fit into `MINUTES` (default 10); `STORES` (default
 * `sqlite,limited,upgrade,postgres`; `limited` is a database of a few MB, in which old results make room, `upgrade` begins
 * with a server of the last release, and needs the history of the repository), `SEED` for the same kills again.
 */
import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { pdbText } from '#predict/files/result-files';
import { chainIdOf } from '#sequence/chain';
import { ApiClient } from '../helpers/api-client.js';
import { fakePrediction } from '../helpers/fake-predictor.js';
import { testSettings } from '../helpers/server.js';
import { type ServerProcess, spawnServer } from '../helpers/server-process.js';
import { oldRelease } from './old-release.js';
import { makePostgres, makeRedis, type Service, temporaryFolder } from '../helpers/services.js';

const ROUNDS = Number(process.env['ROUNDS'] ?? 50);
const MINUTES = Number(process.env['MINUTES'] ?? 10);
const STORES = (process.env['STORES'] ?? 'sqlite,limited,upgrade,postgres').split(',');
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const CLIENTS = 4;
/** More would only have to be waited for in the end: a strike should meet a queue, not one that grows for ever. */
const JOBS_PER_ROUND = 30;
/** One in so many times a client deletes a result instead of asking for one. */
const DELETIONS = 8;
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
  /** How many of the newest results must be there in the end; default: all. */
  readonly keepsNewest?: number;
  /** What the server logged since it was last started. */
  log(): string;
  stop(): Promise<void>;
}

async function victimProcess(
  name: string,
  settings: Record<string, string>,
  role: 'server' | 'worker',
  first?: string,
): Promise<Victim & { process(): ServerProcess; update: Victim }> {
  let current = await spawnServer(settings, role, first);
  let numUpdates = 0;
  const restart = async (): Promise<void> => {
    await current.kill();
    current = await spawnServer({ ...settings, FAKE_WEIGHTS: String(numUpdates) }, role);
  };
  return {
    name,
    process: () => current,
    strike: restart,
    update: {
      name: `${name}, with new weights`,
      strike: () => {
        numUpdates++;
        return restart();
      },
    },
  };
}

/** No file of a server can grow for a while, as on a full disk. */
function fullDisk(server: { process(): ServerProcess }): Victim {
  const limit = (fileSize: string): void => {
    const pid = String(server.process().pid);
    execFileSync('/usr/bin/prlimit', ['--pid', pid, `--fsize=${fileSize}:unlimited`]);
  };
  return {
    name: 'full disk',
    async strike() {
      limit('1024');
      await delay(1500);
      limit('unlimited');
    },
  };
}

const SETTINGS = {
  LOG_LEVEL: 'warn',
  MAX_RESTARTS: '8',
  MAX_WAITING: '100000',
  FAKE_DURATION_MS: '60',
};

async function sqliteSystem({
  more = {},
  first,
  ...limits
}: {
  readonly more?: Record<string, string>;
  /** The script that is started first; later strikes start the one of this version. */
  readonly first?: string;
} & Pick<System, 'keepsNewest'> = {}): Promise<System> {
  const settings = { ...testSettings(temporaryFolder('chaos')), ...SETTINGS, ...more };
  const server = await victimProcess('server', settings, 'server', first);
  return {
    ...limits,
    url: () => server.process().url,
    victims: [server, server.update, fullDisk(server)],
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
    log: () => [server, ...workers].map((victim) => victim.process().log()).join(''),
    victims: [
      server,
      server.update,
      ...workers,
      workers[0]!.update,
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

/** What clients know, and how much of it the server owes them. */
interface Ledger {
  /** Sequences of acknowledged jobs, by id. */
  readonly accepted: Map<string, string>;
  /** What was deleted on request. */
  readonly deleted: Set<string>;
  numAccepted: number;
  /** Clients wait at this number until the next strike. */
  mostAccepted: number;
  /** Requests that were never acknowledged: nothing is owed. */
  numRefused: number;
}

/** Asks for jobs, and deletes a result now and then, until told to stop; what is acknowledged is written down. */
async function useAll(
  system: System,
  { random, ledger, signal }: { random: () => number; ledger: Ledger; signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    const isDeletion = random() < 1 / DELETIONS;
    try {
      if (isDeletion) await deleteOne(system, random, ledger);
      else if (ledger.numAccepted < ledger.mostAccepted) await submitOne(system, random, ledger);
    } catch (error) {
      if (error instanceof Error && error.name === 'TimeoutError') throw error;
      ledger.numRefused++;
    }
    await delay(100 * random());
  }
}

async function submitOne(system: System, random: () => number, ledger: Ledger): Promise<void> {
  const sequence = Array.from({ length: 8 + Math.floor(40 * random()) }, () =>
    'ACDEFGHIKLMNPQRSTVWY'.charAt(Math.floor(20 * random())),
  ).join('');
  const response = await fetch(`${system.url()}/api/v1/predictions`, {
    method: 'POST',
    body: sequence,
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  const { id } = (await response.json()) as { id?: string };
  if (!response.ok || id === undefined) {
    ledger.numRefused++;
    return;
  }
  ledger.accepted.set(id, sequence);
  ledger.numAccepted++;
}

/** Deletes any result that is there. Where the answer is lost nobody knows whether it was, so nothing is owed. */
async function deleteOne(system: System, random: () => number, ledger: Ledger): Promise<void> {
  const id = [...ledger.accepted.keys()][Math.floor(random() * ledger.accepted.size)];
  if (id === undefined) return;
  const path = `${system.url()}/api/v1/predictions/${id}`;
  const signal = AbortSignal.timeout(ANSWER_MS);
  const { status } = (await (await fetch(path, { signal })).json()) as { status?: unknown };
  if (status !== 'completed') return;
  ledger.accepted.delete(id);
  const response = await fetch(path, { method: 'DELETE', signal });
  if (response.status === 204) ledger.deleted.add(id);
}

/** Asks for what ends the model process: four of them, each by another name. */
async function poison(system: System): Promise<string[]> {
  const api = new ApiClient(system.url());
  const jobs = ['E', 'F', 'I', 'L'].map((letter) => api.predict('C'.repeat(10) + letter));
  return (await Promise.all(jobs)).map(({ id }) => id);
}

/** What is wrong with such a job after the storm, or undefined. */
async function faultOfPoison(api: ApiClient, id: string): Promise<string | undefined> {
  const { status, error } = await api.finished(id, FINISH_MS);
  const isRight = status === 'failed' && error?.code === 'JOB_INTERRUPTED';
  return isRight ? undefined : `poison ${status}: ${JSON.stringify(error)}`;
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
async function worksAgain(system: System, ledger: Ledger): Promise<void> {
  const before = ledger.numAccepted;
  ledger.mostAccepted = before + JOBS_PER_ROUND;
  for (const until = Date.now() + ANSWER_MS; ledger.numAccepted === before;) {
    if (Date.now() > until)
      throw new Error(`no job is accepted any more; the server says: ${system.log().slice(-5000)}`);
    await delay(20);
  }
}

async function isGone(api: ApiClient, id: string): Promise<boolean> {
  return (await api.fetch(`/api/v1/predictions/${id}`)).status === 404;
}

/** What is wrong when all is calm again. */
async function faultsOf(
  system: System,
  { accepted, deleted }: Ledger,
  poisoned: readonly string[],
): Promise<{ readonly faults: string[]; readonly numDisplaced: number }> {
  const api = new ApiClient(system.url());
  const faults: string[] = [];
  let numDisplaced = 0;
  const mayBeGone = accepted.size - (system.keepsNewest ?? accepted.size);
  for (const [index, [id, sequence]] of [...accepted].entries()) {
    const isDisplaced = index < mayBeGone && (await isGone(api, id));
    if (isDisplaced) numDisplaced++;
    const fault = isDisplaced ? undefined : await faultOf(api, id, sequence);
    if (fault !== undefined) faults.push(`${id}: ${fault}`);
  }
  for (const id of poisoned) {
    const fault = await faultOfPoison(api, id);
    if (fault !== undefined) faults.push(`${id}: ${fault}`);
  }
  for (const id of deleted)
    if (!(await isGone(api, id))) faults.push(`${id}: was deleted and is there`);
  const { status } = await api.fetch('/health/ready');
  if (status !== 200) faults.push(`the server is not ready: ${status}`);
  return { faults, numDisplaced };
}

async function storm(store: string, system: System): Promise<boolean> {
  const random = randomNumbers(SEED);
  const accepted = new Map<string, string>();
  const deleted = new Set<string>();
  const ledger = { accepted, deleted, numAccepted: 0, mostAccepted: JOBS_PER_ROUND, numRefused: 0 };
  const stop = new AbortController();
  const clients = Array.from({ length: CLIENTS }, () =>
    useAll(system, { random, ledger, signal: stop.signal }),
  );
  const poisoned: string[] = [];
  const strikes = new Map<string, number>();
  const until = Date.now() + 60_000 * MINUTES;
  let round = 0;
  for (; round < ROUNDS && Date.now() < until; round++) {
    await worksAgain(system, ledger);
    if (round === 1) poisoned.push(...(await poison(system)));
    await delay(MAX_CALM_MS * random());
    // one in two strikes hits the first, the server
    const index = round === 0 || random() < 0.5 ? 0 : Math.floor(system.victims.length * random());
    const victim = system.victims[index]!;
    await victim.strike();
    strikes.set(victim.name, (strikes.get(victim.name) ?? 0) + 1);
  }
  stop.abort();
  await Promise.all(clients);
  const { faults, numDisplaced } = await faultsOf(system, ledger, poisoned);
  const told = [...strikes].map(([name, times]) => `${name} ${times}`).join(', ');
  process.stdout.write(
    `${store}: ${round} rounds (${told}), ${ledger.numAccepted} jobs accepted, ${ledger.numRefused} requests not acknowledged, ` +
      `${deleted.size} deleted on request, ${numDisplaced} old results deleted to make room, ` +
      `${faults.length} jobs lost or torn (seed ${SEED})\n`,
  );
  for (const fault of faults) process.stdout.write(`  ${fault}\n`);
  if (faults.length > 0)
    process.stdout.write(`the last of the logs:\n${system.log().slice(-5000)}`);
  return faults.length === 0 && ledger.numAccepted > 0;
}

const SYSTEMS: Record<string, () => Promise<System>> = {
  sqlite: sqliteSystem,
  limited: () => sqliteSystem({ more: { STORE_MAX_MB: '2' }, keepsNewest: 20 }),
  upgrade: () => sqliteSystem({ first: oldRelease() }),
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
