import { getEventListeners } from 'node:events';
import { readdirSync } from 'node:fs';
import { getPriority } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { FoldError } from '#errors';
import { AskedProcess, type AskedProcessOptions } from '#process/asked-process';
import type { BusyQuestions } from '../../helpers/busy-process.js';
import { withoutNode } from '../../helpers/without-node.js';

const FOR_EVER = 1e9;

describe('AskedProcess', () => {
  let opened: AskedProcess<BusyQuestions>;
  const open = (options: Partial<AskedProcessOptions> = {}) =>
    (opened = new AskedProcess<BusyQuestions>({
      parent: import.meta.url,
      entry: '../../helpers/busy-process',
      whenDied: (how) => new FoldError('PROCESS_DIED', how),
      ...options,
    }));
  afterEach(() => opened.close());

  it('says that it ended where it cannot start, and starts again with the next question', async () => {
    const busy = open();
    for (let i = 0; i < 2; i++) {
      const answer = withoutNode(() => busy.ask('work', 0));
      await expect(answer).rejects.toMatchObject({ code: 'PROCESS_DIED' });
    }
    await expect(busy.ask('work', 0)).resolves.toBeGreaterThan(0);
  });

  it('starts again after an end, unless what it was told before is needed', async () => {
    const busy = open();
    await expect(busy.ask('exit', undefined)).rejects.toThrow('exit code 3');
    await expect(busy.ask('work', 0)).resolves.toBeGreaterThan(0);
    await busy.close();
    const once = open({ startsOnce: true });
    const both = [once.ask('exit', undefined), once.ask('work', 0)];
    for (const answer of [...both, Promise.allSettled(both).then(() => once.ask('work', 0))])
      await expect(answer).rejects.toThrow('exit code 3');
  });

  it('answers in the order of the questions, from one process', async () => {
    const busy = open();
    const order: number[] = [];
    const pids = await Promise.all(
      [20, 0, 10].map(async (milliseconds, index) => {
        const pid = await busy.ask('work', milliseconds);
        order.push(index);
        return pid;
      }),
    );
    expect(order).toEqual([0, 1, 2]);
    expect(new Set(pids).size).toBe(1);
  });

  it('tells how far an answer is to whoever asked for it', async () => {
    const busy = open();
    const news: number[][] = [[], []];
    const answers = [3, 2].map((to, i) => busy.ask('count', to, { onNews: (n) => news[i]!.push(n) })); // prettier-ignore
    expect(await Promise.all(answers)).toEqual([3, 2]);
    expect(news).toEqual([
      [1, 2, 3],
      [1, 2],
    ]);
  });

  it('lets clients take turns', async () => {
    const busy = open();
    const order: string[] = [];
    const ask = async (name: string): Promise<void> => {
      await busy.ask('work', 1, { client: name.charAt(0) });
      order.push(name);
    };
    await Promise.all(['a1', 'a2', 'a3', 'b1'].map(ask));
    expect(order).toEqual(['a1', 'a2', 'b1', 'a3']); // a1 has begun before the others were there
  });

  it('throws what the answer ended with, and works on', async () => {
    const busy = open();
    await expect(busy.ask('fail', 'as we do')).rejects.toMatchObject({
      code: 'PARSE_PDB',
      message: 'given.pdb:7: not a number',
      hint: 'look at it',
      details: { line: 7 },
    });
    const bug = await busy.ask('fail', 'as a bug does').catch((error: unknown) => error);
    expect(bug).not.toBeInstanceOf(FoldError);
    expect(bug).toMatchObject({ message: 'x is not a function' });
    await expect(busy.ask('work', 0)).resolves.toBeGreaterThan(0);
  });

  it('stops a question that takes too long and answers the next one from another process', async () => {
    const busy = open({ deadlineSeconds: 1 });
    const first = await busy.ask('work', 0);
    const tooLong = busy.ask('work', FOR_EVER);
    const next = busy.ask('work', 0);
    await expect(tooLong).rejects.toMatchObject({ code: 'HELPER_TIMEOUT' });
    expect(await next).not.toBe(first);
    expect(isRunning(first)).toBe(false);
  });

  it('stops the work on a question that nobody waits for any longer', async () => {
    const busy = open();
    const gone = new AbortController();
    const first = await busy.ask('work', 0);
    const abandoned = busy.ask('work', FOR_EVER, { signal: gone.signal });
    const next = busy.ask('work', 0);
    gone.abort();
    await expect(abandoned).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    expect(await next).not.toBe(first);
    expect(isRunning(first)).toBe(false);
  });

  it('never begins a question that was abandoned before its turn, and leaves the one at work alone', async () => {
    const busy = open();
    const gone = new AbortController();
    const working = busy.ask('work', 50);
    const abandoned = busy.ask('work', FOR_EVER, { signal: gone.signal });
    gone.abort();
    await expect(abandoned).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    await expect(busy.ask('work', FOR_EVER, { signal: gone.signal })).rejects.toMatchObject({
      code: 'JOB_CANCELLED',
    });
    expect(await busy.ask('work', 0)).toBe(await working);
  });

  it.runIf(process.platform === 'linux')(
    'gives way as much as it shall, with every thread',
    async () => {
      const busy = open({ niceness: getPriority() + 1 });
      const pid = await busy.ask('work', 0);
      const threads = readdirSync(`/proc/${pid}/task`).map(Number);
      expect(threads.length).toBeGreaterThan(1);
      for (const thread of threads) expect(getPriority(thread)).toBe(getPriority() + 1);
    },
  );

  it('ends with the reason of the signal where that is one of ours', async () => {
    const busy = open();
    const stopped = new FoldError('JOB_CANCELLED', 'stopped by SIGINT');
    const { signal } = new AbortController();
    const answer = busy.ask('work', FOR_EVER, { signal: AbortSignal.abort(stopped) });
    await expect(answer).rejects.toBe(stopped);
    await busy.ask('work', 0, { signal });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('ends its process when it is closed: what runs has died, what waits is cancelled', async () => {
    const busy = open();
    const pid = await busy.ask('work', 0);
    const answers = [1, 2].map(() => busy.ask('work', FOR_EVER));
    const outcomes = Promise.allSettled(answers);
    await busy.close();
    expect(isRunning(pid)).toBe(false);
    expect(await outcomes).toMatchObject([
      { reason: { code: 'PROCESS_DIED' } },
      { reason: { code: 'JOB_CANCELLED' } },
    ]);
    expect(await busy.ask('work', 0)).not.toBe(pid);
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
