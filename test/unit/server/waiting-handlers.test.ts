/** @file How long handlers wait for predictions, and what they say when these end; the wait itself is the test's. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { FoldError } from '#errors';
import { foldSequence } from '#server/http/fold-sequence';
import { getNeighbours, submitPrediction } from '#server/http/prediction-handlers';
import type { Handler } from '#server/services';
import { readSettings } from '#server/settings';
import type { NewSubmission, SubmissionRecord } from '#store/submission';
import { fakeCall } from '../../helpers/fake-call.js';
import { fakePredictor } from '../../helpers/fake-predictor.js';
import { fakeResults } from '../../helpers/fake-results.js';
import { submissionRecord } from '../../helpers/jobs.js';

const waits = vi.hoisted(() => ({
  ms: [] as number[],
  end: (submission: unknown): unknown => submission,
}));
vi.mock('#server/jobs/wait-for-submission', async (original) => ({
  ...(await original<object>()),
  waitForSubmission: (_services: unknown, submission: unknown, { ms }: { ms: number }) => {
    waits.ms.push(ms);
    return Promise.resolve(waits.end(submission));
  },
}));
/** What was accepted, as it waits. */
vi.mock('#server/jobs/accept-submissions', () => ({
  acceptSubmissions: (_services: unknown, wanted: readonly NewSubmission[]) =>
    Promise.resolve({
      isNew: true,
      submissions: wanted.map(({ id }) => submissionRecord('waiting', { id })),
      ...(wanted.length > 1 ? { batch: { id: 'batch', createdAt: 0, owner: '' } } : {}),
    }),
}));

/** Clients that took a turn, and what else was told. */
let turns: string[];
let told: unknown[];
beforeEach(() => {
  [turns, told, waits.ms] = [[], [], []];
  waits.end = (submission) => submission;
});

function answer(
  handler: Handler,
  { sequences = ['MKV'], services = {}, ...given }: Parameters<typeof fakeCall>[0] & { readonly sequences?: readonly string[] } = {}, // prettier-ignore
) {
  const records = sequences.map((sequence, i) =>
    JSON.stringify({
      ...{ name: `p${i}`, title: 'p', kind: 'protein', warnings: [] },
      chains: [{ id: 'A', sequence }],
    }),
  );
  const { call, response } = fakeCall({
    readBody: (options) => {
      told.push(options);
      return Promise.resolve({ options: {}, records });
    },
    ...given,
    services: {
      settings: readSettings({ FOLD_WAIT_SECONDS: '7', MAX_WAIT_SECONDS: '30' }),
      predictors: [fakePredictor()],
      templateSearch: { place: () => undefined },
      metrics: { cache: (outcome: string) => told.push(outcome) },
      store: { runs: { countBefore: () => Promise.resolve(0) } },
      turns: {
        run: (client: string, work: () => unknown) => {
          turns.push(client);
          return work();
        },
      },
      results: fakeResults({ bytes: Uint8Array.of(1) }),
      ...services,
    },
  });
  const done = Promise.resolve(handler(call));
  return { done, response };
}
const ended =
  (state: SubmissionRecord['state'], job = {}) =>
  () =>
    submissionRecord(state, { job });

describe('POST /foldSequence/v1/pdb/', () => {
  it('waits as long as the settings say, then tells where the prediction is', async () => {
    const { done, response } = answer(foldSequence);
    const error = (await done.catch((each: unknown) => each)) as FoldError;
    const path = response.header('location')!;
    expect(path).toMatch(/^\/api\/v1\/predictions\/\w+$/);
    expect([error.code, error.hint]).toEqual(['WAIT_TIMEOUT', `ask for ${path} later`]);
    expect(waits.ms).toEqual([7000]);
    expect(told).toEqual([{ type: 'protein' }]);
  });

  it('sends the structure to who asked', async () => {
    waits.end = ended('completed');
    const { done, response } = answer(foldSequence);
    await done;
    expect(response.sent).toEqual({ bytes: Uint8Array.of(1), client: 'c' });
    expect(told.at(-1)).toBe('structure.pdb for c');
  });

  it.each([
    ['failed', { error: { code: 'X', detail: 'bad luck' } }, 'the prediction failed: bad luck'],
    ['cancelled', {}, 'the prediction was cancelled'],
  ] as const)('tells of a prediction that has %s', async (state, job, message) => {
    waits.end = ended(state, job);
    const { done, response } = answer(foldSequence);
    await expect(done).rejects.toThrow(message);
    expect(response.sent).toBeUndefined();
  });
});

describe('POST /api/v1/predictions', () => {
  it('waits for all of a batch by one clock', async () => {
    const sequences = ['MKV', 'MKW', 'MKY'];
    const { done } = answer(submitPrediction, { sequences, headers: { prefer: 'wait=5' } });
    await done;
    expect(waits.ms).toHaveLength(3);
    for (const ms of waits.ms) {
      expect(ms).toBeLessThanOrEqual(5000);
      expect(ms).toBeGreaterThan(0);
    }
    expect(waits.ms).toEqual(waits.ms.toSorted((a, b) => b - a));
  });

  it('does not wait where nobody wants it to', async () => {
    for (const prefer of ['', 'respond-async', 'wait=0']) {
      const { done, response } = answer(submitPrediction, { headers: { prefer } });
      await done;
      expect([response.statusCode, response.header('preference-applied')]).toEqual([
        202,
        undefined,
      ]);
    }
    expect(waits.ms).toEqual([]);
  });

  it('is answered 200 where all have ended meanwhile, else 202', async () => {
    const states = ['completed', 'failed'] as const;
    const status = async (): Promise<number> => {
      let next = 0;
      waits.end = () => submissionRecord(ends[next++]!);
      const headers = { prefer: 'wait=5' };
      const { done, response } = answer(submitPrediction, { sequences: ['MKV', 'MKW'], headers }); // prettier-ignore
      await done;
      return response.statusCode;
    };
    let ends: readonly SubmissionRecord['state'][] = states;
    expect(await status()).toBe(200);
    ends = ['completed', 'active'];
    expect(await status()).toBe(202);
  });

  it('takes a turn of its client where there are several records', async () => {
    await answer(submitPrediction).done;
    expect(turns).toEqual([]);
    await answer(submitPrediction, { sequences: ['MKV', 'MKW'] }).done;
    expect(turns).toEqual(['c']);
  });
});

it('GET /api/v1/predictions/{id}/neighbours tells how alike they are in six digits', async () => {
  const asked: unknown[] = [];
  const submissions = {
    find: () => Promise.resolve(submissionRecord('completed')),
    neighbours: (job: { id: string }, owner: string, limit: number) => {
      asked.push([job.id, owner, limit]);
      return Promise.resolve([{ submission: submissionRecord('completed'), similarity: 2 / 3 }]);
    },
  };
  const { done, response } = answer(getNeighbours, {
    ...{ query: { limit: 4 }, caller: { listed: 'me' } },
    services: { store: { submissions }, settings: readSettings({}) },
  });
  await done;
  expect(response.body).toMatchObject({ neighbours: [{ similarity: 0.666667 }] });
  expect([asked, turns]).toEqual([[['job', 'me', 4]], ['c']]);
  expect(response.header('cache-control')).toBe('no-store');
});
