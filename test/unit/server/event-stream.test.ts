import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { followPrediction } from '#server/http/event-stream';
import type { Call } from '#server/services';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A client that reads nothing, so that its connection stays open behind the end. */
class SleepingClient extends PassThrough {
  writeHead(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }
}

function follow(
  response: SleepingClient,
  states: string[],
  streamOpened: () => void = () => undefined,
): Promise<void> {
  const submission = () => ({
    id: 'x',
    chains: [],
    input: { warnings: [] },
    createdAt: 0,
    state: states.length > 1 ? states.shift() : states[0],
    job: { id: 'x', attempts: 0, request: {}, model: {} },
  });
  const services = {
    settings: {},
    store: { submissions: { find: () => Promise.resolve(submission()) } },
    events: { listen: () => () => undefined, since: () => [], progress: () => undefined },
    metrics: { streamOpened, streamClosed: () => undefined },
    shutdown: new AbortController().signal,
  };
  const request = { get: () => undefined };
  const caller = { owner: '' };
  return followPrediction({ request, response, services, id: 'x', caller } as unknown as Call);
}

it('writes no heartbeat behind the end to a client that does not read', async () => {
  const client = new SleepingClient({ highWaterMark: 1 });
  const failed = vi.fn();
  client.on('error', failed);
  await follow(client, ['active', 'completed']);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(client.writableEnded).toBe(true);
  expect(failed).not.toHaveBeenCalled();
});

it('opens no stream for a client that hung up before its prediction was found', async () => {
  const client = new SleepingClient();
  const opened = vi.fn();
  const following = follow(client, ['active'], opened);
  client.destroy();
  await following;
  expect(opened).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});
