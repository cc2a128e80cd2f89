import { describe, expect, it } from 'vitest';
import { loadModel } from '#predict/node/load-model';
import { localPredictor } from '#predict/predictor';
import { carbonylOxygen } from '#structure/backbone/carbonyl-oxygen';
import { distance, pointAt } from '#structure/geometry/vector3';
import { stereochemistryOf } from '#structure/quality/stereochemistry';
import { CA_SLOT, C_SLOT, N_SLOT, O_SLOT } from '#structure/residues/atoms';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';

const UBIQUITIN = 'MQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPPDQQRLIFAGKQLEDGRTLSDYNIQKESTLHLVLRLRGG';

describe('a structure from the shipped weights', () => {
  it('has its O in place before a residue that is not known', async () => {
    const predictor = localPredictor(nodeEngine(), loadModel('codonfold-small'));
    const chains = [{ id: 'A', sequence: 'MKTAYIAKXQRQISFVK' }];
    const { aatype, atom14 } = await predictor.predict({ name: 'with X', chains });
    await predictor.close();
    const at = (residue: number, slot: number) => pointAt(atom14, 14 * residue + slot);
    for (const i of [...aatype.keys()].filter((i) => i !== 8)) {
      expect(distance(at(i, C_SLOT), at(i, O_SLOT))).toBeCloseTo(1.23, 1);
      expect(distance(at(i, CA_SLOT), at(i, O_SLOT))).toBeCloseTo(2.4, 1);
    }
  });

  it('is physical: bonds, peptide planes, no D-amino acids, hardly an overlap', async () => {
    const predictor = localPredictor(nodeEngine(), loadModel('codonfold-small'));
    const request = { name: 'ubiquitin', chains: [{ id: 'A', sequence: UBIQUITIN }] };
    const { aatype, atom14, atom14Mask, chainIndex, residueNumber } =
      await predictor.predict(request);
    await predictor.close();
    const checks = stereochemistryOf({
      aatype,
      atom14,
      atom14Mask,
      chainIndex,
      residueIndex: residueNumber,
    });
    expect(checks.caDistances.outliers).toEqual([]);
    expect(checks.chirality.outliers).toEqual([]);
    expect(checks.clashes.backboneFraction).toBeLessThan(0.05);
    expect(checks.ramachandran.outliers.length).toBeLessThan(5);
    const at = (residue: number, slot: number) => pointAt(atom14, 14 * residue + slot);
    for (let i = 0; i + 1 < aatype.length; i++) {
      const expected = carbonylOxygen(at(i, CA_SLOT), at(i, C_SLOT), at(i + 1, N_SLOT));
      expect(distance(at(i, O_SLOT), expected)).toBeLessThan(0.001);
    }
  });
});
