import { describe, expect, it } from 'vitest';
import { adamStep, globalNorm, startTraining } from '#training/optimise/adam';

const OPTIONS = {
  learningRate: 0.1,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 0,
  weightDecay: 0,
  maxGradientNorm: 1,
  emaDecay: 0.5,
};

describe('adamStep', () => {
  it('moves each value by the learning rate in its first step, whatever the size of the gradient', () => {
    const parameter = startTraining(Float32Array.of(1, 1, 1));
    adamStep(parameter, Float32Array.of(1e-3, -7, 40), 1, OPTIONS);
    expect(parameter.values).toBeCloseToTensor(Float32Array.of(0.9, 1.1, 0.9));
  });

  it('gives the second step that was worked out by hand', () => {
    const parameter = startTraining(Float32Array.of(1));
    adamStep(parameter, Float32Array.of(2), 1, OPTIONS);
    adamStep(parameter, Float32Array.of(-1), 1, OPTIONS);
    // m = 0.9·0.2 - 0.1 = 0.08, unbiased 0.08/0.19; v = 0.99·0.04 + 0.01 = 0.0496, unbiased 0.0496/0.0199.
    const step = (0.1 * (0.08 / 0.19)) / Math.sqrt(0.0496 / 0.0199);
    expect(parameter.values[0]).toBeCloseTo(0.9 - step, 6);
    expect(parameter.firstMoment[0]).toBeCloseTo(0.08, 6);
    expect(parameter.secondMoment[0]).toBeCloseTo(0.0496, 6);
  });

  it('scales the gradient by the clip factor before its moments', () => {
    const parameter = startTraining(Float32Array.of(0));
    adamStep(parameter, Float32Array.of(8), 0.25, OPTIONS);
    expect(parameter.firstMoment[0]).toBeCloseTo(0.2, 6);
    expect(parameter.secondMoment[0]).toBeCloseTo(0.04, 6);
  });

  it('lets values decay apart from the gradient', () => {
    const parameter = startTraining(Float32Array.of(2));
    adamStep(parameter, Float32Array.of(0), 1, { ...OPTIONS, epsilon: 1e-8, weightDecay: 0.5 });
    expect(parameter.values[0]).toBeCloseTo(2 * (1 - 0.1 * 0.5), 6);
  });

  it('keeps a running mean that forgets its start faster while it is young', () => {
    const parameter = startTraining(Float32Array.of(0));
    const options = { ...OPTIONS, emaDecay: 0.999 };
    adamStep(parameter, Float32Array.of(-1), 1, options);
    expect(parameter.ema[0]).toBeCloseTo((1 - 2 / 11) * 0.1, 6);
    const before = parameter.ema[0]!;
    parameter.updates = 1e6;
    adamStep(parameter, Float32Array.of(0), 1, options);
    expect(parameter.ema[0]).toBeCloseTo(0.999 * before + 0.001 * parameter.values[0]!, 6);
  });
});

describe('globalNorm', () => {
  it('is the norm over all gradients as one vector', () => {
    expect(globalNorm([Float32Array.of(1, 2), Float32Array.of(4), Float32Array.of(2)])).toBe(5);
  });
});
