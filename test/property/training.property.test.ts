import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ParseError } from '#errors';
import { runLengths } from '#training/data-build/chains-of-structure';
import { clusterSequences } from '#training/data-build/cluster-sequences';
import { expandNumbering, INDEX_COLUMNS, parseIndex } from '#training/data/dataset';
import { Random } from '#training/data/random';
import { cropStart } from '#training/data/sampler';
import { calibration, momentsOf, pearson } from '#training/evaluation/statistics';
import { startTraining } from '#training/optimise/adam';
import { loadCheckpoint, saveCheckpoint, type TrainingState } from '#training/run/checkpoint';

describe('numbering', () => {
  it('is the same after run lengths and back', () => {
    const numbers = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1 });
    fc.assert(
      fc.property(numbers, (values) => {
        expect([...expandNumbering(runLengths(values))]).toEqual(values);
      }),
    );
  });
});

describe('an index', () => {
  it('of any text gives rows or a ParseError', () => {
    const row = fc.array(fc.string(), { maxLength: 14 }).map((cells) => cells.join('\t'));
    const text = fc.array(row).map((rows) => [INDEX_COLUMNS.join('\t'), ...rows].join('\n'));
    fc.assert(
      fc.property(fc.oneof(fc.string(), text), (index) => {
        try {
          for (const { sequence, length } of parseIndex(index))
            expect(sequence).toHaveLength(length);
        } catch (error) {
          expect(error).toBeInstanceOf(ParseError);
        }
      }),
    );
  });
});

describe('a checkpoint', () => {
  it('gives back every bit of the state', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'codonfold-checkpoint-'));
    const float = fc.float({ noDefaultInfinity: true });
    const parameter = fc.array(float, { minLength: 1, maxLength: 7 }).map((numbers) => ({
      shape: [numbers.length],
      ...startTraining(Float32Array.from(numbers)),
    }));
    const progress = fc.record({
      stage: fc.string(),
      step: fc.nat(),
      totalSteps: fc.nat(),
      samples: fc.nat(),
      seconds: fc.double({ min: 0, max: 1e9, noNaN: true }).map((value) => value + 0),
      randomState: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      history: fc.array(fc.record({ name: fc.string(), steps: fc.nat(), seconds: fc.nat() })),
    });
    const parameters = fc.dictionary(fc.stringMatching(/^[a-z.]{1,9}$/), parameter);
    await fc.assert(
      fc.asyncProperty(progress, parameters, async (values, table) => {
        const state: TrainingState = { ...values, parameters: new Map(Object.entries(table)) };
        const path = join(directory, 'checkpoint.safetensors');
        await saveCheckpoint(path, state);
        const read = (await loadCheckpoint(path))!;
        expect({ ...read, parameters: new Map([...read.parameters].sort()) }).toEqual({
          ...state,
          parameters: new Map([...state.parameters].sort()),
        });
      }),
      { numRuns: 50 },
    );
    await rm(directory, { recursive: true });
  });
});

describe('sampling', () => {
  it('windows lie inside the chain', () => {
    const size = fc.integer({ min: 1, max: 500 });
    fc.assert(
      fc.property(size, size, fc.nat(), (length, crop, seed) => {
        const start = cropStart(length, crop, new Random(seed));
        expect(start).toBeGreaterThanOrEqual(0);
        expect(start + Math.min(crop, length)).toBeLessThanOrEqual(length);
      }),
    );
  });
});

describe('clusters', () => {
  it('give each sequence one group, equal ones the same, numbered without gaps', () => {
    const sequence = fc.stringMatching(/^[ACDEFGHIKLMNPQRSTVWYX]{0,60}$/);
    fc.assert(
      fc.property(fc.array(sequence, { maxLength: 12 }), (sequences) => {
        const groups = clusterSequences([...sequences, ...sequences]);
        const numbers = new Set(groups);
        expect([...numbers].every((group) => group >= 0 && group < numbers.size)).toBe(true);
        sequences.forEach((one, i) => {
          if (one.length >= 30) expect(groups[i]).toBe(groups[i + sequences.length]);
        });
      }),
    );
  });
});

describe('statistics', () => {
  const pairs = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 })),
  );

  it('correlation stays within -1 and 1 and does not mind scale', () => {
    fc.assert(
      fc.property(pairs, (list) => {
        const [x, y] = [list.map(([a]) => a), list.map(([, b]) => b)];
        const correlation = pearson(momentsOf(x, y));
        expect(Math.abs(correlation)).toBeLessThanOrEqual(1 + 1e-9);
        expect(pearson(momentsOf(x.map((value) => 3 * value - 7), y))).toBeCloseTo(correlation, 6); // prettier-ignore
      }),
    );
  });

  it('tenths rise, and together hold every case once', () => {
    fc.assert(
      fc.property(pairs, (list) => {
        const deciles = calibration(list.map(([a]) => a), list.map(([, b]) => b)); // prettier-ignore
        expect(deciles.reduce((sum, { count }) => sum + count, 0)).toBe(list.length);
        const means = deciles
          .filter(({ count }) => count > 0)
          .map((decile) => decile.meanPredicted);
        expect(means).toEqual([...means].sort((a, b) => a - b));
      }),
    );
  });
});
