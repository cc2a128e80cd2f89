import { afterEach, beforeEach, expect, it, vi } from 'vitest';
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
