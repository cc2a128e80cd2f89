import { afterEach, describe, expect, it, vi } from 'vitest';
import { FoldError } from '#errors';
import type { Call } from '#server/services';
import {
  cancelInstallation,
  getModelFile,
  installModel,
  isLive,
  isReady,
  translate,
} from '#server/http/service-handlers';
import { fakeCall, type FakeResponse } from '../../helpers/fake-call.js';

vi.mock(
  'node:timers/promises',
  async () => (await import('../../helpers/faked-delay.js')).fakedDelay,
);

afterEach(() => void vi.useRealTimers());

describe('GET /health/ready', () => {
  const engine = { name: 'engine' };
  const well = {
    store: { ping: () => Promise.resolve() },
    bus: { countWorkers: () => Promise.resolve(2) },
    health: { failing: [] as string[] },
    predictors: [{}, { engine }],
    shutdown: new AbortController().signal,
  };
  const ready = async (changes: object = {}) => {
    const { call, response } = fakeCall({ services: { ...well, ...changes } });
    await isReady(call);
    return response;
  };

  it('says that all is well, and on what it computes', async () => {
    const response = await ready();
    expect(response.statusCode).toBe(200);
    expect(response.header('Cache-Control')).toBe('no-store');
    expect(response.body).toEqual({
      ...{ status: 'ok', database: 'ok', model: 'ok', workers: 2, engine },
    });
  });

  it.each([
    ['the database', { store: { ping: () => Promise.reject(new Error('away')) } }, { database: 'unavailable', workers: 2 }], // prettier-ignore
    ['all models', { health: { failing: ['a', 'b'] } }, { model: 'failing' }],
    ['its end', { shutdown: AbortSignal.abort() }, { database: 'ok', model: 'ok' }],
  ])('is not, because of %s', async (_what, changes, told) => {
    const response = await ready(changes);
    expect(response.statusCode).toBe(503);
    expect(response.body).toMatchObject({ status: 'unavailable', ...told });
  });

  it('is not without Redis, whose workers nobody can count', async () => {
    const bus = { countWorkers: () => Promise.reject(new Error('away')) };
    const response = await ready({ bus, predictors: [], health: { failing: [] } });
    expect(response.statusCode).toBe(503);
    expect(response.body).not.toHaveProperty('workers');
    expect(response.body).not.toHaveProperty('engine');
  });

  it('is as long as one model works', async () => {
    const response = await ready({ health: { failing: ['a'] } });
    expect(response.statusCode).toBe(200);
    expect(response.body).toMatchObject({ status: 'ok', model: 'failing' });
  });

  it('waits two seconds for the database', async () => {
    vi.useFakeTimers();
    const response = ready({ store: { ping: () => new Promise(() => undefined) } });
    let isAnswered = false;
    void response.then(() => (isAnswered = true));
    await vi.advanceTimersByTimeAsync(1999);
    expect(isAnswered).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await response).toMatchObject({ statusCode: 503, body: { database: 'unavailable' } });
  });
});

it('GET /health/live says that it runs', () => {
  const { call, response } = fakeCall();
  isLive(call);
  expect([response.statusCode, response.body]).toEqual([200, { status: 'ok' }]);
  expect(response.header('Cache-Control')).toBe('no-store');
});

it.each([[[]], [['{"a":1}']], [['{"a":1}', '{"b":2}', '{"c":3}']]])(
  'POST /api/v1/translate writes its records as one JSON: %j',
  async (records) => {
    const readBody = () => Promise.resolve({ records, options: {} });
    const { call, response } = fakeCall({ readBody });
    await translate(call);
    expect(response.header('Content-Type')).toBe('json');
    expect(JSON.parse(response.body as string)).toEqual({
      records: records.map((record) => JSON.parse(record) as unknown),
    });
  },
);

describe('/api/v1/models/{id}/installation', () => {
  const done: string[] = [];
  const installations = {
    isAllowed: true,
    isServed: () => false,
    isHere: () => false,
    stateOf: (name: string) =>
      name === 'alphafold2_model_1_ptm' ? { done: [...done] } : undefined,
    start: (id: string) => void done.push(`start ${id}`),
    cancel: (id: string) => Promise.resolve(void done.push(`cancel ${id}`)),
  };
  const services = { installations, predictors: [], settings: {}, templateSearch: {} };
  const id = 'alphafold2_model_1_ptm';
  afterEach(() => void done.splice(0));

  it.each([
    ['POST', (call: Call) => Promise.resolve(call).then(installModel), 202, [`start ${id}`]],
    ['DELETE', cancelInstallation, 200, [`cancel ${id}`]],
  ])('%s acts, then answers how the models stand', async (_, handler, status, expected) => {
    const { call, response } = fakeCall({ services, id });
    await handler(call);
    expect(response.statusCode).toBe(status);
    const { known } = response.body as { known: { name: string; installation?: unknown }[] };
    expect(known.find(({ name }) => name === id)?.installation).toEqual({ done: expected });
  });
});

describe('GET /api/v1/models/file', () => {
  const ask = (
    name: string,
    sendFile: (response: FakeResponse, end: (error?: Error) => void) => void,
  ) => {
    const predictors = [{ model: { name: 'm' }, files: [import.meta.filename] }];
    const settings = { SHARE_MODELS: 1 };
    const { call, response } = fakeCall({ services: { predictors, settings }, query: { model: 'm', name } }); // prettier-ignore
    const sent: unknown[] = [];
    Object.assign(response, {
      sendFile: (path: string, options: unknown, end: (error?: Error) => void) => {
        sent.push(path, options);
        sendFile(response, end);
      },
    });
    return { asked: Promise.resolve().then(() => getModelFile(call)), response, sent };
  };
  const OWN = 'service-handlers.test.ts';
  const gone = new Error('the client has gone');

  it('sends a file of a model, whatever its folder is called', async () => {
    const { asked, response, sent } = ask(OWN, (_response, end) => {
      end();
    });
    await asked;
    expect(sent).toEqual([import.meta.filename, { dotfiles: 'allow', cacheControl: false }]);
    expect(response.header('Content-Type')).toBe('application/octet-stream');
  });

  it('fails where nothing was sent, and has no answer for who has gone away', async () => {
    await expect(ask(OWN, (_response, end) => { end(gone); }).asked).rejects.toBe(gone); // prettier-ignore
    const { asked } = ask(OWN, (response, end) => {
      response.headersSent = true;
      end(gone);
    });
    await expect(asked).resolves.toBeUndefined();
    const other = ask('other', () => undefined);
    await expect(other.asked).rejects.toMatchObject({
      code: 'NOT_FOUND',
    } satisfies Partial<FoldError>);
  });
});
