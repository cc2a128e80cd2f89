import { afterEach, describe, expect, it } from 'vitest';
import { HelperProcess } from '#server/processes/helper-process';
import { withoutNode } from '../../helpers/without-node.js';

const FOR_EVER = 1e9;
const BUSY = '../../helpers/busy-process';

describe('HelperProcess', () => {
  let helper: HelperProcess<number, number>;
  afterEach(() => {
    helper.close();
  });

  it('says that it ended where it cannot start, and starts again with the next question', async () => {
    helper = new HelperProcess(import.meta.url, BUSY, 60);
    for (let i = 0; i < 2; i++) {
      const answer = withoutNode(() => helper.ask(0));
      await expect(answer).rejects.toMatchObject({ code: 'WORKER_DIED' });
    }
    await expect(helper.ask(0)).resolves.toBeGreaterThan(0);
  });

  it('answers in the order of the questions, from one process', async () => {
    helper = new HelperProcess(import.meta.url, BUSY, 60);
    const order: number[] = [];
    const pids = await Promise.all(
      [20, 0, 10].map(async (milliseconds, index) => {
        const pid = await helper.ask(milliseconds);
        order.push(index);
        return pid;
      }),
    );
    expect(order).toEqual([0, 1, 2]);
    expect(new Set(pids).size).toBe(1);
  });

  it('lets clients take turns', async () => {
    helper = new HelperProcess(import.meta.url, BUSY, 60);
    const order: string[] = [];
    const ask = async (name: string): Promise<void> => {
      await helper.ask(1, { client: name.charAt(0) });
      order.push(name);
    };
    await Promise.all(['a1', 'a2', 'a3', 'b1'].map(ask));
    expect(order).toEqual(['a1', 'a2', 'b1', 'a3']); // a1 has begun before the others were there
  });

  it('stops a question that takes too long and answers the next one from another process', async () => {
    helper = new HelperProcess(import.meta.url, BUSY, 1);
    const first = await helper.ask(0);
    const tooLong = helper.ask(FOR_EVER);
    const next = helper.ask(0);
    await expect(tooLong).rejects.toMatchObject({ code: 'HELPER_TIMEOUT' });
    expect(await next).not.toBe(first);
    expect(isRunning(first)).toBe(false);
  });

  it('stops the work on a question that nobody waits for any longer', async () => {
    helper = new HelperProcess(import.meta.url, BUSY, 60);
    const gone = new AbortController();
    const first = await helper.ask(0);
    const abandoned = helper.ask(FOR_EVER, { signal: gone.signal });
    const next = helper.ask(0);
    gone.abort();
    await expect(abandoned).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    expect(await next).not.toBe(first);
    expect(isRunning(first)).toBe(false);
  });

  it('never begins a question that was abandoned before its turn, and leaves the one at work alone', async () => {
    helper = new HelperProcess(import.meta.url, BUSY, 60);
    const gone = new AbortController();
    const working = helper.ask(50);
    const abandoned = helper.ask(FOR_EVER, { signal: gone.signal });
    gone.abort();
    await expect(abandoned).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    await expect(helper.ask(FOR_EVER, { signal: gone.signal })).rejects.toMatchObject({
      code: 'JOB_CANCELLED',
    });
    expect(await helper.ask(0)).toBe(await working);
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
