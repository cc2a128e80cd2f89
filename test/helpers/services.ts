/** @file Real PostgreSQL and Redis servers for tests, each on a port and in a folder of its own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pg from 'pg';

/** A server that a test may stop, kill and start again on the same port. */
export interface Service {
  readonly url: string;
  start(): Promise<void>;
  /** @param signal default: a quick but orderly stop */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Stops it and removes its folder. */
  remove(): Promise<void>;
}

const POSTGRES_ROOT = '/usr/lib/postgresql';
const START_TIMEOUT_MS = 20_000;

/**
 * Whether the suites that need PostgreSQL and Redis can run. Where they cannot, continuous integration fails; elsewhere
 * it is said aloud.
 */
export function hasServices(): boolean {
  const missing = [
    ...(postgresBinaries() ? [] : ['PostgreSQL (Debian package postgresql)']),
    ...(redisBinary() ? [] : ['Redis (Debian package redis-server)']),
  ];
  if (missing.length === 0) return true;
  const message = `tests on ${missing.join(' and ')} cannot run: install it first`;
  if (process.env['CI']) throw new Error(message);
  process.stderr.write(`\n!!! NOT TESTED: ${message}\n\n`);
  return false;
}

/** A PostgreSQL server with an empty database; not yet started. */
export async function makePostgres(): Promise<Service> {
  const binaries = postgresBinaries();
  if (!binaries) throw new Error('PostgreSQL is not installed');
  const [folder, port] = [temporaryFolder('postgres'), await freePort()];
  const asUser = unprivileged(folder);
  const data = join(folder, 'data');
  const initdb = [join(binaries, 'initdb'), '-D', data, '-U', 'test', '-A', 'trust', '-N'];
  execFileSync(asUser.command, [...asUser.prefix, ...initdb], { stdio: 'pipe' });
  const url = `postgres://test@127.0.0.1:${port}/postgres`;
  const settings = [
    '-h',
    '127.0.0.1',
    '-p',
    String(port),
    '-k',
    folder,
    '-c',
    'max_connections=200',
  ];
  const command = [join(binaries, 'postgres'), '-D', data, ...settings];
  return service({
    url,
    folder,
    command: [asUser.command, ...asUser.prefix, ...command],
    stopSignal: 'SIGINT',
    removeSignal: 'SIGQUIT',
    probe: async () => {
      const client = new pg.Client({ connectionString: url });
      client.on('error', () => undefined);
      await client.connect();
      await client.query('SELECT 1');
      await client.end();
    },
  });
}

/** A Redis server that keeps nothing on disk; not yet started. */
export async function makeRedis(): Promise<Service> {
  const binary = redisBinary();
  if (!binary) throw new Error('Redis is not installed');
  const [folder, port] = [temporaryFolder('redis'), await freePort()];
  const url = `redis://127.0.0.1:${port}`;
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  return service({
    url,
    folder,
    command: [binary, ...settings, '--appendonly', 'no'],
    stopSignal: 'SIGTERM',
    removeSignal: 'SIGKILL',
    probe: async () => {
      const redis = new Redis(url, { lazyConnect: true, retryStrategy: null });
      redis.on('error', () => undefined);
      try {
        await redis.connect();
        await redis.ping();
      } finally {
        redis.disconnect();
      }
    },
  });
}

const folders: string[] = [];

function removeFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

/** A new empty folder, which goes with this process. */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `codonfold-${name}-`));
  if (folders.length === 0) process.once('exit', removeFolders);
  folders.push(folder);
  return folder;
}

/** A port that nobody listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' ? (address?.port ?? 0) : 0);
      });
    });
  });
}

interface ServiceOptions {
  readonly url: string;
  readonly folder: string;
  readonly command: readonly string[];
  readonly stopSignal: NodeJS.Signals;
  /** Ends it without saving what is thrown away anyway; a checkpoint of many databases takes a minute. */
  readonly removeSignal: NodeJS.Signals;
  /** Throws while the server does not answer. */
  readonly probe: () => Promise<void>;
}

function service(options: ServiceOptions): Service {
  const { url, folder, command, stopSignal, removeSignal, probe } = options;
  let child: ChildProcess | undefined;
  const stop = async (signal: NodeJS.Signals = stopSignal): Promise<void> => {
    const running = child;
    child = undefined;
    if (running?.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await ended;
  };
  return {
    url,
    async start() {
      const [binary, ...args] = command;
      child = spawn(binary!, args, { stdio: 'ignore', cwd: folder });
      for (const until = Date.now() + START_TIMEOUT_MS; ;) {
        try {
          await probe();
          return;
        } catch (error) {
          if (Date.now() > until) throw error;
          await delay(50);
        }
      }
    },
    stop,
    async remove() {
      await stop(removeSignal);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function postgresBinaries(): string | undefined {
  if (!existsSync(POSTGRES_ROOT)) return undefined;
  const versions = readdirSync(POSTGRES_ROOT).sort((a, b) => Number(b) - Number(a));
  return versions
    .map((version) => join(POSTGRES_ROOT, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'postgres')));
}

function redisBinary(): string | undefined {
  return ['/usr/bin/redis-server', '/usr/local/bin/redis-server'].find(existsSync);
}

/** PostgreSQL refuses to run as root: then it runs as nobody, who is given the folder. */
function unprivileged(folder: string): { command: string; prefix: string[] } {
  if (process.getuid?.() !== 0) return { command: '/usr/bin/env', prefix: [] };
  mkdirSync(folder, { recursive: true });
  execFileSync('chown', ['nobody', folder]);
  const prefix = ['--reuid=nobody', '--regid=nogroup', '--clear-groups', '--'];
  return { command: 'setpriv', prefix };
}
