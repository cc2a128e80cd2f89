import { beforeEach, describe, expect, it, vi } from 'vitest';
import { FoldError } from '#errors';
import type { ScoringQuestions } from '#server/mutants/scoring-process';

/** Megabytes that each model takes; what was opened, closed and run. */
interface Made {
  questions?: ScoringQuestions;
  needs: Record<string, number>;
  log: string[];
}
const made = vi.hoisted((): Made => ({ needs: {}, log: [] }));
vi.mock('#process/answer-questions', () => ({
  answerQuestions: (questions: ScoringQuestions) => (made.questions = questions),
}));
vi.mock('#tensor/engine/open-engine', () => ({
  openEngine: ({ device }: { device: string }) => Promise.resolve({ device }),
}));
vi.mock('#predict/node/load-language-model', () => ({
  loadLanguageModel: (name: string) => ({ name, sha256: `sha of ${name}`, weights: {} }),
  languageModelRunner: (
    engine: { device: string },
    { name }: { name: string },
    memoryBytes: () => number,
  ) => {
    made.log.push(`open ${name} on ${engine.device}`);
    return { name, memoryBytes, close: () => Promise.resolve(made.log.push(`close ${name}`)) };
  },
}));
vi.mock('#predict/mutation-scores', () => ({
  AMINO_ACIDS: ['A', 'C'],
  scoreMutations: (
    { name, memoryBytes }: { name: string; memoryBytes: () => number },
    { sequence }: { sequence: string },
    { places }: { places: readonly number[] },
  ) => {
    made.log.push(`run ${name} with ${memoryBytes()} bytes on ${sequence} at ${places.join()}`);
    if (made.needs[name] === undefined) throw new Error(`${name} is broken`);
    if (memoryBytes() < 1e6 * made.needs[name]) throw new FoldError('MEMORY_ESTIMATE', 'too large');
    return Promise.resolve({
      logOdds: Float32Array.from({ length: 2 * sequence.length }, (_, k) => k),
    });
  },
}));

await import('#server/mutants/scoring-process');
const { score } = made.questions!;
const ask = (models: readonly string[], megabytes = 100) =>
  score({ models, sequence: 'MKV', places: [2, 0], megabytes });
beforeEach(() => {
  made.needs = { large: 1000, small: 10, tiny: 1 };
  made.log = [];
});

describe('the process that scores mutants', () => {
  it('takes the first model that fits into memory, and gives the rows of the places', async () => {
    expect(await ask(['large', 'small', 'tiny'])).toEqual({
      model: { name: 'small', sha256: 'sha of small' },
      logOdds: [
        [4, 5],
        [0, 1],
      ],
    });
    expect(made.log).toEqual([
      'open large on cpu',
      'run large with 100000000 bytes on MKV at 2,0',
      'close large',
      'open small on cpu',
      'run small with 100000000 bytes on MKV at 2,0',
    ]);
  });

  it('keeps the model open for the next question, with the memory that there is then', async () => {
    await ask(['small', 'tiny']);
    made.log = [];
    await ask(['small', 'tiny'], 200);
    expect(made.log).toEqual(['run small with 200000000 bytes on MKV at 2,0']);
  });

  it('fails as the last model does, and at once where more memory would not help', async () => {
    await expect(ask(['large'], 5)).rejects.toMatchObject({ code: 'MEMORY_ESTIMATE' });
    await expect(ask(['large', 'small'], 5)).rejects.toMatchObject({ code: 'MEMORY_ESTIMATE' });
    made.log = [];
    await expect(ask(['broken', 'small'])).rejects.toThrow('broken is broken');
    expect(made.log.at(-1)).toContain('run broken');
  });
});
