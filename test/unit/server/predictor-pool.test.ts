import { describe, expect, it, vi } from 'vitest';
import type { Predictor } from '#predict/prediction';
import { type Lanes, predictorPool } from '#server/jobs/predictor-pool';
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

const lanes = (usual: Predictor[], changes: Partial<Lanes> = {}): Lanes => ({
  usual,
  express: [],
  attention: [fakePredictor()],
  ...changes,
});

describe('predictorPool', () => {
  it('keeps short predictions and attention out of the way of others', async () => {
    const [usual, express, attention]: [string[], string[], string[]] = [[], [], []];
    const members = { usual: member(usual), express: member(express) };
    const pool = predictorPool({
      usual: [members.usual.predictor],
      express: [members.express.predictor],
      attention: [
        {
          ...fakePredictor(),
          attention: (wanted, control) => {
            attention.push(wanted.name);
            return fakePredictor().attention(wanted, control);
          },
        },
      ],
    });
    const long = pool.predict(request('long'));
    const short = pool.predict(request('short'), { isExpress: true });
    await pool.attention(request('map'), { onBlock: () => undefined });
    expect([usual, express, attention]).toEqual([['long'], ['short'], ['map']]);
    members.usual.end();
    members.express.end();
    await Promise.all([long, short]);
  });

  it('gives back the memory of processes that stand idle, but not of the usual ones', async () => {
    vi.useFakeTimers();
    const closed: string[] = [];
    const closing = (name: string): Predictor => ({
      ...fakePredictor({ durationMs: 0 }),
      close: () => Promise.resolve(void closed.push(name)),
    });
    const pool = predictorPool(lanes([closing('usual')], { express: [closing('express')] }));
    for (const isExpress of [false, true]) {
      const done = pool.predict(request('1'), { isExpress });
      await vi.advanceTimersByTimeAsync(1000);
      await done;
    }
    await vi.advanceTimersByTimeAsync(500_000);
    expect(closed).toEqual([]);
    await vi.advanceTimersByTimeAsync(200_000);
    expect(closed).toEqual(['express']);
    vi.useRealTimers();
  });

  it('gives each request to the member that has the fewest', async () => {
    const [toA, toB]: [string[], string[]] = [[], []];
    const [a, b] = [member(toA), member(toB)];
    const pool = predictorPool(lanes([a.predictor, b.predictor]));
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
    const pool = predictorPool(lanes([broken, well.predictor]));
    await expect(pool.predict(request('1'))).rejects.toThrow('x');
    await expect(pool.predict(request('2'))).rejects.toThrow('x');
    expect(asked).toEqual([]);
  });

  it('is one predictor: the model and the files of its first member, the engine of whichever runs', () => {
    const facts = { ...fakePredictor(), engine: undefined };
    const files = ['/model'];
    const pool = predictorPool(lanes([{ ...facts, files }, facts]));
    expect(pool.model).toBe(facts.model);
    expect(pool.files).toBe(files);
    expect(pool.engine).toBe(fakePredictor().engine); // that of the attention lane
    expect(predictorPool(lanes([facts]))).not.toHaveProperty('files');
    expect(pool.estimate({ chainLengths: [5] })).toEqual(facts.estimate({ chainLengths: [5] }));
    expect(() => predictorPool(lanes([]))).toThrow('internal');
  });

  it('runs short predictions with the others where it has no place for them alone', async () => {
    const asked: string[] = [];
    const only = member(asked);
    const pool = predictorPool(lanes([only.predictor]));
    const short = pool.predict(request('short'), { isExpress: true });
    expect(asked).toEqual(['short']);
    only.end();
    await short;
  });

  it('closes what is not of the usual ten minutes after its last request', async () => {
    vi.useFakeTimers();
    const closed: string[] = [];
    const closing = (name: string): Predictor => ({
      ...fakePredictor({ durationMs: 0 }),
      predict: () => Promise.resolve({} as never),
      close: () => {
        closed.push(name);
        return Promise.resolve();
      },
    });
    const pool = predictorPool(lanes([closing('usual')], { express: [closing('express')] }));
    await pool.predict(request('1'));
    await pool.predict(request('2'), { isExpress: true });
    await vi.advanceTimersByTimeAsync(500_000);
    await pool.predict(request('3'), { isExpress: true }); // begins the ten minutes anew
    await vi.advanceTimersByTimeAsync(599_999);
    expect(closed).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(closed).toEqual(['express']);
    await pool.predict(request('4'), { isExpress: true });
    await pool.close();
    expect(closed).toEqual(['express', 'usual', 'express']);
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
});
