import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withFileLock } from '#weights/node/file-lock';

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'codonfold-lock-'));
  path = join(directory, 'file.lock');
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

const FAST = { pollMs: 2 };

describe('a file lock', () => {
  it('lets one work at a time, and all of them in the end', async () => {
    let working = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++working);
      await new Promise((resolve) => setTimeout(resolve, 3));
      working--;
    };
    await Promise.all(Array.from({ length: 7 }, () => withFileLock(path, work, FAST)));
    expect(most).toBe(1);
    expect(existsSync(path)).toBe(false);
  });

  it('is let go when the work fails, and gives its error', async () => {
    const failing = withFileLock(path, () => Promise.reject(new Error('broken')), FAST);
    await expect(failing).rejects.toThrow('broken');
    expect(existsSync(path)).toBe(false);
  });

  it('of a process that died is taken over, by one of those who wait', async () => {
    writeFileSync(path, 'token of the dead');
    const longAgo = new Date(Date.now() - 3_600_000);
    utimesSync(path, longAgo, longAgo);
    let working = 0;
    const work = async (): Promise<number> => {
      const now = ++working;
      await new Promise((resolve) => setTimeout(resolve, 3));
      working--;
      return now;
    };
    const results = await Promise.all([1, 2, 3].map(() => withFileLock(path, work, FAST)));
    expect(results).toEqual([1, 1, 1]);
  });

  it('of a process that lives is waited for', async () => {
    writeFileSync(path, 'token of the living');
    const controller = new AbortController();
    const waiting = withFileLock(path, () => Promise.resolve('done'), {
      ...FAST,
      signal: controller.signal,
    });
    setTimeout(() => {
      controller.abort();
    }, 30);
    await expect(waiting).rejects.toThrow(/abort/i);
    expect(existsSync(path)).toBe(true);
  });

  it('stays alive for as long as the work takes', async () => {
    const order: string[] = [];
    const slow = withFileLock(
      path,
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 400));
        order.push('slow');
      },
      { pollMs: 2, staleMs: 150 },
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    const next = withFileLock(path, () => Promise.resolve(order.push('next')), {
      pollMs: 2,
      staleMs: 150,
    });
    await Promise.all([slow, next]);
    expect(order).toEqual(['slow', 'next']);
  });
});
