import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FoldError } from '#errors';
import type { Services } from '#server/services';
import { readSettings } from '#server/settings';
import { acceptSubmissions } from '#server/jobs/accept-submissions';
import { openBus } from '#store/bus/open-bus';
import type { JobBus } from '#store/bus/job-bus';
import { openStore } from '#store/open-store';
import type { PredictionStore } from '#store/prediction-store';
import type { NewSubmission } from '#store/submission';
import { newJob, newSubmission } from '../../helpers/jobs.js';
import { temporaryFolder } from '../../helpers/services.js';

let folder: string;
let store: PredictionStore;
let bus: JobBus;
let numWoken: number;
/** What listeners were told, as `job state`. */
let told: string[];
/** What the metrics counted. */
let counted: string[];
let makeRoom: (numBytes: number) => Promise<boolean>;

beforeEach(async () => {
  folder = temporaryFolder('accept');
  store = await openStore({ dataDir: folder });
  bus = openBus();
  [numWoken, told, counted] = [0, [], []];
  makeRoom = () => Promise.resolve(false);
  bus.attend({ wake: () => numWoken++, cancel: () => undefined });
  bus.listen(({ jobId, data }) => told.push(`${jobId} ${(data as { state: string }).state}`));
});
afterEach(async () => {
  await bus.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const accept = (
  submissions: readonly NewSubmission[],
  environment: Record<string, string> = {},
  shutdown = new AbortController().signal,
) => {
  const settings = readSettings({ API_KEYS: 'a,b', ...environment });
  const metrics = { submitted: (outcome: string) => counted.push(outcome) };
  const services = { store, bus, settings, metrics, shutdown, makeRoom } as unknown as Services;
  return acceptSubmissions(services, submissions);
};
const of = (client: string, ...ids: string[]): NewSubmission[] =>
  ids.map((id) => newSubmission(`${id} of ${client}`, { client, owner: client, job: newJob(id) }));
/** A submission with an alignment and a template of so many bytes together. */
const withInputs = (client: string, id: string, numBytes: number): NewSubmission[] => {
  const half = Math.floor(numBytes / 2);
  const inputs = { alignment: new Uint8Array(half), templates: new Uint8Array(numBytes - half) };
  const job = newJob(id, inputs);
  return [newSubmission(id, { client, owner: client, job })];
};
const refusal = (code: string) => ({ code });

it('tells what begins to wait, wakes workers, and says what was new', async () => {
  const { submissions, isNew, batch } = await accept(of('a', 'x'));
  expect(submissions).toMatchObject([{ id: 'x of a', state: 'waiting' }]);
  expect([isNew, batch]).toEqual([true, undefined]);
  expect([told, numWoken, counted]).toEqual([['x waiting'], 1, ['new']]);
});

it('accepts again what is there without a new job or a wake', async () => {
  await accept(of('a', 'x'));
  const { isNew } = await accept(of('a', 'x'), { MAX_WAITING: '1' }); // nor does it take room
  expect(isNew).toBe(false);
  expect([told, numWoken, counted]).toEqual([['x waiting'], 1, ['new', 'known']]);
});

it('shares a job that another has asked for', async () => {
  await accept(of('a', 'x'));
  const { isNew } = await accept(of('b', 'x'));
  expect(isNew).toBe(true);
  expect([told, numWoken]).toEqual([['x waiting'], 1]);
});

it('makes one batch of the same submissions in the same order', async () => {
  const first = await accept(of('a', 'x', 'y'));
  const again = await accept(of('a', 'x', 'y'));
  expect(first.batch).toEqual({
    ...{ id: expect.stringMatching(/^[0-9a-f]{32}$/) as string },
    createdAt: expect.any(Number) as number,
  });
  expect(again.batch).toEqual(first.batch);
  expect((await accept(of('a', 'y', 'x'))).batch?.id).not.toBe(first.batch?.id);
});

it('lets a cancelled submission wait again', async () => {
  await accept(of('a', 'x'));
  await store.submissions.cancel('x of a');
  const { submissions, isNew } = await accept(of('a', 'x'));
  expect([submissions[0]?.state, isNew]).toEqual(['waiting', true]);
  expect(numWoken).toBe(2);
});

it('takes all or nothing where one client’s share of what waits is full, and others may go on', async () => {
  const settings = { CLIENT_WAITING: '2' };
  await accept(of('a', 'x'), settings);
  await expect(accept(of('a', 'y', 'z'), settings)).rejects.toMatchObject(refusal('CLIENT_LIMIT'));
  expect(await store.submissions.find('y of a')).toBeUndefined();
  await accept(of('b', 'y', 'z'), settings);
  await expect(accept(of('b', 'w'), { MAX_WAITING: '3' })).rejects.toMatchObject(
    refusal('QUEUE_FULL'),
  );
});

it('gives each client a quarter of the queue, where there are others', async () => {
  const settings = { MAX_WAITING: '8' };
  await accept(of('a', 'x', 'y'), settings);
  await expect(accept(of('a', 'z'), settings)).rejects.toMatchObject(refusal('CLIENT_LIMIT'));
  await accept(of('a', 'z'), { ...settings, API_KEYS: '' }); // this machine alone
});

it('bounds the space of alignments and templates that wait, for each client and all together', async () => {
  // results may take 0.8 MB of it, what waits a quarter of that, one client a quarter of this
  const settings = { STORE_MAX_MB: '1' };
  const [most, share] = [0.2 * 2 ** 20, 0.05 * 2 ** 20];
  await accept(withInputs('a', 'a1', share - 1), settings);
  await expect(accept(withInputs('a', 'a2', 2), settings)).rejects.toMatchObject(
    refusal('CLIENT_LIMIT'),
  );
  await accept(of('a', 'small'), settings); // takes no space
  for (const client of ['b', 'c', 'd']) await accept(withInputs(client, client, share), settings);
  await expect(accept(withInputs('e', 'e', 8), settings)).rejects.toMatchObject(
    refusal('QUEUE_FULL'),
  );
  await store.submissions.cancel('b');
  await accept(withInputs('e', 'e', 8), settings);
  await accept(withInputs('a', 'any', most)); // where results have no limit there is room
});

it('makes room for what is asked for where the database is full, and refuses where there is none', async () => {
  const full = new FoldError('STORE_UNAVAILABLE', 'full');
  const wanted: number[] = [];
  const submit = vi.spyOn(store.submissions, 'submit').mockRejectedValue(full);
  await expect(accept(of('a', 'x'))).rejects.toBe(full);
  expect(submit).toHaveBeenCalledTimes(1);
  makeRoom = (numBytes) => {
    wanted.push(numBytes);
    submit.mockRestore(); // there is room now
    return Promise.resolve(true);
  };
  const { submissions } = await accept(withInputs('a', 'y', 100_000));
  expect(submissions).toMatchObject([{ state: 'waiting' }]);
  expect(wanted).toEqual([100_000 + 16_384 + 32 * 10]);
});

it('does not make room where something else went wrong', async () => {
  const submit = vi.spyOn(store.submissions, 'submit');
  makeRoom = () => Promise.resolve(true);
  for (const error of [new Error('a bug'), new FoldError('STORE_NEWER', 'newer')]) {
    submit.mockRejectedValueOnce(error);
    await expect(accept(of('a', 'x'))).rejects.toBe(error);
  }
  expect(submit).toHaveBeenCalledTimes(2);
});

it('fills the queue and one client’s share to the last place', async () => {
  await accept(of('a', 'x', 'y'), { CLIENT_WAITING: '2', MAX_WAITING: '3' });
  await accept(of('b', 'z'), { CLIENT_WAITING: '2', MAX_WAITING: '3' });
  await expect(accept(of('c', 'w'), { MAX_WAITING: '3', CLIENT_WAITING: '2' })).rejects.toThrow(
    '3 predictions are already waiting',
  );
  await expect(accept(of('a', 'v'), { CLIENT_WAITING: '2' })).rejects.toThrow(
    'no more than 2 of your predictions may wait',
  );
});

it('lets each client wait for one, however short the queue', async () => {
  const settings = { MAX_WAITING: '3' }; // a quarter of it is no place
  await accept(of('a', 'x'), settings);
  await expect(accept(of('a', 'y'), settings)).rejects.toMatchObject(refusal('CLIENT_LIMIT'));
});

it('fills the space of alignments and templates to the last byte, and tells how much one client may have', async () => {
  const settings = { STORE_MAX_MB: '2' };
  const share = 0.1 * 2 ** 20;
  const most = Math.floor(share);
  await expect(accept(withInputs('a', 'a', most + 1), settings)).rejects.toThrow(
    'your waiting predictions may take 0.1 MB',
  );
  for (const client of ['a', 'b', 'c', 'd'])
    await accept(withInputs(client, client, most), settings);
  const left = 4 * Math.floor(share) - 4 * most + (Math.floor(4 * share) - 4 * most);
  if (left > 0) await accept(withInputs('e', 'e', left), settings);
  await expect(accept(withInputs('f', 'f', 1), settings)).rejects.toMatchObject(
    refusal('QUEUE_FULL'),
  );
  await accept(of('f', 'small'), settings); // what takes no space is not asked
});

it('lets four clients fill all space that there is, to the byte', async () => {
  // results may take 4 MB of it, what waits 1 MB
  const settings = { STORE_MAX_MB: '5' };
  const share = 2 ** 18;
  for (const client of ['a', 'b', 'c', 'd'])
    await accept(withInputs(client, client, share), settings);
  await expect(accept(withInputs('e', 'e', 1), settings)).rejects.toMatchObject(
    refusal('QUEUE_FULL'),
  );
  await accept(of('e', 'small'), { STORE_MAX_MB: '4' }); // takes none, though there is less by now
});

it('counts what many submissions bring together', async () => {
  const settings = { STORE_MAX_MB: '1' };
  const half = Math.floor((0.05 * 2 ** 20) / 2);
  const two = [...withInputs('a', 'a1', half), ...withInputs('a', 'a2', half + 2)];
  await expect(accept(two, settings)).rejects.toMatchObject(refusal('CLIENT_LIMIT'));
  await accept(two.slice(0, 1), settings);
});

it('accepts nothing while the server shuts down', async () => {
  const refused = accept(of('a', 'x'), {}, AbortSignal.abort());
  await expect(refused).rejects.toMatchObject(refusal('SHUTTING_DOWN'));
  expect(await store.submissions.find('x of a')).toBeUndefined();
});
