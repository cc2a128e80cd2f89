import { describe, expect, it } from 'vitest';
import { modelFacts } from '#predict/model-facts';
import { findModel, MODELS } from '#weights/registry';

const memory = (name: string) => modelFacts(findModel(name)).runs.map(({ megabytes }) => megabytes);

describe('what is known of a model', () => {
  it('sums the sizes of its weights, and says nothing where one is not known', () => {
    expect(modelFacts(findModel('esm2_t36_3B_UR50D')).downloadGigabytes).toBeCloseTo(11.37);
    expect(modelFacts(findModel('esmfold_structure_module_only_3B'))).not.toHaveProperty(
      'downloadGigabytes',
    );
    expect(modelFacts(findModel('codonfold-small')).downloadGigabytes).toBe(0);
  });

  it('estimates more memory for more residues, and less without folding than with it', () => {
    for (const model of MODELS) {
      const [short, long] = memory(model.name);
      expect(long).toBeGreaterThan(short!);
    }
    expect(memory('esm2_t36_3B_UR50D')[1]).toBeLessThan(memory('esmfold_v1')[1]!);
  });

  it('tells licence, files and where scores were published', () => {
    const facts = modelFacts(findModel('esmfold'));
    expect(facts).toMatchObject({ name: 'esmfold_v1', aliases: ['esmfold'], licence: 'MIT' });
    expect(facts.accuracy!.source).toContain('10.1126/science.ade2574');
    expect(facts.files[1]!.sha256).toMatch(/^2ee07356/);
  });
});
