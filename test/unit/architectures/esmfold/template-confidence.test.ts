import { describe, expect, it } from 'vitest';
import { templateConfidence } from '#architectures/esmfold/template-confidence';
import { tmScoreD0 } from '#structure/comparison/superposition-scores';
import { CA_SLOT } from '#structure/residues/atoms';
import { alignTemplates } from '#structure/templates/align-templates';
import { templateChains, type TemplateChain } from '#structure/templates/template-chain';
import { scaffoldFrames } from '#structure/templates/template-scaffold';
import { readFixture } from '../../structure/fixtures.js';

const [template] = templateChains(readFixture('5pti-a'), '5pti.pdb') as [TemplateChain];
const numResidues = template.aatype.length;
const trace = template.atom14.filter((_, at) => Math.floor(at / 3) % 14 === CA_SLOT);

/** Of a sequence that is folded just as the template is. */
function confidenceOf(aatype: Uint8Array) {
  const templates = alignTemplates(aatype, [template]);
  const scaffold = scaffoldFrames(templates, numResidues);
  const plddt = new Float32Array(numResidues).fill(40);
  return templateConfidence({ aatype, templates, scaffold, trace, plddt, maxPae: 30 });
}

const same = confidenceOf(template.aatype);
/** Every second residue is an alanine, or a glycine where it was one. */
const changed = confidenceOf(template.aatype.map((type, i) => (i % 2 ? type : type === 0 ? 7 : 0)));

describe('templateConfidence', () => {
  it('falls with identity', () => {
    const mean = (values: Float32Array) => values.reduce((sum, x) => sum + x, 0) / values.length;
    expect(mean(same.plddt)).toBeGreaterThan(mean(changed.plddt) + 5);
    expect(same.ptm).toBeGreaterThan(changed.ptm + 0.05);
  });

  it('has the pTM of errors that are spread as an exponential distribution about those it tells', () => {
    const d0 = tmScoreD0(numResidues);
    const expected = (mean: number): number => {
      let sum = 0;
      for (let k = 0; k < 2000; k++) {
        const error = -mean * Math.log(1 - (k + 0.5) / 2000);
        sum += 1 / (1 + (error / d0) ** 2) / 2000;
      }
      return sum;
    };
    const byFrame = Array.from({ length: numResidues }, (_, i) =>
      same.pae
        .subarray(i * numResidues, (i + 1) * numResidues)
        .reduce((sum, error) => sum + expected(error) / numResidues, 0),
    );
    expect(Math.abs(same.ptm - Math.max(...byFrame))).toBeLessThan(0.01);
  });
});
