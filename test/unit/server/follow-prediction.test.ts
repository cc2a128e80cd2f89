/** @file What a client that follows a prediction is sent and when, with a store and events that the test moves. */
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followPrediction } from '#server/http/event-stream';
import { type JobEventData, type RunningEvent, statusOrder } from '#server/jobs/job-events';
import type { Call } from '#server/services';
import type { JobState } from '#store/job';
import { submissionRecord } from '../../helpers/jobs.js';

/** A connection that takes as much of what is written as the test lets it. */
class Client extends EventEmitter {
  text = '';
  head: unknown[] = [];
  statusCode = 200;
  writableLength = 0;
  readonly socket = { bytesWritten: 0 };
  destroyed = false;
  writableEnded = false;
  readonly setTimeout = vi.fn();

  status(code: number): this {
    this.statusCode = code;
    return this;
  }

  writeHead(...head: unknown[]): this {
    this.head = head;
    return this;
  }

  write(bytes: Buffer | string): boolean {
    this.text += bytes.toString();
    return true;
  }

  end(): this {
    this.writableEnded = true;
    return this;
  }

  destroy(): this {
    this.destroyed = true;
    this.emit('close');
    return this;
  }

  /** What has come since this was asked last: `event id` of each, and `:` for a heartbeat. */
  news(): string[] {
    const parts = this.text.split('\n\n').filter((part) => part !== '');
    this.text = '';
    return parts.map((part) => part.replace(/^event: (\w+)\nid: (\d+)\ndata: .*$/s, '$1 $2'));
  }
}

let state: JobState;
let find: () => Promise<ReturnType<typeof submissionRecord> | undefined>;
let listener: ((event: JobEventData) => void) | undefined;
let since: (RunningEvent & { readonly order: number })[];
let asked: unknown[];
let numStreams: number;
let shutdown: AbortController;
let client: Client;

beforeEach(() => {
  vi.useFakeTimers();
  [state, listener, since, asked, numStreams] = ['active', undefined, [], [], 0];
  find = () => Promise.resolve(submissionRecord(state, { job: { attempts: 1 } }));
  shutdown = new AbortController();
  client = new Client();
});
afterEach(() => void vi.useRealTimers());

const follow = (lastEventId?: string): Promise<void> => {
  const services = {
    settings: {},
    store: { submissions: { find: () => find() }, runs: { countBefore: () => Promise.resolve(0) } },
    events: {
      listen: (_id: string, heard: (event: JobEventData) => void) => {
        listener = heard;
        return () => (listener = undefined);
      },
      since: (id: string, order: number) => {
        asked.push([id, order]);
        return since;
      },
      progress: () => undefined,
      search: () => undefined,
    },
    metrics: { streamOpened: () => numStreams++, streamClosed: () => numStreams-- },
    shutdown: shutdown.signal,
  };
  const request = { get: (name: string) => (name === 'last-event-id' ? lastEventId : undefined) };
  const call = { request, response: client, services, id: 'x', caller: { owner: '' } };
  return followPrediction(call as unknown as Call);
};
const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
const progress = (order: number): RunningEvent => ({
  ...{ kind: 'progress', order },
  progress: { pass: 1, numPasses: 2, block: 0, numBlocks: 4 },
});
const STARTED = 'status 1000000';

describe('a stream', () => {
  it('begins with how it is to be read, the status, and what was missed', async () => {
    since = [progress(1_000_005), { kind: 'search', order: 1_000_007, message: 'asked' }];
    await follow('1000003');
    expect(client.head).toEqual([
      200,
      {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
        'X-Accel-Buffering': 'no',
      },
    ]);
    expect(client.setTimeout).toHaveBeenCalledWith(0);
    expect(asked).toEqual([['job', 1_000_003]]);
    expect(client.text).toContain('data: {"message":"asked"}');
    expect(client.text).toContain('"fraction":0.5');
    expect(client.news()).toEqual(['retry: 2000', STARTED, 'progress 1000005', 'search 1000007']);
  });

  it.each([[undefined], ['nonsense']])('tells everything to a client that saw %s', async (last) => {
    await follow(last);
    expect(asked).toEqual([['job', -1]]);
  });

  it('sends what is heard, and the status where that has changed', async () => {
    await follow();
    client.news();
    listener!(progress(1_000_009));
    listener!({ kind: 'coordinates', order: 1_000_010, pass: 1, numPasses: 2, numResidues: 3, atom14: 'AA', plddt: 'BB' }); // prettier-ignore
    expect(client.text).toContain(
      'data: {"pass":1,"numPasses":2,"numResidues":3,"atom14":"AA","plddt":"BB"}',
    );
    expect(client.news()).toEqual(['progress 1000009', 'coordinates 1000010']);
    listener!({ kind: 'left' });
    await settle();
    expect(client.news()).toEqual([]);
    listener!({ kind: 'status', order: 1_000_000, state: 'active' });
    await settle();
    expect(client.news()).toEqual([STARTED]);
    state = 'cancelled';
    listener!({ kind: 'left' });
    await settle();
    expect(client.news()).toEqual([`status ${statusOrder('cancelled', 1)}`]);
    expect(client.writableEnded).toBe(true);
  });

  it('keeps events in their order while a status is looked up', async () => {
    await follow();
    client.news();
    let answer: () => void = () => undefined;
    const known = find;
    find = () => new Promise((resolve) => (answer = () => void known().then(resolve)));
    listener!({ kind: 'status', order: 1_000_000, state: 'active' });
    listener!(progress(1_000_009));
    listener!({ kind: 'status', order: 1_000_000, state: 'active' }); // is told once more
    await settle();
    expect(client.news()).toEqual([]);
    answer();
    await settle();
    answer();
    await settle();
    expect(client.news()).toEqual([STARTED, STARTED, 'progress 1000009']);
  });

  it('asks the store every five seconds, in case a message was lost', async () => {
    await follow();
    client.news();
    state = 'completed';
    await settle(4999);
    expect(client.news()).toEqual([]);
    await settle(1);
    expect(client.news()).toEqual([`status ${statusOrder('completed', 1)}`]);
    expect(client.writableEnded).toBe(true);
  });

  it('goes on where the store was away, or has lost the submission', async () => {
    await follow();
    const known = find;
    find = () => Promise.reject(new Error('away'));
    listener!({ kind: 'status', order: 1_000_000, state: 'active' });
    await settle();
    find = () => Promise.resolve(undefined);
    listener!({ kind: 'status', order: 1_000_000, state: 'active' });
    await settle();
    client.news();
    find = known;
    listener!(progress(1_000_009));
    await settle(5000);
    expect(client.news()).toEqual(['progress 1000009']);
  });

  it('sends a heartbeat every quarter of a minute', async () => {
    await follow();
    client.news();
    await settle(14_999);
    expect(client.news()).toEqual([]);
    await settle(1);
    expect(client.news()).toEqual([':']);
    await settle(15_000);
    expect(client.news()).toEqual([':']);
  });

  it('ends after three heartbeats of which nothing was taken', async () => {
    await follow();
    client.writableLength = 10;
    client.socket.bytesWritten = 30;
    await settle(45_000); // the first look only learns how much was taken
    expect(client.destroyed).toBe(false);
    client.socket.bytesWritten += 5;
    await settle(15_000 + 2 * 15_000);
    expect(client.destroyed).toBe(false);
    await settle(15_000);
    expect(client.destroyed).toBe(true);
    expect(numStreams).toBe(0);
  });

  it('ends after the first three heartbeats where the client never took anything', async () => {
    await follow();
    client.writableLength = client.socket.bytesWritten = 1;
    await settle(30_000);
    expect(client.destroyed).toBe(false);
    await settle(15_000);
    expect(client.destroyed).toBe(true);
  });

  it('does not take what it writes itself for what the client takes', async () => {
    await follow();
    client.socket.bytesWritten = 30;
    client.writableLength = 10;
    for (let heartbeat = 0; heartbeat < 3; heartbeat++) {
      await settle(15_000);
      client.socket.bytesWritten += 3;
      client.writableLength += 3;
    }
    expect(client.destroyed).toBe(false);
    await settle(15_000);
    expect(client.destroyed).toBe(true);
  });

  it('tells nothing to a client that went while its status was looked up', async () => {
    await follow();
    let answer: () => void = () => undefined;
    const known = find;
    find = () => new Promise((resolve) => (answer = () => void known().then(resolve)));
    listener!({ kind: 'status', order: 1_000_000, state: 'active' });
    listener!(progress(1_000_009));
    client.destroy();
    client.news();
    answer();
    await settle();
    expect(client.text).toBe('');
  });

  it('writes an event once, however many streams it goes to', async () => {
    let numReads = 0;
    const event: RunningEvent = {
      ...{ kind: 'coordinates', order: 1_000_010, pass: 1, numPasses: 2, numResidues: 3 },
      plddt: 'BB',
      get atom14() {
        numReads++;
        return 'AA';
      },
    };
    await follow();
    listener!(event);
    const first = client.text;
    client = new Client();
    await follow();
    listener!(event);
    expect(client.text).toBe(first);
    expect(numReads).toBe(1);
  });

  it('goes on with a client that has nothing left to take', async () => {
    await follow();
    await settle(600_000);
    expect(client.destroyed).toBe(false);
  });

  it('spares a client that is a megabyte behind all but changes of state', async () => {
    await follow();
    client.news();
    client.writableLength = 2 ** 20;
    listener!(progress(1_000_009));
    client.writableLength++;
    listener!(progress(1_000_010));
    listener!({ kind: 'status', order: 1_000_000, state: 'active' });
    await settle();
    expect(client.news()).toEqual(['progress 1000009', STARTED]);
  });

  it('leaves nothing behind when its client goes', async () => {
    await follow();
    expect([numStreams, vi.getTimerCount()]).toEqual([1, 2]);
    const remove = vi.spyOn(shutdown.signal, 'removeEventListener');
    client.destroy();
    expect([numStreams, vi.getTimerCount(), listener]).toEqual([0, 0, undefined]);
    expect(remove).toHaveBeenCalledTimes(1);
    expect(client.writableEnded).toBe(false);
  });

  it('ends with the server', async () => {
    await follow();
    shutdown.abort();
    expect(client.writableEnded).toBe(true);
  });
});

describe('a prediction that has finished', () => {
  const end = statusOrder('completed', 1);

  it('is told once, and to who saw the end that nothing follows', async () => {
    state = 'completed';
    await follow(String(end - 1));
    expect(client.news()).toEqual(['retry: 2000', `status ${end}`]);
    expect(client.writableEnded).toBe(true);
    client = new Client();
    await follow(String(end));
    expect([client.statusCode, client.writableEnded, client.text]).toEqual([204, true, '']);
  });

  it('but was asked for again is followed once more', async () => {
    await follow(String(end));
    expect(client.news()).toEqual(['retry: 2000', STARTED]);
  });
});
