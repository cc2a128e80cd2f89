import { getEventListeners } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { FoldError } from '#errors';
import { forkedPredictor } from '#predict/node/forked-predictor';
import { loadModel } from '#predict/node/load-model';
import { withoutNode } from '../../../helpers/without-node.js';

const directory = mkdtempSync(join(tmpdir(), 'codonfold-forked-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const request = { name: 'short', chains: [{ id: 'A', sequence: 'MKTAYIAK' }], numRecycles: 0 };

it('hashes weights once: the model process takes over what its parent has found', () => {
  cpSync('test/fixtures/esmfold-tiny/checkpoint', directory, { recursive: true });
  const { files, weights } = loadModel(directory);
  weights.close();
  const sha256 = '0'.repeat(64);
  const again = loadModel(directory, { sha256, files });
  again.weights.close();
  expect(again.sha256).toBe(sha256);
});

describe('a model whose files change while it is in use', () => {
  const changing = join(directory, 'changing');
  const file = (name: string) => join(changing, name);
  const put = () => {
    cpSync('test/fixtures/esmfold-tiny/checkpoint', changing, { recursive: true });
  };
  const changeWeights = () => {
    const bytes = readFileSync(file('model.safetensors'));
    bytes[bytes.length - 4]! ^= 1; // the last digit of a weight
    writeFileSync(file('model.safetensors'), bytes);
  };
  const changeConfig = () => {
    writeFileSync(file('config.json'), `${readFileSync(file('config.json'), 'utf8')}\n`);
  };
  const refusal = (name: string) => ({
    code: 'MODEL_CHANGED',
    message: `${file(name)} has changed while the model was in use`,
  });

  it.each([
    ['weights', 'model.safetensors', changeWeights],
    ['configuration', 'config.json', changeConfig],
  ])('refuses to predict with other %s under the old SHA-256', async (_, name, change) => {
    put();
    const predictor = forkedPredictor(changing, { numThreads: 1 });
    try {
      change();
      await expect(predictor.predict(request)).rejects.toMatchObject(refusal(name));
      put();
      const { plddt } = await predictor.predict(request);
      change();
      await expect(predictor.predict(request)).rejects.toMatchObject(refusal(name));
      put();
      expect((await predictor.predict(request)).plddt).toEqual(plddt);
    } finally {
      await predictor.close();
    }
  });

  it('goes on with weights that were written again and are the same', () => {
    put();
    const { sha256, files, weights } = loadModel(changing);
    weights.close();
    const large = files.map(({ path }) => ({ path, stamp: '1 2 3', isOfContents: false }));
    const again = loadModel(changing, { sha256, files: large });
    again.weights.close();
    expect(again.sha256).toBe(sha256);
    const other = { sha256: '0'.repeat(64), files: large };
    expect(() => loadModel(changing, other)).toThrow('has changed while the model was in use');
  });
});

describe('a model that is deleted while it is in use', () => {
  const inUse = join(directory, 'in-use');
  const put = () => {
    cpSync('test/fixtures/esmfold-tiny/checkpoint', inUse, { recursive: true });
  };

  it.each([
    ['whole', ''],
    ['but for its configuration', 'model.safetensors'],
    ['but for its weights', 'config.json'],
  ])('is said to be deleted, %s', (_, part) => {
    put();
    const known = loadModel(inUse);
    known.weights.close();
    rmSync(join(inUse, part), { recursive: true });
    expect(() => loadModel(inUse, known)).toThrow(
      expect.objectContaining({
        code: 'FILE_READ',
        message: expect.stringContaining(
          `the model ${inUse} was deleted or moved while it was in use`,
        ) as string,
      }) as Error,
    );
  });

  it('fails with that what needs it, until it is back', async () => {
    put();
    const predictor = forkedPredictor(inUse, { numThreads: 1 });
    try {
      rmSync(join(inUse, 'model.safetensors'));
      await expect(predictor.predict(request)).rejects.toMatchObject({
        code: 'FILE_READ',
        message: expect.stringContaining('was deleted or moved while it was in use') as string,
        hint: expect.stringContaining('Once its files are back') as string,
      });
      put();
      const { plddt } = await predictor.predict(request);
      rmSync(inUse, { recursive: true }); // what the process has opened stays readable
      expect((await predictor.predict(request)).plddt).toEqual(plddt);
    } finally {
      await predictor.close();
    }
  });
});

it('leaves nothing on a signal that outlives its requests', async () => {
  const predictor = forkedPredictor('test/fixtures/esmfold-tiny/checkpoint', { numThreads: 1 });
  const { signal } = new AbortController();
  const chains = [{ id: 'A', sequence: 'MKTAYIAK' }];
  try {
    await predictor.predict({ name: 'short', chains, numRecycles: 0 }, { signal });
  } finally {
    await predictor.close();
  }
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('fails a request whose process cannot start, and serves the next', async () => {
  const predictor = forkedPredictor('test/fixtures/esmfold-tiny/checkpoint', { numThreads: 1 });
  try {
    await expect(withoutNode(() => predictor.predict(request))).rejects.toMatchObject({
      code: 'PROCESS_DIED',
    });
    expect((await predictor.predict(request)).plddt).toHaveLength(8);
  } finally {
    await predictor.close();
  }
});

it('cancels what waits when it is closed', async () => {
  const predictor = forkedPredictor('test/fixtures/esmfold-tiny/checkpoint', { numThreads: 1 });
  const request = { name: 'short', chains: [{ id: 'A', sequence: 'MKTAYIAK' }] };
  const [running, waiting] = [predictor.predict(request), predictor.predict(request)];
  const outcomes = Promise.allSettled([running, waiting]);
  await predictor.close();
  expect((await outcomes).map((one) => (one as PromiseRejectedResult).reason as FoldError)).toEqual(
    [
      expect.objectContaining({ code: 'PROCESS_DIED' }),
      expect.objectContaining({ code: 'JOB_CANCELLED' }),
    ],
  );
});

it('folds again after it was closed, as one model of several does', async () => {
  const predictor = forkedPredictor('test/fixtures/esmfold-tiny/checkpoint', { numThreads: 1 });
  try {
    const { plddt } = await predictor.predict(request);
    await predictor.close();
    expect((await predictor.predict(request)).plddt).toEqual(plddt);
  } finally {
    await predictor.close();
  }
});

it('knows what computes once it was opened for this, or has predicted', async () => {
  const predictor = forkedPredictor('test/fixtures/esmfold-tiny/checkpoint', { numThreads: 1 });
  expect(predictor.engine).toBeUndefined();
  const { facts } = await predictor.openEngine();
  expect(facts).toMatchObject({ name: 'onnxruntime', device: 'cpu', precision: 'float32' });
  expect(predictor.engine).toEqual(facts);
  await predictor.close();
  const other = forkedPredictor('test/fixtures/esmfold-tiny/checkpoint', { numThreads: 1 });
  const { engine } = await other.predict(request);
  expect(other.engine).toEqual(engine);
  await other.close();
});
