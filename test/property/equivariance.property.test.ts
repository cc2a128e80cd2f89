import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomModel } from '#check/checked-model';
import { equivarianceChecks, passes } from '#check/equivariance';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { situations } from '../helpers/situations.js';
import { PRIME_MODEL } from '../helpers/prime-model.js';
import { randomSource } from '../helpers/random.js';

const checks = equivarianceChecks(randomModel(PRIME_MODEL, randomSource(1)));
const engine = nodeEngine(1);

describe.each(['equivariant', 'invariant', 'not a symmetry'] as const)('%s', (kind) => {
  it.each(checks.filter((check) => check.kind === kind))('$name', async (check) => {
    await fc.assert(
      fc.asyncProperty(situations, async (situation) => {
        const deviation = await check.measure(engine, situation);
        expect(passes(check, deviation), `deviates by ${deviation}`).toBe(true);
      }),
      { numRuns: 25 },
    );
  });
});

it('fails what is no number', () => {
  for (const check of checks) expect(passes(check, NaN)).toBe(false);
});
