import { describe, expect, it } from 'vitest';
import { CURRICULUM, learningRate } from '#training/run/curriculum';
import { tinyStages } from './tiny.js';

const STAGE = { ...tinyStages(0, 0, 0)[0]!, steps: 110, warmupSteps: 10, peakLearningRate: 2 };

describe('learningRate', () => {
  it('rises in equal parts to its peak, the first step above zero', () => {
    expect(learningRate(STAGE, 0)).toBeCloseTo(0.2);
    expect(learningRate(STAGE, 4)).toBeCloseTo(1);
    expect(learningRate(STAGE, 9)).toBeCloseTo(2);
    expect(learningRate(STAGE, 10)).toBeCloseTo(2);
  });

  it('falls as a cosine to a tenth of its peak', () => {
    expect(learningRate(STAGE, 60)).toBeCloseTo(1.1);
    expect(learningRate(STAGE, 110)).toBeCloseTo(0.2);
    expect(learningRate(STAGE, 500)).toBeCloseTo(0.2);
  });

  it('never falls while it warms up and never rises afterwards, in every stage that is trained', () => {
    for (const stage of CURRICULUM) {
      const rates = Array.from({ length: stage.steps }, (_, step) => learningRate(stage, step));
      for (let step = 1; step < stage.steps; step++) {
        const change = rates[step]! - rates[step - 1]!;
        const rounding = Number.EPSILON * stage.peakLearningRate;
        expect(step < stage.warmupSteps ? change : -change).toBeGreaterThanOrEqual(-rounding);
      }
    }
  });
});

describe('CURRICULUM', () => {
  it('has stages of different names', () => {
    expect(new Set(CURRICULUM.map(({ name }) => name)).size).toBe(CURRICULUM.length);
  });
});
