import { describe, expect, it } from 'vitest';
import type { Predictor } from '#predict/prediction';
import { predictorPool } from '#server/jobs/predictor-pool';
import { fakePredictor } from '../../helpers/fake-predictor.js';

const request = (name: string) => ({ name, chains: [{ id: 'A', sequence: 'MKVLA' }] });

/** A member that writes down what it is asked, and ends when told. */
function member(asked: string[]): { predictor: Predictor; end: () => void } {
  const ends: (() => void)[] = [];
  const fake = fakePredictor({ durationMs: 0 });
  return {
    end: () => ends.shift()?.(),
    predictor: {
      ...fake,
      async predict(wanted, options) {
        asked.push(wanted.name);
        await new Promise<void>((resolve) => ends.push(resolve));
        return fake.predict(wanted, options);
      },
    },
  };
}

describe('predictorPool', () => {
  it('gives each request to the member that has the fewest', async () => {
    const [toA, toB]: [string[], string[]] = [[], []];
    const [a, b] = [member(toA), member(toB)];
    const pool = predictorPool([a.predictor, b.predictor]);
    const first = pool.predict(request('1'));
    const second = pool.predict(request('2'));
    expect([toA, toB]).toEqual([['1'], ['2']]);
    b.end();
    await second;
    const third = pool.predict(request('3'));
    expect([toA, toB]).toEqual([['1'], ['2', '3']]);
    a.end();
    b.end();
    expect((await Promise.all([first, third])).map(({ name }) => name)).toEqual(['1', '3']);
  });

  it('counts a request that failed as ended', async () => {
    const asked: string[] = [];
    const broken: Predictor = { ...fakePredictor(), predict: () => Promise.reject(new Error('x')) };
    const well = member(asked);
    const pool = predictorPool([broken, well.predictor]);
    await expect(pool.predict(request('1'))).rejects.toThrow('x');
    await expect(pool.predict(request('2'))).rejects.toThrow('x');
    expect(asked).toEqual([]);
  });
});
