import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deleteBatch, getBatch } from '#server/http/batch-handlers';
import {
  deletePrediction,
  getNeighbours,
  getPrediction,
  listPredictions,
  submitPrediction,
} from '#server/http/prediction-handlers';
import { foldSequence } from '#server/http/fold-sequence';
import type { Handler } from '#server/services';
import { readSettings } from '#server/settings';
import { Turns } from '#server/turns';
import type { JobEvent } from '#store/bus/job-bus';
import { openStore } from '#store/open-store';
import type { PredictionStore } from '#store/prediction-store';
import { fakeCall } from '../../helpers/fake-call.js';
import { fakePredictor } from '../../helpers/fake-predictor.js';
import { newJob, newSubmission, resultOf } from '../../helpers/jobs.js';
import { temporaryFolder } from '../../helpers/services.js';

let folder: string;
let store: PredictionStore;
/** What was published and cancelled, in order. */
let told: string[];
let forgotten: string[];

beforeEach(async () => {
  folder = temporaryFolder('handlers');
  store = await openStore({ dataDir: folder });
  [told, forgotten] = [[], []];
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function answer(
  handler: Handler,
  {
    environment = {},
    hasGone = false,
    ...given
  }: Parameters<typeof fakeCall>[0] & { readonly environment?: Record<string, string>; readonly hasGone?: boolean } = {}, // prettier-ignore
) {
  const services = {
    store,
    settings: readSettings(environment),
    predictors: [fakePredictor()],
    templateSearch: { place: () => undefined },
    metrics: { submitted: () => undefined, cache: (outcome: string) => told.push(outcome) },
    shutdown: new AbortController().signal,
    turns: new Turns(2),
    makeRoom: () => Promise.resolve(false),
    events: { listen: () => () => undefined, progress: () => undefined, search: () => undefined },
    results: {
      forget: (id: string) => forgotten.push(id),
      file: (
        _submission: unknown,
        name: string,
        { onOutcome }: { onOutcome: (outcome: string) => void },
      ) => {
        // prettier-ignore
        onOutcome('miss');
        return Promise.resolve({ bytes: new TextEncoder().encode(name) });
      },
    },
    bus: {
      wake: () => told.push('wake'),
      cancel: (id: string) => told.push(`cancel ${id}`),
      publish: ({ jobId, data }: JobEvent) => {
        const { kind, state } = data as { kind: string; state?: string };
        told.push(`${jobId} ${state ?? kind}`);
      },
    },
  };
  const { call, response } = fakeCall({ ...given, services });
  response.destroyed = hasGone; // then nobody waits
  await handler(call);
  return response;
}

/** Submits and, where it is wanted, completes. */
async function asked(
  id: string,
  { owner = '', job = newJob(`job of ${id}`), isDone = false } = {},
) {
  await store.submissions.submit([newSubmission(id, { owner, client: 'c', job })]);
  if (!isDone) return;
  await store.runs.claim({ token: id, leaseMs: 60_000, models: [job.model.sha256] });
  await store.runs.complete({ id: job.id, token: id }, await resultOf(job));
}
const protein = (sequence: string, name = 'p') =>
  JSON.stringify({
    ...{ name, title: name, kind: 'protein', warnings: [] },
    chains: [{ id: 'A', sequence }],
  });
const reading = (...sequences: string[]) => ({
  readBody: () => Promise.resolve({ options: {}, records: sequences.map((one, i) => protein(one, `p${i}`)) }) as never, // prettier-ignore
});

describe('POST /api/v1/predictions', () => {
  it('answers 202 where something begins, 200 where it is known', async () => {
    const first = await answer(submitPrediction, reading('MKV'));
    const { id, status } = first.body as { id: string; status: string };
    expect([first.statusCode, status]).toEqual([202, 'waiting']);
    expect(first.header('location')).toBe(`/api/v1/predictions/${id}`);
    expect(first.header('preference-applied')).toBeUndefined();
    const again = await answer(submitPrediction, reading('MKV'));
    expect([again.statusCode, (again.body as { id: string }).id]).toEqual([200, id]);
  });

  it('answers several records with a batch', async () => {
    const response = await answer(submitPrediction, reading('MKV', 'MKW'));
    expect(response.statusCode).toBe(202);
    const { id, predictions } = response.body as { id: string; predictions: unknown[] };
    expect(response.header('location')).toBe(`/api/v1/batches/${id}`);
    expect(predictions).toMatchObject([{ name: 'p0' }, { name: 'p1' }]);
    expect((await answer(submitPrediction, reading('MKV', 'MKW'))).statusCode).toBe(200);
  });

  it.each([
    ['wait=7', 'wait=7'],
    ['respond-async, wait=7', 'wait=7'],
    ['respond-async;WAIT = "8"', 'wait=8'],
    ['wait=60', 'wait=60'],
    ['wait=61', 'wait=60'],
    ['wait=0', undefined],
    ['nowait=5', undefined],
    ['wait', undefined],
  ])('waits as the client prefers: %s', async (prefer, applied) => {
    const response = await answer(submitPrediction, { ...reading('MKV'), headers: { prefer }, hasGone: true }); // prettier-ignore
    expect(response.header('preference-applied')).toBe(applied);
    expect(response.statusCode).toBe(202);
  });

  it('waits for the whole of a batch together', async () => {
    const began = performance.now();
    const response = await answer(submitPrediction, {
      ...reading('MKV', 'MKW', 'MKY'),
      headers: { prefer: 'wait=1' },
    });
    expect(response.header('preference-applied')).toBe('wait=1');
    expect(performance.now() - began).toBeGreaterThanOrEqual(990);
    expect(response.body).toMatchObject({ counts: { waiting: 3 } });
  });
});

describe('GET /api/v1/predictions', () => {
  const list = async (query: object, caller = {}) => {
    const { body } = await answer(listPredictions, { query, caller });
    return body as { predictions: { id: string }[]; next?: number };
  };
  const idsOf = ({ predictions }: { predictions: { id: string }[] }) =>
    predictions.map(({ id }) => id);

  it('gives pages, and the next where there is one', async () => {
    for (const id of ['a', 'b', 'c']) await asked(id);
    const first = await list({ limit: 2 });
    expect(idsOf(first)).toEqual(['c', 'b']);
    const second = await list({ limit: 2, cursor: first.next });
    expect(idsOf(second)).toEqual(['a']);
    expect(second).not.toHaveProperty('next');
    expect(await list({ limit: 3 })).not.toHaveProperty('next');
    const { next } = await list({ limit: 1 });
    expect(idsOf(await list({ limit: 1, cursor: next }))).toEqual(['b']);
  });

  it('asks the store for a page and one more, and for nothing that was not asked', async () => {
    const listed = vi.spyOn(store.submissions, 'list');
    await list({ limit: 2 });
    await list({ limit: 5, status: 'failed', cursor: 7 }, { listed: 'me' });
    expect(listed.mock.calls.flat()).toStrictEqual([
      { owner: '', limit: 3 },
      { owner: 'me', limit: 6, state: 'failed', before: 7 },
    ]);
  });

  it('gives those of the caller in the state that is asked for, and none to who has no list', async () => {
    await asked('a', { isDone: true });
    await asked('b');
    await asked('c', { owner: 'other' });
    expect(idsOf(await list({ limit: 5, status: 'completed' }))).toEqual(['a']);
    expect(idsOf(await list({ limit: 5 }, { listed: 'other' }))).toEqual(['c']);
    expect(await list({ limit: 5 }, { listed: undefined })).toEqual({ predictions: [] });
  });
});

describe('GET /api/v1/predictions/{id}', () => {
  it('shows what everybody may see who knows the id, but with keys its owner alone', async () => {
    await asked('a', { owner: 'me' });
    const show = (owner: string, API_KEYS = '') =>
      answer(getPrediction, { id: 'a', caller: { owner }, environment: { API_KEYS } });
    const response = await show('other');
    expect(response.body).toMatchObject({ id: 'a', isOwn: false, position: 0 });
    expect(response.header('cache-control')).toBe('no-store');
    expect((await show('me', 'key')).body).toMatchObject({ isOwn: true });
    await expect(show('other', 'key')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(answer(getPrediction, { id: 'b' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('DELETE /api/v1/predictions/{id}', () => {
  it('cancels what has not finished, and says so', async () => {
    await asked('a');
    const response = await answer(deletePrediction, { id: 'a' });
    expect([response.statusCode, response.body]).toMatchObject([200, { status: 'cancelled' }]);
    expect(told).toEqual(['cancel job of a', 'job of a cancelled']);
    expect(forgotten).toEqual([]);
  });

  it('leaves a job to others who asked for it', async () => {
    const job = newJob('shared');
    await asked('a', { job });
    await asked('b', { job, owner: 'other' });
    await answer(deletePrediction, { id: 'a' });
    expect(told).toEqual(['shared left']);
    expect(await store.submissions.find('b')).toMatchObject({ state: 'waiting' });
  });

  it('deletes what has finished, and forgets its files', async () => {
    await asked('a', { isDone: true });
    expect((await answer(deletePrediction, { id: 'a' })).statusCode).toBe(204);
    expect(forgotten).toEqual(['a']);
    expect(told).toEqual([]);
    expect(await store.submissions.find('a')).toBeUndefined();
  });

  it('is refused to others', async () => {
    await asked('a', { owner: 'me' });
    const by = (owner: string) => answer(deletePrediction, { id: 'a', caller: { owner } });
    for (const owner of ['other', ''])
      await expect(by(owner)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect((await by('me')).statusCode).toBe(200);
  });
});

describe('GET /api/v1/predictions/{id}/neighbours', () => {
  it('names the nearest of the caller’s own, with six digits', async () => {
    const of = (id: string, sequence: string) =>
      asked(id, {
        isDone: true,
        job: newJob(`job of ${id}`, { request: { chains: [{ id: 'A', sequence }], numRecycles: 2 } }), // prettier-ignore
      });
    await of('a', 'MKTAYIAKQRQISFVK');
    await of('b', 'MKTAYIAKQRQISFVW');
    await of('c', 'MKTAYIAKQRWWWWWW');
    const ask = async (limit: number, caller = {}) => {
      const { body } = await answer(getNeighbours, { id: 'a', query: { limit }, caller });
      return (body as { neighbours: { similarity: number; prediction: { id: string } }[] }).neighbours; // prettier-ignore
    };
    const found = await ask(5);
    expect(found.map(({ prediction }) => prediction.id)).toEqual(['b', 'c']);
    for (const { similarity } of found) expect(similarity).toBe(Number(similarity.toFixed(6)));
    expect(await ask(1)).toHaveLength(1);
    expect(await ask(5, { listed: undefined })).toEqual([]);
    await asked('d');
    const early = answer(getNeighbours, { id: 'd', query: { limit: 1 } });
    await expect(early).rejects.toMatchObject({ code: 'JOB_UNFINISHED' });
  });
});

describe('a batch', () => {
  const members = ['a', 'b'];
  const submitBatch = async (owner = '') => {
    const submissions = members.map((id) =>
      newSubmission(id, { owner, job: newJob(`job of ${id}`) }),
    );
    await store.submissions.submit(submissions, { id: 'batch', owner, members });
  };
  const complete = async (id: string) => {
    const job = newJob(`job of ${id}`);
    await store.runs.claim({ token: id, leaseMs: 60_000, models: [job.model.sha256] });
    await store.runs.complete({ id: job.id, token: id }, await resultOf(job));
  };

  it('shows its members in their order', async () => {
    await submitBatch();
    const response = await answer(getBatch, { id: 'batch' });
    expect(response.body).toMatchObject({ predictions: [{ id: 'a' }, { id: 'b' }] });
    expect(response.header('cache-control')).toBe('no-store');
    await expect(answer(getBatch, { id: 'other' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is cancelled as long as one of it has not finished, then deleted', async () => {
    await submitBatch();
    await complete('a');
    const response = await answer(deleteBatch, { id: 'batch' });
    expect(response.body).toMatchObject({ counts: { completed: 1, cancelled: 1 } });
    expect(told).toEqual(['cancel job of b', 'job of b cancelled']);
    expect((await answer(deleteBatch, { id: 'batch' })).statusCode).toBe(204);
    expect(forgotten).toEqual(members);
    expect(await store.submissions.findBatch('batch')).toBeUndefined();
  });

  it('is its owner’s', async () => {
    await submitBatch('me');
    const keyed = { id: 'batch', environment: { API_KEYS: 'key' } };
    await expect(answer(getBatch, keyed)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(answer(getBatch, { ...keyed, caller: { owner: 'me' } })).resolves.toBeDefined();
    await expect(answer(getBatch, { id: 'batch' })).resolves.toBeDefined();
    await expect(answer(deleteBatch, { id: 'batch' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('POST /foldSequence/v1/pdb/', () => {
  it('gives the structure once it is there, and says where it is until then', async () => {
    const unfinished = answer(foldSequence, { ...reading('MKV'), hasGone: true });
    await expect(unfinished).rejects.toMatchObject({
      ...{ code: 'WAIT_TIMEOUT', message: 'the prediction is still waiting' },
    });
    const claimed = await store.runs.claim({ token: 't', leaseMs: 60_000, models: ['f'.repeat(64)] }); // prettier-ignore
    await store.runs.complete({ id: claimed!.job.id, token: 't' }, await resultOf(claimed!.job));
    const response = await answer(foldSequence, reading('MKV'));
    expect(new TextDecoder().decode(response.sent!.bytes)).toBe('structure.pdb');
    expect(response.header('content-type')).toBe('chemical/x-pdb');
    expect(response.header('location')).toMatch(/^\/api\/v1\/predictions\/[0-9a-f]{32}$/);
    expect(told.at(-1)).toBe('miss');
  });

  it('takes one sequence of a form that PDB can hold, and tells of a failure', async () => {
    const many = answer(foldSequence, reading('MKV', 'MKW'));
    await expect(many).rejects.toMatchObject({ code: 'BATCH_TOO_LARGE' });
    const chains = Array.from({ length: 63 }, () => ({ id: 'A', sequence: 'M' }));
    const record = JSON.stringify({ name: 'p', title: 'p', kind: 'protein', warnings: [], chains });
    const readBody = () => Promise.resolve({ options: {}, records: [record] }) as never;
    await expect(answer(foldSequence, { readBody })).rejects.toMatchObject({
      code: 'STRUCTURE_UNWRITABLE',
    });
    await expect(answer(foldSequence, { ...reading('MKV'), hasGone: true })).rejects.toThrow();
    const claimed = await store.runs.claim({ token: 't', leaseMs: 60_000, models: ['f'.repeat(64)] }); // prettier-ignore
    await store.runs.fail({ id: claimed!.job.id, token: 't' }, { code: 'X', detail: 'bad luck' });
    // asked for again, it waits again
    await expect(answer(foldSequence, { ...reading('MKV'), hasGone: true })).rejects.toMatchObject({
      code: 'WAIT_TIMEOUT',
    });
  });
});
