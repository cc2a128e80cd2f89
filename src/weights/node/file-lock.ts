import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from '#machine/system-code';

/** How often the owner shows that it lives, and how long without that it counts as dead. */
const HEARTBEAT_MS = 5_000;
const STALE_MS = 30_000;

/** Times of a lock, in milliseconds. */
export interface LockOptions {
  /** Between two looks at a lock that another process holds. */
  readonly pollMs?: number;
  /** Age at which a lock without a sign of life is taken over. */
  readonly staleMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** Called once if another process has the lock. */
  readonly onWait?: () => void;
}

/**
 * Does some work while no other process does it. The lock is a file that its owner touches; one left by a
 * process that died is taken over.
 *
 * @param path of the lock file; its folder must exist
 * @param work is given the lock for as long as it runs
 * @param options see {@link LockOptions}
 */
export async function withFileLock<T>(
  path: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const { pollMs = 250, staleMs = STALE_MS, signal } = options;
  const token = randomUUID();
  let hasWaited = false;
  while (!(await acquire(path, token))) {
    if (!hasWaited) options.onWait?.();
    hasWaited = true;
    await removeIfStale(path, staleMs);
    await sleep(pollMs, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted());
  }
  const heartbeat = setInterval(
    () => {
      const now = new Date();
      utimes(path, now, now).catch(() => undefined); // taken over meanwhile: nothing to keep alive
    },
    Math.min(HEARTBEAT_MS, staleMs / 3),
  );
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if ((await read(path)) === token) await rm(path, { force: true });
  }
}

async function acquire(path: string, token: string): Promise<boolean> {
  try {
    await writeFile(path, token, { flag: 'wx' });
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

const read = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch(() => undefined);

/** Moves a dead lock away. If another process was faster and the lock is a new one, puts it back. */
async function removeIfStale(path: string, staleMs: number): Promise<void> {
  const token = await read(path);
  const status = await stat(path).catch(() => undefined);
  if (token === undefined || !status || Date.now() - status.mtimeMs < staleMs) return;
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return; // another process took it over
  }
  if ((await read(aside)) !== token) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}
