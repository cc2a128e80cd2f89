import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { featurise } from '#architectures/esmfold/features';
import { fold, type FoldOutput } from '#architectures/esmfold/fold';
import type { StageRunner } from '#architectures/esmfold/stage-runner';
import { distogramLogits } from '#layers/heads/distogram';
import { paeLogits } from '#layers/heads/pae';
import { Parameters } from '#layers/parameters';
import { predictedTmScores } from '#layers/heads/predicted-tm-scores';
import { ATOM14_MASK, ATOM37_MASK } from '#structure/residues/atoms';
import { graphOf } from '#tensor/graph';
import { input } from '#tensor/ops';
import type { HostTensor } from '#tensor/tensor';
import { parityEngines, SLOW_ENGINE_MS } from '../helpers/engines.js';
import { GOLDEN_CASES, goldenTensors, TINY_WEIGHTS, tinyRunner } from '../helpers/esmfold-tiny.js';

const REPRESENTATION = { atol: 1e-4, rtol: 0 };
const ANGSTROM = { atol: 1e-3, rtol: 0 };
/** The angles of residues without side chains are divided by lengths that can be near 0. */
const TORSION = { atol: 1e-3, rtol: 0 };

describe.each(await parityEngines())('on $name', ({ engine, isFast }) => {
  const cases = GOLDEN_CASES.filter(({ name }) => isFast || name === 'short');
  describe.each(cases)('$name folds as the original does it', (golden) => {
    const want = goldenTensors(golden.name);
    const features = featurise(golden.chains);
    let runner: StageRunner;
    let got: FoldOutput;
    beforeAll(async () => {
      runner = tinyRunner(engine);
      // the original counts linkers in its TM-score, we do not
      const residues = Int32Array.from(features.aatype.keys());
      got = await fold(runner, { ...features, residues }, { numRecycles: golden.numRecycles });
    }, SLOW_ENGINE_MS);
    afterAll(() => runner.close());

    it('numbers residues and linkers alike', () => {
      expect(features.aatype).toBeCloseToTensor(want('aatype').data, { atol: 0, rtol: 0 });
      expect(features.residueIndex).toBeCloseToTensor(want('residue_index').data, {
        atol: 0,
        rtol: 0,
      });
      const numResidues = golden.chains.join('').length;
      expect(features.residues).toHaveLength(numResidues);
    });

    it('gives the representations', () => {
      expect(got.single).toBeCloseToTensor(want('s_s'), REPRESENTATION);
      if (golden.name !== 'ubiquitin') {
        expect(got.pair).toBeCloseToTensor(want('s_z'), REPRESENTATION);
      }
      expect(got.structure.state).toBeCloseToTensor(want('states'), REPRESENTATION);
    });

    it('gives frames, torsions and atoms', () => {
      const { quaternion, translation, torsions, unnormalisedTorsions, atom14 } = got.structure;
      const frames = want('frames');
      expect(quaternion).toBeCloseToTensor(columns(frames, 0, 4), REPRESENTATION);
      expect(translation).toBeCloseToTensor(columns(frames, 4, 7), ANGSTROM);
      expect(unnormalisedTorsions).toBeCloseToTensor(want('unnormalized_angles'), REPRESENTATION);
      expect(torsions).toBeCloseToTensor(want('angles'), TORSION);
      expect(existing(atom14, features.aatype)).toBeCloseToTensor(
        existing(want('positions'), features.aatype),
        ANGSTROM,
      );
    });

    it('gives pLDDT, aligned errors and the TM-score', () => {
      expect(got.structure.plddt).toBeCloseToTensor(want('plddt'), { atol: 1e-3, rtol: 0 });
      expect(got.pairHeads.pae).toBeCloseToTensor(want('predicted_aligned_error'), REPRESENTATION);
      const { ptm } = predictedTmScores(got.pairHeads.tmTerms.data, [features.aatype.length]);
      expect([ptm]).toBeCloseToTensor(want('ptm').data, { atol: 1e-5, rtol: 0 });
      expect(ptm).toBeCloseTo(golden.ptm, 5);
    });
  });

  it('computes the logits of distances and aligned errors from the original pair representation', async () => {
    const want = goldenTensors('short');
    const pair = want('s_z');
    const parameters = new Parameters();
    const symbol = input('pair', pair.shape);
    const graph = graphOf({
      distances: distogramLogits(parameters.within('distogram_head'), symbol),
      errors: paeLogits(parameters.within('ptm_head'), symbol),
    });
    const weights = [...parameters.all.keys()].map((name): [string, HostTensor] => [
      name,
      { shape: TINY_WEIGHTS.info(name).shape, data: TINY_WEIGHTS.read(name) },
    ]);
    const executable = await engine.compile(graph);
    const { distances, errors } = await executable.run({ pair, ...Object.fromEntries(weights) });
    await executable.dispose();
    expect(distances).toBeCloseToTensor(want('distogram_logits'), REPRESENTATION);
    expect(errors).toBeCloseToTensor(want('ptm_logits'), REPRESENTATION);
  });

  it.runIf(isFast)('gives the mean pLDDT of the original, over the atoms that exist', async () => {
    const golden = GOLDEN_CASES.find(({ name }) => name === 'ubiquitin')!;
    const features = featurise(golden.chains);
    const runner = tinyRunner(engine);
    const { structure } = await fold(runner, features, { numRecycles: golden.numRecycles });
    await runner.close();
    const exists = Array.from(features.aatype).flatMap((type) => [
      ...ATOM37_MASK.subarray(37 * type, 37 * (type + 1)),
    ]);
    const plddt = Array.from(structure.plddt.data).filter((_, i) => exists[i] === 1);
    const mean = plddt.reduce((sum, value) => sum + value, 0) / plddt.length;
    expect(mean).toBeCloseTo(golden.meanPlddt, 3);
  });
});

function columns({ shape, data }: HostTensor, start: number, end: number): HostTensor {
  const width = shape.at(-1)!;
  return {
    shape: [...shape.slice(0, -1), end - start],
    data: Float32Array.from(data).filter((_, i) => i % width >= start && i % width < end),
  };
}

/** Coordinates of atoms that exist; for the others the original has what a table of zeros leaves. */
function existing({ data }: HostTensor, aatype: Int32Array): number[] {
  return Array.from(data).filter((_, i) => {
    const atom = Math.floor(i / 3);
    return ATOM14_MASK[14 * aatype[Math.floor(atom / 14)]! + (atom % 14)] === 1;
  });
}
