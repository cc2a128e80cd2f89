import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Logger } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FoldError } from '#errors';
import type { Predictor } from '#predict/prediction';
import { makeLogger } from '#server/logger';
import { Installations, type InstallationsServices } from '#server/models/installations';
import { fakePredictor } from '../../helpers/fake-predictor.js';

const NAME = 'esmfold_v1';
const log = makeLogger('silent', 'test');
const defaultModel = () => fakePredictor({ name: 'codonfold-small' });

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'codonfold-installations-'));
  vi.stubEnv('CODONFOLD_CACHE', cache);
  vi.stubEnv('HF_HOME', cache);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true });
});

function installations(services: Partial<InstallationsServices> = {}): {
  readonly all: Installations;
  readonly predictors: Predictor[];
} {
  const predictors = [defaultModel()];
  const open = (name: string): Promise<Predictor> => Promise.resolve(fakePredictor({ name }));
  return {
    all: new Installations({ predictors, open, isAllowed: true, log, ...services }),
    predictors,
  };
}

it('looks for models on the disk once in a while and after an installation, not whenever it is asked', async () => {
  let numLooks = 0;
  const here = new Set<string>();
  const { all } = installations({
    isUsable: ({ name }) => {
      numLooks += Number(name === NAME);
      return here.has(name);
    },
    pull: ({ name }) => Promise.resolve(here.add(name)),
  });
  for (let i = 0; i < 10; i++) expect(all.isHere(NAME)).toBe(false);
  expect(numLooks).toBe(1);
  all.start(NAME);
  await expect.poll(() => all.isServed(NAME)).toBe(true);
  numLooks = 0;
  for (let i = 0; i < 10; i++) expect(all.isHere(NAME)).toBe(true);
  expect(numLooks).toBe(1);
});

describe('an installation', () => {
  it('tells how far it is, and serves the model at its end', async () => {
    let finish = (): void => undefined;
    const { all, predictors } = installations({
      pull: (_model, { onProgress }) => {
        onProgress!({ file: 'model.bin', fileNumber: 2, numFiles: 3, received: 5, total: 9 });
        return new Promise<void>((resolve) => (finish = resolve));
      },
    });
    all.start('esmfold');
    await expect
      .poll(() => all.stateOf(NAME))
      .toEqual({
        ...{ status: 'downloading', file: 'model.bin', fileNumber: 2, numFiles: 3 },
        ...{ received: 5, total: 9 },
      });
    finish();
    await expect.poll(() => all.isServed(NAME)).toBe(true);
    expect(all.stateOf(NAME)).toBeUndefined();
    expect(predictors.map(({ model }) => model.name)).toEqual(['codonfold-small', NAME]);
  });

  it('is begun once, however often it is asked for, and never of a model that is served', async () => {
    const pull = vi.fn(() => new Promise(() => undefined));
    const { all } = installations({ pull });
    all.start(NAME);
    all.start('esmfold');
    all.start('codonfold-small');
    await expect.poll(() => pull.mock.calls.length).toBe(1);
    expect(all.stateOf('codonfold-small')).toBeUndefined();
  });

  it('stops when it is cancelled, and can be begun again', async () => {
    const pull = vi.fn(
      (_model: unknown, { signal }: { signal?: AbortSignal | undefined }) =>
        new Promise((_resolve, reject) => {
          signal!.addEventListener('abort', () => {
            reject(signal!.reason as Error);
          });
        }),
    );
    const { all, predictors } = installations({ pull });
    all.start(NAME);
    await expect.poll(() => pull.mock.calls.length).toBe(1);
    await all.cancel(NAME);
    expect(all.stateOf(NAME)).toEqual({ status: 'cancelled' });
    all.start(NAME);
    await expect.poll(() => pull.mock.calls.length).toBe(2);
    await all.close();
    expect(predictors).toHaveLength(1);
  });

  it('of a language model fetches it, and serves nothing', async () => {
    const language = 'esm2_t6_8M_UR50D';
    const here = new Set<string>();
    const pull = vi.fn(({ name }: { readonly name: string }) => Promise.resolve(here.add(name)));
    const { all, predictors } = installations({ pull, isUsable: ({ name }) => here.has(name) });
    all.start(language);
    await expect.poll(() => all.isHere(language)).toBe(true);
    expect(all.stateOf(language)).toBeUndefined();
    all.start(language);
    expect(pull).toHaveBeenCalledTimes(1);
    expect(predictors).toHaveLength(1);
  });

  it('says why it failed', async () => {
    const { all } = installations({
      pull: () => Promise.reject(new FoldError('DOWNLOAD_FAILED', 'no network', { hint: 'wait' })),
    });
    all.start(NAME);
    await expect.poll(() => all.stateOf(NAME)?.status).toBe('failed');
    expect(all.stateOf(NAME)!.error).toEqual({
      ...{ code: 'DOWNLOAD_FAILED', detail: 'no network', hint: 'wait' },
    });
  });

  it('is logged, whether it succeeded or failed, and not where it was cancelled', async () => {
    const logged: string[] = [];
    const note = ({ model }: { model: string }, what: string) => logged.push(`${what} ${model}`);
    const fakeLog = { info: note, warn: note } as unknown as Logger;
    const { all } = installations({ log: fakeLog, pull: () => Promise.resolve() });
    all.start(NAME);
    await expect.poll(() => logged).toEqual([`installed ${NAME}`]);
    const failing = installations({ log: fakeLog, pull: () => Promise.reject(new Error('away')) });
    failing.all.start(NAME);
    await expect.poll(() => logged.slice(1)).toEqual([`not installed ${NAME}`]);
    const waiting = installations({
      log: fakeLog,
      pull: async (_model, { signal }) => {
        while (!signal!.aborted) await setImmediate();
        throw new Error('stopped');
      },
    });
    waiting.all.start(NAME);
    await waiting.all.cancel(NAME);
    expect(waiting.all.stateOf(NAME)).toEqual({ status: 'cancelled' });
    expect(logged).toHaveLength(2);
  });

  it('tells what is checked, and files whose length nobody knows', async () => {
    let finish = (): void => undefined;
    let tellsCheck = (): void => undefined;
    const { all } = installations({
      pull: (_model, { onProgress, onCheck }) => {
        onProgress!({ file: 'a', fileNumber: 1, numFiles: 1, received: 5, total: undefined });
        tellsCheck = () => {
          onCheck!(0.25);
        };
        return new Promise<void>((resolve) => (finish = resolve));
      },
    });
    all.start(NAME);
    await expect.poll(() => all.stateOf(NAME)?.file).toBe('a');
    expect(all.stateOf(NAME)).toStrictEqual({
      ...{ status: 'downloading', file: 'a', fileNumber: 1, numFiles: 1, received: 5 },
    });
    tellsCheck();
    expect(all.stateOf(NAME)).toEqual({ status: 'checking', received: 0.25, total: 1 });
    all.start(NAME); // is on its way
    expect(all.stateOf(NAME)?.status).toBe('checking');
    finish();
    await expect.poll(() => all.isServed(NAME)).toBe(true);
  });

  it('fetches nothing that is on the disk, and serves nothing that was cancelled meanwhile', async () => {
    const pull = vi.fn(() => Promise.resolve());
    const here = installations({ pull, isUsable: () => true });
    here.all.start(NAME);
    await expect.poll(() => here.all.isServed(NAME)).toBe(true);
    expect(pull).not.toHaveBeenCalled();
    let finish = (): void => undefined;
    const open = vi.fn();
    const { all } = installations({
      ...{ open, pull: () => new Promise<void>((resolve) => (finish = resolve)) },
    });
    all.start(NAME);
    await setImmediate();
    const cancelled = all.cancel(NAME);
    finish(); // it had just come
    await cancelled;
    expect(all.stateOf(NAME)).toStrictEqual({ status: 'cancelled' });
    expect(open).not.toHaveBeenCalled();
  });

  it('that fails for reasons of ours says no more than that, and can be begun again', async () => {
    const pull = vi.fn().mockRejectedValueOnce(new Error('secret'));
    const { all } = installations({ pull });
    all.start(NAME);
    await expect.poll(() => all.stateOf(NAME)?.status).toBe('failed');
    expect(all.stateOf(NAME)!.error).toStrictEqual({
      ...{ code: 'DOWNLOAD_FAILED', detail: 'the model could not be installed' },
    });
    pull.mockRejectedValueOnce(new FoldError('DOWNLOAD_FAILED', 'no network'));
    all.start(NAME);
    await expect.poll(() => all.stateOf(NAME)?.error?.detail).toBe('no network');
    expect(all.stateOf(NAME)!.error).toStrictEqual({
      ...{ code: 'DOWNLOAD_FAILED', detail: 'no network' },
    });
    all.start(NAME);
    await expect.poll(() => all.isServed(NAME)).toBe(true);
  });

  it('is cancelled where there is one, by those who may', async () => {
    const { all } = installations();
    await expect(all.cancel(NAME)).rejects.toMatchObject({
      ...{ code: 'NOT_FOUND', message: `${NAME} is not being installed` },
    });
    await expect(all.cancel('nothing')).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
    const closed = installations({ isAllowed: false }).all;
    await expect(closed.cancel(NAME)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('is believed to be on the disk for five seconds', () => {
    vi.useFakeTimers();
    const isUsable = vi.fn(() => true);
    const { all } = installations({ isUsable });
    all.isHere(NAME);
    const perLook = isUsable.mock.calls.length;
    vi.advanceTimersByTime(5000);
    all.isHere(NAME);
    expect(isUsable).toHaveBeenCalledTimes(perLook);
    vi.advanceTimersByTime(1);
    all.isHere(NAME);
    expect(isUsable).toHaveBeenCalledTimes(2 * perLook);
    vi.useRealTimers();
  });

  it('is refused where the operator does not allow it, and where workers run the models', () => {
    const codeOf = (all: Installations, name = NAME): string => {
      try {
        all.start(name);
      } catch (error) {
        return (error as FoldError).code;
      }
      return 'begun';
    };
    expect(codeOf(installations({ isAllowed: false }).all)).toBe('FORBIDDEN');
    expect(codeOf(installations({ open: undefined }).all)).toBe('FORBIDDEN');
    expect(codeOf(installations().all, 'nothing')).toBe('MODEL_UNKNOWN');
  });
});
