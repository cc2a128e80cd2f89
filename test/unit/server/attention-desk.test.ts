import type { Logger } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FoldError } from '#errors';
import {
  packAttention,
  unpackAttention,
  type PackedAttentionControl,
} from '#predict/packed-attention';
import type { PredictionRequest, Predictor } from '#predict/prediction';
import { AttentionDesk } from '#server/results/attention-desk';
import type { WantedAttention } from '#server/results/attention-maps';
import type { JobRecord } from '#store/job';
import type { PredictionStore } from '#store/prediction-store';
import { FAKE_ATTENTION, fakePredictor } from '../../helpers/fake-predictor.js';
import { newJob } from '../../helpers/jobs.js';

const N = 10;
const HEAD = { network: 'trunk', block: 1, head: 2 } as const;

/** Jobs of runs that have begun, until they are ended. */
let begun: string[];
let ends: Map<string, (error?: Error) => void>;
let kept: Map<string, Uint8Array<ArrayBuffer>>;
let taken: number;
let numTurnsOver: number;
/** What keeps results from being kept. */
let fullDisk: Error | undefined;
let warned: unknown[];
let desk: AttentionDesk;

/** Every residue attends to all alike. */
function tellAll({ chains }: PredictionRequest, { onBlock }: PackedAttentionControl): void {
  const numResidues = chains[0]!.sequence.length;
  for (const { network, numBlocks, numHeads } of FAKE_ATTENTION)
    for (let block = 0; block < numBlocks; block++) {
      const weights = new Float32Array(numHeads * numResidues ** 2).fill(1 / numResidues);
      onBlock(packAttention({ network, block, weights }, numResidues));
    }
}

const predictor: Predictor = {
  ...fakePredictor(),
  attention: (request, control) =>
    new Promise((resolve, reject) => {
      const { name } = request;
      begun.push(name);
      ends.set(name, (error) => {
        if (error) reject(error);
        else {
          tellAll(request, control);
          resolve();
        }
      });
      control.signal?.addEventListener('abort', () => {
        reject(new FoldError('JOB_CANCELLED', 'cancelled'));
      });
    }),
};
const results: Pick<PredictionStore['results'], 'readAttention' | 'keepAttention'> = {
  readAttention: (id, name) => Promise.resolve(kept.get(`${id}/${name}`)),
  keepAttention: (id, maps) => {
    if (fullDisk) return Promise.reject(fullDisk);
    for (const [name, bytes] of maps) kept.set(`${id}/${name}`, new Uint8Array(bytes));
    return Promise.resolve();
  },
};

beforeEach(() => {
  vi.useFakeTimers();
  [begun, taken, numTurnsOver, fullDisk, warned] = [[], 0, 0, undefined, []];
  ends = new Map();
  kept = new Map();
  desk = new AttentionDesk({
    store: { results } as unknown as PredictionStore,
    predictors: [predictor],
    log: { warn: (what: object) => warned.push(what) } as unknown as Logger,
    budget: 1000,
    taken: () => taken,
    onTurnOver: () => numTurnsOver++,
  });
});
afterEach(() => {
  desk.close();
  vi.useRealTimers();
});

const job = (id: string, sequence = 'MKTAYIAKQR'): JobRecord => {
  const chains = [{ id: 'A', sequence }];
  const numResidues = sequence.length;
  return {
    ...newJob(id, { request: { chains, numRecycles: 0 } }),
    numResidues,
  } as unknown as JobRecord;
};
/** Of a prediction that is named by a number. */
const ask = (
  client: string,
  number: number,
  signal = new AbortController().signal,
  wanted: WantedAttention = HEAD,
): Promise<Uint8Array> =>
  desk.attention(job(String(number)), wanted, { client, signal, ms: 60_000 });
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1);

it('lets clients take turns, one run at a time', async () => {
  const asked = [ask('a', 0), ask('a', 1), ask('a', 2), ask('b', 3)];
  for (const next of ['0', '1', '3', '2']) {
    await settle();
    expect(begun.at(-1)).toBe(next);
    ends.get(next)!();
  }
  await Promise.all(asked);
  expect(begun).toHaveLength(4);
});

const askFor = (client: string, id: number, seconds: number): Promise<Uint8Array> => {
  const wanted = { ...job(String(id)), estimate: { seconds, megabytes: 300 } };
  return desk.attention(wanted, HEAD, {
    client,
    signal: new AbortController().signal,
    ms: 600_000,
  });
};

it('lets another client’s short run start beside a long one, and no other', async () => {
  const [long, short] = [100, 10];
  const asked = [askFor('a', 0, long), askFor('a', 1, short), askFor('b', 2, long), askFor('c', 3, short), askFor('d', 4, short)]; // prettier-ignore
  await settle();
  expect(begun).toEqual(['0', '3']); // neither a client's second nor as long a one, nor more than two
  for (const next of ['3', '4', '0', '1', '2']) {
    ends.get(next)!();
    await settle();
  }
  expect(begun).toEqual(['0', '3', '4', '1', '2']);
  await Promise.all(asked);
});

it('has a turn for the short run while the long one waits for its own, in memory beside it', async () => {
  taken = 990;
  const asked = [askFor('a', 0, 100), askFor('b', 1, 1)];
  await vi.advanceTimersByTimeAsync(7900);
  expect(desk.takeTurn()).toBeUndefined();
  await vi.advanceTimersByTimeAsync(200);
  expect(desk.takeTurn()).toMatchObject({ client: 'b' });
  taken = 500; // room for one: the one that began first
  await vi.advanceTimersByTimeAsync(600);
  expect(begun).toEqual(['0']);
  taken = 0;
  await vi.advanceTimersByTimeAsync(600);
  expect(begun).toEqual(['0', '1']);
  for (const id of ['0', '1']) ends.get(id)!();
  await Promise.all(asked);
});

it('computes once what many ask for, keeps it, and does not ask the model again', async () => {
  const asked = [ask('a', 0), ask('b', 0)];
  await settle();
  ends.get('0')!();
  const [first, second] = await Promise.all(asked);
  const weights = unpackAttention(new Uint16Array(first!.slice().buffer));
  expect(weights).toHaveLength(N * N);
  expect(weights[0]).toBeCloseTo(1 / N, 4);
  expect(second).toEqual(first);
  expect(await ask('c', 0)).toEqual(first);
  expect(begun).toEqual(['0']);
});

it('computes again what a crash cut off', async () => {
  kept.set('0/trunk.1.2', new Uint8Array(7));
  const asked = ask('a', 0);
  await settle();
  ends.get('0')!();
  expect(await asked).toHaveLength(2 * N * N);
});

it('finishes what was begun when its asker has gone, and never begins what nobody waits for', async () => {
  const [goneEarly, goneLate] = [new AbortController(), new AbortController()];
  const asked = [ask('a', 0, goneLate.signal), ask('a', 1, goneEarly.signal)];
  await settle();
  goneEarly.abort();
  goneLate.abort();
  for (const each of asked) await expect(each).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  ends.get('0')!();
  await settle();
  expect(kept.has('0/trunk.1.2')).toBe(true);
  expect(begun).toEqual(['0']);
});

it('waits for memory that predictions need, and gives it back to them', async () => {
  taken = 990;
  const asked = ask('a', 0);
  await vi.advanceTimersByTimeAsync(5000);
  expect(begun).toEqual([]);
  taken = 0;
  await vi.advanceTimersByTimeAsync(1000);
  expect(begun).toEqual(['0']);
  taken = 990;
  await vi.advanceTimersByTimeAsync(1000);
  taken = 0;
  await vi.advanceTimersByTimeAsync(1000);
  expect(begun).toEqual(['0', '0']);
  ends.get('0')!();
  await asked;
});

it('tells those who wait of a failure, and goes on with the next', async () => {
  const [failing, next] = [ask('a', 0), ask('a', 1)];
  const failed = expect(failing).rejects.toThrow('broken');
  await settle();
  ends.get('0')!(new Error('broken'));
  await failed;
  await settle();
  ends.get('1')!();
  expect(await next).toHaveLength(2 * N * N);
});

it('refuses more than its share to a client that waits for much', async () => {
  const asked = Array.from({ length: 17 }, (_, head) => ask('a', head));
  await settle();
  await expect(ask('a', 17)).rejects.toMatchObject({ code: 'CLIENT_LIMIT' });
  const other = ask('b', 18);
  await settle();
  expect(begun).toEqual(['0']);
  for (const each of [...asked, other]) each.catch(() => undefined);
});

it('has a turn as if it were a prediction after predictions have had four times as long', async () => {
  taken = 990;
  const asked = ask('a', 0);
  await vi.advanceTimersByTimeAsync(3900);
  expect(desk.takeTurn()).toBeUndefined();
  await vi.advanceTimersByTimeAsync(200);
  expect(desk.takeTurn()).toEqual({ client: 'a', estimate: job('0').estimate });
  expect(begun).toEqual([]);
  taken = 0;
  await vi.advanceTimersByTimeAsync(600);
  ends.get('0')!();
  await asked;
  expect(desk.takeTurn()).toBeUndefined();
  expect(numTurnsOver).toBe(1);
});

it('has no turn and does not begin where nobody waits any longer', async () => {
  taken = 990;
  const gone = new AbortController();
  const asked = ask('a', 0, gone.signal);
  await vi.advanceTimersByTimeAsync(4500);
  gone.abort();
  await expect(asked).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  expect(desk.takeTurn()).toBeUndefined();
  taken = 0;
  await vi.advanceTimersByTimeAsync(1000);
  expect(begun).toEqual([]);
});

it('refuses what never fits, and goes on with the next', async () => {
  const large = { ...job('large'), estimate: { seconds: 1, megabytes: 1001 } };
  const asker = { client: 'a', signal: new AbortController().signal, ms: 60_000 };
  const refused = expect(desk.attention(large, HEAD, asker)).rejects;
  await refused.toMatchObject({ code: 'MEMORY_ESTIMATE' });
  const next = ask('a', 0);
  await settle();
  ends.get('0')!();
  expect(await next).toHaveLength(2 * N * N);
});

it('keeps all heads and their thumbnails of one run', async () => {
  const first = ask('a', 0);
  await settle();
  ends.get('0')!();
  await first;
  for (const { network, numBlocks, numHeads } of FAKE_ATTENTION)
    expect(
      await ask('a', 0, undefined, { network, block: numBlocks - 1, head: numHeads - 1 }),
    ).toHaveLength(2 * N * N);
  expect(await ask('a', 0, undefined, 'overview')).toHaveLength((2 * 5 + 4 * 3) * N * N);
  expect(begun).toEqual(['0']);
});

it('keeps of a large prediction the heads of one block, and thumbnails of all', async () => {
  const large = job('large', 'A'.repeat(1300));
  const asker = { client: 'a', signal: new AbortController().signal, ms: 60_000 };
  const first = desk.attention(large, HEAD, asker);
  await settle();
  ends.get('large')!();
  await first;
  expect([...kept.keys()].sort()).toEqual([
    'large/overview',
    'large/trunk.1.0',
    'large/trunk.1.1',
    'large/trunk.1.2',
  ]);
  const other = desk.attention(large, { ...HEAD, block: 0 }, asker);
  await settle();
  expect(begun).toEqual(['large', 'large']);
  ends.get('large')!();
  expect(await other).toHaveLength(2 * 1300 ** 2);
});

it('lets a run start beside one that is twice as long, and none that is longer', async () => {
  const asked = [askFor('a', 0, 100), askFor('b', 1, 50.1), askFor('c', 2, 50)];
  await settle();
  expect(begun).toEqual(['0', '2']);
  for (const next of ['0', '2', '1']) {
    ends.get(next)!();
    await settle();
  }
  await Promise.all(asked);
});

it('starts two at once where one has left room for both', async () => {
  const asked = [askFor('a', 0, 10), askFor('b', 1, 100), askFor('c', 2, 8)];
  await settle();
  expect(begun).toEqual(['0']);
  ends.get('0')!();
  await settle();
  expect(begun).toEqual(['0', '1', '2']);
  for (const id of ['1', '2']) ends.get(id)!();
  await Promise.all(asked);
});

it('takes all the memory that there is, to the last megabyte', async () => {
  const whole = { ...job('0'), estimate: { seconds: 1, megabytes: 1000 } };
  const asker = { client: 'a', signal: new AbortController().signal, ms: 60_000 };
  taken = 1;
  const asked = desk.attention(whole, HEAD, asker);
  await vi.advanceTimersByTimeAsync(499);
  taken = 0;
  expect(begun).toEqual([]);
  await vi.advanceTimersByTimeAsync(1); // looks every half a second
  expect(begun).toEqual(['0']);
  ends.get('0')!();
  expect(await asked).toHaveLength(2 * N * N);
});

it('waits no longer than its asker says, and has it kept for the next time', async () => {
  const asked = ask('a', 0);
  let ending: unknown;
  asked.catch((error: unknown) => (ending = error));
  await vi.advanceTimersByTimeAsync(59_999);
  expect(ending).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(ending).toMatchObject({ code: 'WAIT_TIMEOUT' });
  ends.get('0')!();
  await settle();
  expect(await ask('a', 0)).toHaveLength(2 * N * N);
  expect(begun).toEqual(['0']);
});

it('has nothing for who has gone before', async () => {
  const early = ask('a', 0, AbortSignal.abort());
  await expect(early).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
});

it('goes on for one asker where another goes, before it has begun and after', async () => {
  const [first, gone, goneLate] = [ask('a', 0), new AbortController(), new AbortController()];
  const both = [ask('a', 1, gone.signal), ask('b', 1)];
  await settle();
  gone.abort();
  await expect(both[0]).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  ends.get('0')!();
  await first;
  await settle();
  const late = ask('c', 1, goneLate.signal);
  await settle();
  goneLate.abort();
  await expect(late).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  ends.get('1')!();
  expect(await both[1]).toHaveLength(2 * N * N);
  expect(begun).toEqual(['0', '1']);
});

it('joins a run that everybody had left', async () => {
  const gone = new AbortController();
  const left = ask('a', 0, gone.signal);
  await settle();
  gone.abort();
  await expect(left).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  const joined = ask('b', 0);
  await settle();
  ends.get('0')!();
  expect(await joined).toHaveLength(2 * N * N);
  expect(begun).toEqual(['0']);
});

it('begins what was given up before its turn when it is asked for again', async () => {
  const [first, gone] = [ask('a', 0), new AbortController()];
  const left = ask('a', 1, gone.signal);
  await settle();
  gone.abort();
  await expect(left).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  const again = ask('a', 1);
  ends.get('0')!();
  await first;
  await settle();
  ends.get('1')!();
  expect(await again).toHaveLength(2 * N * N);
});

it('gives what it cannot keep, and says so', async () => {
  fullDisk = new Error('no space');
  const asked = ask('a', 0);
  await settle();
  ends.get('0')!();
  expect(await asked).toHaveLength(2 * N * N);
  expect(warned).toEqual([{ err: fullDisk, job: '0' }]);
});

it('ends with the server: what waits for memory and what runs', async () => {
  const running = ask('a', 0);
  await settle();
  taken = 990;
  const waiting = askFor('b', 1, 0.001);
  const refused = [running, waiting].map((each) => each.catch((error: unknown) => error));
  await settle();
  desk.close();
  expect(await Promise.all(refused)).toMatchObject([
    { code: 'JOB_CANCELLED' },
    { code: 'SHUTTING_DOWN' },
  ]);
  expect(begun).toEqual(['0']);
});

it('leaves neither timers nor listeners behind', async () => {
  const added = vi.spyOn(EventTarget.prototype, 'addEventListener');
  const removed = vi.spyOn(EventTarget.prototype, 'removeEventListener');
  taken = 990;
  const gone = new AbortController();
  const [asked, left] = [ask('a', 0), ask('b', 0, gone.signal)];
  await vi.advanceTimersByTimeAsync(1200);
  taken = 0;
  await vi.advanceTimersByTimeAsync(1200);
  gone.abort();
  await expect(left).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  ends.get('0')!();
  await asked;
  await settle();
  expect(vi.getTimerCount()).toBe(0);
  const numOf = (spy: typeof added | typeof removed) => spy.mock.calls.filter(([type, , options]) => type === 'abort' && options === undefined).length; // prettier-ignore
  // all but the one of the model that the test made
  expect(numOf(added) - numOf(removed)).toBe(1);
  vi.restoreAllMocks();
});

it('is not asked about a model that is not here', async () => {
  const other = { ...job('0'), model: { name: 'gone', sha256: '0' } };
  const asker = { client: 'a', signal: new AbortController().signal, ms: 60_000 };
  await expect(desk.attention(other, HEAD, asker)).rejects.toThrow('a model that is not here');
});
