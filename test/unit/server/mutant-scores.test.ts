import { beforeEach, describe, expect, it, vi } from 'vitest';
import { FoldError } from '#errors';
import { readMutant } from '#predict/mutants';
import { AMINO_ACIDS } from '#predict/mutation-scores';
import { MutantScores } from '#server/mutants/mutant-scores';
import { ResultFiles } from '#server/results/result-files';
import type { PredictionStore } from '#store/prediction-store';
import { submissionRecord } from '../../helpers/jobs.js';

interface Asked {
  readonly models: readonly string[];
  readonly places: readonly number[];
  readonly megabytes: number;
}

const helper = vi.hoisted(() => ({ asked: [] as unknown[], numClosed: 0, takesMs: 0 }));
vi.mock('#server/helper-process', () => ({
  helperProcess: () => ({
    ask: (_name: string, asked: Asked) => {
      helper.asked.push(asked);
      const logOdds = asked.places.map((place) => Array.from({ length: 20 }, (_, i) => (place + 1) * 0.25 * (i - 9))); // prettier-ignore
      const answer = { model: { name: asked.models[0]!, sha256: 's' }, logOdds };
      if (helper.takesMs === 0) return Promise.resolve(answer);
      return new Promise((resolve) => setTimeout(resolve, helper.takesMs, answer));
    },
    close: () => {
      helper.numClosed++;
      return Promise.resolve();
    },
  }),
}));
beforeEach(() => {
  [helper.asked, helper.numClosed, helper.takesMs] = [[], 0, 0];
});

describe('scores of mutants', () => {
  const CHAIN = { name: 'x', sequence: 'AKC' };
  const score = (all: MutantScores, mutant: string, chain = CHAIN) => all.score(chain, readMutant(mutant, 'x'), {}); // prettier-ignore
  const make = (here: readonly string[] = [], room = 5000) =>
    new MutantScores({ isHere: (name) => here.includes(name), room: () => room });

  it('are sums over substitutions, each with what would be expected there', async () => {
    const all = make();
    const { logOdds, substitutions, mutant } = await score(all, 'C3A:A1R');
    const of = (place: number, letter: string) => (place + 1) * 0.25 * (AMINO_ACIDS.indexOf(letter) - 9); // prettier-ignore
    expect(mutant).toBe('C3A:A1R');
    expect(substitutions.map((one) => one.logOdds)).toEqual([of(2, 'A'), of(0, 'R')]);
    expect(logOdds).toBeCloseTo(of(2, 'A') + of(0, 'R'), 12);
    const [{ expected }] = substitutions as [(typeof substitutions)[number]];
    expect(expected.map(({ residue }) => residue)).toEqual([...AMINO_ACIDS].reverse());
    expect(expected.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
    expect(Math.log(expected[0]!.probability / expected[1]!.probability)).toBeCloseTo(0.75, 10);
    await all.close();
  });

  it('come from the largest language model that is here, the shipped one last', async () => {
    const here = ['esm2_t6_8M_UR50D', 'esm2_t36_3B_UR50D', 'esm2_t33_650M_UR50D', 'esmfold_v1'];
    const all = make(here, 10);
    await score(all, 'A1C');
    expect(helper.asked).toMatchObject([
      {
        models: ['esm2_t36_3B_UR50D', 'esm2_t33_650M_UR50D', 'esm2_t6_8M_UR50D', 'codonfold-small'],
        ...{ places: [0], megabytes: 1024 },
      },
    ]);
    await all.close();
  });

  it('are kept a thousand at a time, those asked for longest ago forgotten', async () => {
    const all = make();
    const chain = (i: number) => ({ name: 'x', sequence: `A${'K'.repeat(i)}` });
    for (let i = 0; i < 1000; i++) await score(all, 'A1C', chain(i));
    await score(all, 'A1G', chain(0)); // the same place, now the newest
    expect(helper.asked).toHaveLength(1000);
    await score(all, 'A1C', chain(1000)); // chain 1 goes
    await score(all, 'A1C', chain(0));
    await score(all, 'A1C', chain(2));
    expect(helper.asked).toHaveLength(1001);
    await score(all, 'A1C', chain(1));
    expect(helper.asked).toHaveLength(1002);
    await all.close();
  });

  it('give their memory back a minute after the last', async () => {
    vi.useFakeTimers();
    const all = make();
    await score(all, 'A1C');
    await vi.advanceTimersByTimeAsync(50_000);
    await score(all, 'K2C');
    await vi.advanceTimersByTimeAsync(59_999);
    expect(helper.numClosed).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(helper.numClosed).toBe(1);
    await score(all, 'C3K');
    await all.close();
    expect([helper.numClosed, vi.getTimerCount()]).toEqual([2, 0]);
    vi.useRealTimers();
  });
});

describe('a question that takes long', () => {
  it('keeps the model, also where another is asked and answered meanwhile', async () => {
    vi.useFakeTimers();
    const all = new MutantScores({ isHere: () => false, room: () => 5000 });
    const ask = (mutant: string) => all.score({ name: 'x', sequence: 'AKC' }, readMutant(mutant, 'x'), {}); // prettier-ignore
    await ask('A1C');
    await vi.advanceTimersByTimeAsync(50_000);
    helper.takesMs = 30_000;
    const [slow] = [ask('K2C')];
    await vi.advanceTimersByTimeAsync(20_000);
    expect(helper.numClosed).toBe(0);
    helper.takesMs = 40_000;
    const slower = ask('C3K');
    await vi.advanceTimersByTimeAsync(10_000);
    await slow;
    await vi.advanceTimersByTimeAsync(30_000);
    await slower;
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(59_999);
    expect(helper.numClosed).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(helper.numClosed).toBe(1);
    vi.useRealTimers();
  });

  it('may use what predictions leave', async () => {
    const all = new MutantScores({ isHere: () => false, room: () => 5000 });
    await all.score({ name: 'x', sequence: 'AKC' }, readMutant('A1C', 'x'), {});
    expect(helper.asked).toMatchObject([{ megabytes: 5000 }]);
    await all.close();
  });
});

describe('files of results', () => {
  const completed = submissionRecord('completed', { finishedAt: 7, job: { finishedAt: 5 } });
  const make = (answer: () => Promise<unknown>) => {
    const told: unknown[] = [];
    const files = new ResultFiles({
      store: { results: { read: () => Promise.resolve(Uint8Array.of(1)) } } as unknown as PredictionStore, // prettier-ignore
      helper: {
        ask: (name: string, asked: object, asker: object) => {
          told.push([name, asked, asker]);
          return answer();
        },
      } as never,
      repeat: (job) => Promise.resolve(void told.push(`repeat ${job.id}`)),
      cacheMegabytes: 1,
    });
    const ask = (submission = completed) =>
      files.file(submission, 'pae.json', { client: 'c', onOutcome: (one) => told.push(one) });
    return { files, ask, told };
  };

  it('are made once, with what the submission says, until it is deleted or ends again', async () => {
    const { files, ask, told } = make(() => Promise.resolve({ bytes: new Uint8Array(3) }));
    await ask();
    expect(told).toMatchObject([
      'miss',
      ['file', { name: 'pae.json', submission: { name: 'mine', madeAt: 5 } }, { client: 'c' }],
    ]);
    await ask();
    expect(told.slice(2)).toEqual(['hit']);
    await ask({ ...completed, finishedAt: 8 });
    files.forget('x');
    await ask();
    expect(told.filter((one) => one === 'miss')).toHaveLength(3);
  });

  it('that are damaged are computed again, and other failures are told as they are', async () => {
    const damaged = make(() => Promise.reject(new FoldError('PREDICTION_DAMAGED', 'torn')));
    await expect(damaged.ask()).rejects.toMatchObject({
      ...{ code: 'PREDICTION_DAMAGED', hint: 'it is being computed again: ask for it later' },
    });
    expect(damaged.told.at(-1)).toBe('repeat job');
    for (const error of [new Error('a bug'), new FoldError('HELPER_TIMEOUT', 'slow')]) {
      const other = make(() => Promise.reject(error));
      await expect(other.ask()).rejects.toBe(error);
      expect(other.told).not.toContain('repeat job');
    }
  });
});
