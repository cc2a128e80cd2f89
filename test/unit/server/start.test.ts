/** @file What a server and a worker are put together from, and in which order they begin and end; the parts are fakes. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getEventListeners } from 'node:events';
import type { Logger } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Predictor } from '#predict/prediction';
import type { Services } from '#server/services';
import { startServer } from '#server/server';
import { readSettings } from '#server/settings';
import { startWorker } from '#server/worker';
import { fakePredictor } from '../../helpers/fake-predictor.js';

interface Made {
  /** What happened, in order. */
  log: string[];
  /** What each part was given. */
  given: Record<string, never>;
  /** Memory in MB that predictions take. */
  taken: number;
}
const made = vi.hoisted((): Made => ({ log: [], given: {}, taken: 0 }));
/** A part that notes what it is given and what is asked of it. */
const part = vi.hoisted(() => (name: string, methods: readonly string[], more: object = {}) => {
  const note = (what: string) => () => {
    made.log.push(`${name} ${what}`);
    return Promise.resolve();
  };
  return function (this: object, ...given: unknown[]): void {
    made.given[name] = given as never;
    for (const method of methods) Object.assign(this, { [method]: note(method) });
    Object.defineProperties(this, Object.getOwnPropertyDescriptors(more));
  };
});
vi.mock('#server/http/app', () => ({
  createApp: (services: Services) => {
    made.given['app'] = services as never;
    return (_request: unknown, response: { end: (text: string) => void }) => {
      response.end('hello');
    };
  },
}));
vi.mock('#server/open-store-and-bus', () => ({
  openStoreAndBus: () =>
    Promise.resolve({
      store: {
        runs: {
          recover: (evenLeased: boolean) => Promise.resolve(made.log.push(`recover ${evenLeased}`)),
        },
        close: () => Promise.resolve(made.log.push('store close')),
      },
      bus: {
        wake: () => made.log.push('wake'),
        close: () => Promise.resolve(made.log.push('bus close')),
      },
    }),
}));
vi.mock('#server/jobs/job-runner', () => ({
  JobRunner: part('runner', ['start', 'drain'], {
    get megabytes() {
      return made.taken;
    },
  }),
}));
vi.mock('#server/jobs/refuse-other-models', () => ({
  refuseOtherModels: () => Promise.resolve(made.log.push('refuse other models')),
}));
vi.mock('#server/helper-process', () => ({
  helperProcess: ({ entry }: { entry: string }) => ({
    close: () => Promise.resolve(made.log.push(`${entry} close`)),
  }),
}));
vi.mock('#server/metrics', () => ({ Metrics: part('metrics', []) }));
vi.mock('#server/jobs/model-health', () => ({ ModelHealth: part('health', ['close']) }));
vi.mock('#server/jobs/event-log', () => ({ EventLog: part('events', ['close']) }));
vi.mock('#server/jobs/retention', () => ({
  Retention: part('retention', ['start', 'close'], {
    makeRoom: (numBytes: number) => Promise.resolve(numBytes < 10),
  }),
}));
vi.mock('#server/results/attention-desk', () => ({
  AttentionDesk: part('attention', ['close'], { takeTurn: () => 'a turn' }),
}));
vi.mock('#server/results/result-files', () => ({ ResultFiles: part('results', []) }));
vi.mock('#server/results/outbox', () => ({ Outbox: part('outbox', []) }));
vi.mock('#server/http/request-reader', () => ({ RequestReader: part('reader', ['close']) }));
vi.mock('#server/mutants/mutant-scores', () => ({ MutantScores: part('mutants', ['close']) }));
vi.mock('#server/models/installations', () => ({
  Installations: part('installations', ['close'], { isHere: (name: string) => name === 'here' }),
}));
vi.mock('#server/templates/template-search', () => ({
  TemplateSearch: {
    open: () => Promise.resolve({ close: () => Promise.resolve(made.log.push('templates close')) }),
  },
}));

const log = {
  info: (what: string | object) =>
    made.log.push(`log ${typeof what === 'string' ? what : Object.keys(what).join()}`),
} as unknown as Logger;
const predictor = (name: string): Predictor => ({
  ...fakePredictor({ name }),
  close: () => Promise.resolve(void made.log.push(`${name} close`)),
});
const openModel = () => Promise.resolve(predictor('new'));
const REDIS = { REDIS_URL: 'redis://localhost', DATABASE_URL: 'postgres://localhost/x' };
const closing: (() => Promise<void>)[] = [];
const start = async (environment: Record<string, string> = {}) => {
  const settings = readSettings({ PORT: '0', MEMORY_LIMIT_MB: '100', ...environment });
  const server = await startServer(settings, [predictor('a'), predictor('b')], { log, openModel });
  closing.push(() => server.close());
  return server;
};
/** What the app was given, and the only argument of another part. */
const services = () => made.given['app'] as unknown as Services;
const settingsOf = (name: string) => (made.given[name] as unknown as [Record<string, unknown>])[0];
const [PARTS, STORES] = [
  ['results/file-process close', 'reader close', 'templates close', 'mutants close'],
  ['retention close', 'bus close', 'store close', 'a close', 'b close'],
];

beforeEach(() => {
  [made.log, made.given, made.taken] = [[], {}, 0];
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close().catch(() => undefined);
});

describe('a server', () => {
  it('takes back what an earlier one left, then begins to work', async () => {
    const { url } = await start();
    expect(made.log).toEqual([
      ...['recover true', 'refuse other models', 'retention start', 'runner start', 'log url'],
    ]);
    expect(await (await fetch(url)).text()).toBe('hello');
  });

  it('ends its runs, then what its runs need, and lets nobody keep it', async () => {
    const server = await start();
    const { url } = server;
    await (await fetch(url)).text(); // the connection stays open
    const { shutdown } = services();
    made.log = [];
    const closed = server.close();
    expect(shutdown.reason).toMatchObject({ code: 'SHUTTING_DOWN' });
    await closed;
    expect(made.log).toEqual([
      ...['runner drain', 'installations close', 'health close', 'events close'],
      ...PARTS,
      ...['attention close', ...STORES, 'log closed'],
    ]);
    await expect(fetch(url)).rejects.toThrow();
    closing.pop();
  });

  it('closes what it has opened where its port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(start({ PORT: String(port) })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(made.log).toEqual(
      expect.arrayContaining(['health close', 'events close', ...PARTS, 'attention close', ...STORES]), // prettier-ignore
    );
    expect(made.log).not.toContain('runner start');
    other.close();
  });

  it('runs nothing itself where workers do', async () => {
    await start(REDIS);
    expect(made.log).toEqual(['recover false', 'retention start', 'log url']);
    expect(made.given).not.toHaveProperty('runner');
    expect(settingsOf('installations')['open']).toBeUndefined();
    made.taken = 30;
    expect((settingsOf('attention')['taken'] as () => number)()).toBe(0);
    expect((settingsOf('mutants')['room'] as () => number)()).toBe(100);
  });

  it('shares memory and turns between predictions, attention and mutants', async () => {
    await start({ CONCURRENCY: '3' });
    made.taken = 30;
    const attention = settingsOf('attention') as { budget: number; taken: () => number; onTurnOver: () => void }; // prettier-ignore
    expect([attention.budget, attention.taken()]).toEqual([300, 30]);
    const mutants = settingsOf('mutants') as { room: () => number; isHere: (name: string) => boolean }; // prettier-ignore
    expect(mutants.room()).toBe(270);
    expect([mutants.isHere('here'), mutants.isHere('away')]).toEqual([true, false]);
    made.log = [];
    attention.onTurnOver();
    expect(made.log).toEqual(['wake']);
    const runner = settingsOf('runner') as {
      takeTurn: () => unknown;
      makeRoom: (numBytes: number) => Promise<boolean>;
    };
    expect(runner.takeTurn()).toBe('a turn');
    expect([await runner.makeRoom(9), await runner.makeRoom(10)]).toEqual([true, false]);
  });

  it.each([
    [{}, true],
    [{ INSTALL_MODELS: '0' }, false],
    [{ TRUST_PROXY: '1' }, false],
    [{ TRUST_PROXY: '1', INSTALL_MODELS: '1' }, true],
  ])('with %j lets callers install models: %s', async (environment, isAllowed) => {
    await start(environment);
    expect(settingsOf('installations')).toMatchObject({ isAllowed, open: openModel });
  });

  it('adds models that are installed to its own list, not to the one it was given', async () => {
    await start();
    const { predictors } = services();
    expect(settingsOf('installations')['predictors']).toBe(predictors);
    expect(predictors.map(({ model }) => model.name)).toEqual(['a', 'b']);
    (settingsOf('installations')['predictors'] as Predictor[]).push(predictor('c'));
    await closing.pop()!();
    expect(made.log).toContain('c close');
  });

  it('has as many streams as there are clients, without a warning', async () => {
    const warned = vi.fn();
    process.on('warning', warned);
    await start();
    const { shutdown } = services();
    for (let i = 0; i < 20; i++) shutdown.addEventListener('abort', () => undefined);
    expect(getEventListeners(shutdown, 'abort')).toHaveLength(20);
    await new Promise(setImmediate); // warnings come later
    process.off('warning', warned);
    expect(warned).not.toHaveBeenCalled();
  });
});

describe('a worker', () => {
  it('takes jobs until it is closed, and then closes what it has opened', async () => {
    const worker = await startWorker(readSettings(REDIS), [predictor('a'), predictor('b')], log);
    expect(made.log).toEqual(['runner start', 'log taking jobs']);
    made.log = [];
    await worker.close();
    expect(made.log).toEqual([
      ...['health close', 'runner drain', 'templates close', 'bus close', 'store close'],
      ...['a close', 'b close', 'log closed'],
    ]);
  });

  it('needs a queue that it shares', async () => {
    await expect(startWorker(readSettings({}), [], log)).rejects.toMatchObject({
      ...{ code: 'CONFIG_INVALID', message: 'a worker needs DATABASE_URL and REDIS_URL' },
    });
    expect(made.log).toEqual([]);
  });
});
