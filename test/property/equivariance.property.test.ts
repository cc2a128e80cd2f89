import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alphafold2Model } from '#architectures/alphafold2/model';
import { esmfoldModel } from '#architectures/esmfold/model';
import { randomModel } from '#check/checked-model';
import { equivarianceChecks, passes } from '#check/equivariance';
import { deviationOf } from '#check/layer';
import { POINT_ATTENTION } from '#check/model-layers';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { alphafold2Model as tinyAlphafold2 } from '../helpers/alphafold2-network.js';
import { situations } from '../helpers/situations.js';
import { PRIME_MODEL } from '../helpers/prime-model.js';
import { randomSource } from '../helpers/random.js';

const model = randomModel(esmfoldModel(PRIME_MODEL), randomSource(1));
const alphafold2 = randomModel(alphafold2Model(tinyAlphafold2().config), randomSource(2));
/** What AlphaFold 2 has of its own, or with other sizes. */
const OF_ALPHAFOLD2 = /embedder|attention|backbone update|structure module/;
const checks = [
  ...equivarianceChecks(model),
  ...equivarianceChecks(alphafold2)
    .filter(({ name }) => OF_ALPHAFOLD2.test(name))
    .map((check) => ({ ...check, name: `${check.name}, of AlphaFold 2` })),
];
const engine = nodeEngine(1);

describe.each(['equivariant', 'invariant', 'not a symmetry'] as const)('%s', (kind) => {
  it.each(checks.filter((check) => check.kind === kind))('$name', async (check) => {
    await fc.assert(
      fc.asyncProperty(situations, async (situation) => {
        const deviation = await check.measure(engine, situation);
        expect(passes(check, deviation), `deviates by ${deviation}`).toBe(true);
      }),
      // Which numbers deviate says little, so a failure is not shrunk: it would run for minutes.
      { numRuns: 15, endOnFailure: true },
    );
  });
});

it('attends as precisely a micrometre away, because frames are centred first', async () => {
  await fc.assert(
    fc.asyncProperty(situations, async (situation) => {
      const motion = { ...situation.motion, translation: [7e3, -7e3, 7e3] as const };
      const far = { ...situation, motion };
      // Coordinates of 7000 Å are rounded to 5e-4 Å; squared, they would be to 8 Å².
      expect(await deviationOf(POINT_ATTENTION, engine, model, far)).toBeLessThan(3e-4);
    }),
    { numRuns: 10, endOnFailure: true },
  );
});

it('includes the layers by which AlphaFold 2 reads coordinates', () => {
  expect(checks.filter(({ name }) => /embedder.* of AlphaFold 2/.test(name))).toHaveLength(4);
});

it('fails what is no number', () => {
  for (const check of checks) expect(passes(check, NaN)).toBe(false);
});
