import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Services } from '#server/services';
import { clientGone, waitForSubmission } from '#server/jobs/wait-for-submission';
import type { SubmissionRecord } from '#store/submission';

const WAITING = { id: 'x', state: 'waiting', job: { id: 'j' } } as SubmissionRecord;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Waits for so long at most, for what never finishes. */
const wait = (ms: number, signal = new AbortController().signal): Promise<SubmissionRecord> => {
  const store = { submissions: { find: () => Promise.resolve(WAITING) } };
  const events = { listen: () => () => undefined };
  const services = { store, events, shutdown: new AbortController().signal };
  return waitForSubmission(services as unknown as Services, WAITING, { ms, signal });
};

it.each([
  ['back', -3_600_000],
  ['forward', 3_600_000],
])(
  'waits as long as was asked for, though somebody sets the clock %s by an hour',
  async (_, by) => {
    let isOver = false;
    const waiting = wait(10_000).then(() => (isOver = true));
    await vi.advanceTimersByTimeAsync(5000);
    vi.setSystemTime(Date.now() + by);
    await vi.advanceTimersByTimeAsync(4900);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    expect(isOver).toBe(true);
    await waiting;
  },
);

it('ends in between two looks where its time is up then', async () => {
  let isOver = false;
  void wait(1500).then(() => (isOver = true));
  await vi.advanceTimersByTimeAsync(1499);
  expect(isOver).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(isOver).toBe(true);
});

it('ends when the client goes away', async () => {
  const gone = new AbortController();
  const waiting = wait(60_000, gone.signal);
  await vi.advanceTimersByTimeAsync(100);
  gone.abort();
  await expect(waiting).resolves.toBe(WAITING);
});

it('knows of a client that has gone before anybody asked', () => {
  expect(clientGone({ destroyed: true, once: () => undefined }).aborted).toBe(true);
});

describe('a wait that is watched', () => {
  let state: string;
  let numAsked: number;
  let tell: (event: { kind: string }) => void;
  let hasStopped: boolean;
  const gone = () => new AbortController();
  const watched = (ms: number, { client = gone(), shutdown = gone() } = {}) => {
    [state, numAsked, hasStopped] = ['active', 0, false];
    const find = () => {
      numAsked++;
      return Promise.resolve({ ...WAITING, state });
    };
    const listen = (id: string, listener: typeof tell) => {
      expect(id).toBe('j');
      tell = listener;
      return () => (hasStopped = true);
    };
    const removed: string[] = [];
    for (const [name, { signal }] of Object.entries({ client, shutdown }))
      vi.spyOn(signal, 'removeEventListener').mockImplementation(() => removed.push(name));
    const services = { store: { submissions: { find } }, events: { listen } };
    const all = { ...services, shutdown: shutdown.signal } as unknown as Services;
    return { over: waitForSubmission(all, WAITING, { ms, signal: client.signal }), removed };
  };

  it('ends with the state, and looks when it hears of a change or somebody leaves', async () => {
    const { over, removed } = watched(60_000);
    await vi.advanceTimersByTimeAsync(10);
    expect(numAsked).toBe(1);
    tell({ kind: 'progress' });
    await vi.advanceTimersByTimeAsync(10);
    expect(numAsked).toBe(1);
    tell({ kind: 'left' });
    await vi.advanceTimersByTimeAsync(10);
    expect(numAsked).toBe(2);
    state = 'failed';
    tell({ kind: 'status' });
    expect((await over).state).toBe('failed');
    expect([hasStopped, removed.sort(), vi.getTimerCount()]).toEqual([true, ['client', 'shutdown'], 0]); // prettier-ignore
  });

  it('looks each second, in case a message was lost', async () => {
    const { over } = watched(60_000);
    await vi.advanceTimersByTimeAsync(999);
    expect(numAsked).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(numAsked).toBe(2);
    state = 'completed';
    await vi.advanceTimersByTimeAsync(1000);
    expect((await over).state).toBe('completed');
  });

  it('ends at once with the server, and where no time is left', async () => {
    const shutdown = gone();
    const { over } = watched(60_000, { shutdown });
    await vi.advanceTimersByTimeAsync(10);
    shutdown.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect((await over).state).toBe('active');
    expect((await watched(0).over).state).toBe('active');
    expect(numAsked).toBe(1);
  });
});

it('a client goes once', () => {
  let close: () => void = () => undefined;
  const response = { destroyed: false, once: (_event: 'close', listener: () => void) => (close = listener) }; // prettier-ignore
  const signal = clientGone(response);
  expect(signal.aborted).toBe(false);
  close();
  expect(signal.aborted).toBe(true);
});
