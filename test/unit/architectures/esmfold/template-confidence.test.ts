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

/**
 * Of a chain of alanines that is folded after a template of alanines, CA atoms on a line.
 *
 * @param isCopied whether a residue has a place in the template
 * @param apart Å between neighbours
 */
function confidenceOfLine(
  length: number,
  isCopied: (residue: number) => boolean,
  { apart = 20, alone = 10, maxPae = Infinity, identity = 1, tryptophan = -1, skippedBefore = Infinity } = {}, // prettier-ignore
) {
  const templateOf = Int32Array.from({ length }, (_, i) => (isCopied(i) ? 0 : -1));
  const chain = { ...template, aatype: new Uint8Array(length) };
  return templateConfidence({
    aatype: chain.aatype.map((type, i) => (i === tryptophan ? 17 : type)),
    templates: [{ ...alignTemplates(template.aatype, [template])[0]!, chain, identity }],
    scaffold: {
      rotations: new Float64Array(9 * length),
      origins: new Float64Array(3 * length),
      templateOf,
      residueOf: templateOf.map((of, i) => (of < 0 ? -1 : i + Number(i >= skippedBefore))),
      hasBackbone: new Uint8Array(length).fill(1),
    },
    trace: Float32Array.from({ length: 3 * length }, (_, k) => (k % 3 ? 0 : (apart * k) / 3)),
    plddt: new Float32Array(length).fill(alone),
    maxPae,
  });
}

describe('the pLDDT of copied residues', () => {
  const [gapStart, gapEnd] = [20, 26];
  const { plddt } = confidenceOfLine(46, (i) => i < gapStart || i >= gapEnd);

  it('falls towards a gap, from eight residues away on, and on both sides alike', () => {
    const before = Array.from({ length: 12 }, (_, k) => plddt[gapStart - 1 - k]!);
    const after = Array.from({ length: 12 }, (_, k) => plddt[gapEnd + k]!);
    expect(after).toEqual(before);
    for (let k = 1; k <= 8; k++) expect(before[k]).toBeGreaterThan(before[k - 1]!);
    // the ends of the chain count as gaps: of twenty residues those in the middle are farthest from both
    expect(before[9]).toBe(before[8]);
    expect(before[10]).toBe(before[9]);
    expect(before[11]).toBe(before[8]);
  });

  it('rises with the copied neighbours within 10 Å, up to thirty', () => {
    const at = (apart: number, isCopied: (residue: number) => boolean = () => true) =>
      confidenceOfLine(81, isCopied, { apart }).plddt[40]!;
    for (const apart of [10, 10.001]) expect(at(apart)).toBe(at(20)); // none
    expect(at(9.999)).toBeGreaterThan(at(10.001)); // two
    expect(at(0.66)).toBeGreaterThan(at(0.72)); // 30 and 26
    expect(at(0.5)).toBe(at(0.66)); // 38 and 30
    const others = [1, 2].map((step) => at(0.66, (i) => i === 40 || i % step === 0));
    expect(others[1]).toBeLessThan(others[0]!);
  });

  it('is lower beside a gap than at an end, where no letter lacks its partner', () => {
    expect(plddt[45]).toBeGreaterThan(plddt[gapStart - 1]! + 1);
  });

  it('falls with each residue within five that is another, the nearer the more', () => {
    const logOdds = (tryptophan: number): number => {
      const share = confidenceOfLine(60, () => true, { tryptophan }).plddt[30]! / 100;
      return Math.log(share / (1 - share));
    };
    const lost = (at: number) => logOdds(-1) - logOdds(at);
    for (let far = 0; far <= 6; far++)
      for (const at of [30 - far, 30 + far])
        expect(lost(at) / lost(30)).toBeCloseTo(1 - far / 6, 4);
  });

  it('is what the regression of EXPERIMENTS 34 says, worked out by hand', () => {
    const { plddt: whole, pae } = confidenceOfLine(60, () => true);
    const logOdds = -2.516 + 0.637 * 1 + 0.207 * 4 + 0.784 + 2.07; // identical alanines, no gap, no neighbours, whole chain
    expect(logOdds).toBeCloseTo(1.803, 6);
    expect(whole[30]).toBeCloseTo(85.85, 2);
    expect(pae[60 * 30 + 31]).toBeCloseTo(4.29, 2); // 20 Å apart
  });

  it('is the same by hand beside a gap, whose residues count as the least alike', () => {
    const logOdds = (i: number) => Math.log(plddt[i]! / (100 - plddt[i]!));
    const coverage = 40 / 46;
    // six alanines, the nearest counting most, and five residues without a partner
    const beside = (4 * (1 + 2 + 3 + 4 + 5 + 6) - 4 * (5 + 4 + 3 + 2 + 1)) / 36;
    const expected = -2.516 + 0.637 + 0.207 * beside + 2.07 * coverage;
    expect(logOdds(gapStart - 1)).toBeCloseTo(expected, 4);
    const far = -2.516 + 0.637 + 0.207 * 4 + 0.784 + 2.07 * coverage;
    expect(logOdds(gapStart - 9)).toBeCloseTo(far, 4);
  });

  it('falls on both sides of residues that the template has more, as towards a gap', () => {
    const logOdds = (i: number, skippedBefore?: number): number => {
      const share = confidenceOfLine(46, () => true, { skippedBefore }).plddt[i]! / 100;
      return Math.log(share / (1 - share));
    };
    for (const [far, run] of [
      [0, 0],
      [1, 1],
      [7, 7],
      [8, 8],
      [9, 8],
    ] as const)
      // prettier-ignore
      for (const i of [22 - far, 23 + far])
        expect(logOdds(i) - logOdds(i, 23)).toBeCloseTo(0.784 * (1 - run / 8), 4);
  });

  it('rises with the share of the chain that is copied', () => {
    const [half, whole] = [30, 60].map((end) => confidenceOfLine(60, (i) => i < end).plddt[15]!);
    expect(whole).toBeGreaterThan(half! + 1);
  });
});

describe('the pLDDT of residues that are built', () => {
  const ALONE = 10;
  const { plddt } = confidenceOfLine(60, (i) => i < 20 || i >= 40, { alone: ALONE });
  const best = plddt[19]!;

  it('lies between that of the network and three quarters of that of the nearest copied residue', () => {
    expect(plddt[40]).toBe(best);
    for (let far = 1; far <= 10; far++) {
      const expected = ALONE + 0.5 ** (far / 4) * (0.75 * best - ALONE);
      expect(plddt[19 + far]).toBeCloseTo(expected, 4);
      expect(plddt[40 - far]).toBeCloseTo(expected, 4);
    }
  });

  it('hangs on the residue before it where that after it is as near', () => {
    // the chain ends soon after the gap of one residue, so that what comes before is surer
    const { plddt: short } = confidenceOfLine(24, (i) => i !== 20, { alone: ALONE });
    expect(short[19]).not.toBeCloseTo(short[21]!, 1);
    expect(short[20]).toBeCloseTo(ALONE + 0.5 ** (1 / 4) * (0.75 * short[19]! - ALONE), 4);
  });

  it('is never below that of the network, which may trust itself more', () => {
    const sure = confidenceOfLine(60, (i) => i < 20 || i >= 40, { alone: 95 }).plddt;
    for (let i = 20; i < 40; i++) expect(sure[i]).toBeCloseTo(95, 4);
  });
});

describe('aligned errors', () => {
  const { pae, plddt } = confidenceOfLine(30, (i) => i < 20);
  const error = (i: number, j: number): number => pae[30 * i + j]!;

  it('are 0 on the diagonal alone, and no larger than the largest that is told', () => {
    for (let i = 0; i < 30; i++)
      for (let j = 0; j < 30; j++) expect(error(i, j) === 0).toBe(i === j);
    const most = confidenceOfLine(30, (i) => i < 20, { maxPae: 12 }).pae;
    expect(pae).toHaveLength(900);
    expect(most).toEqual(pae.map((value) => Math.min(12, value)));
    expect(Math.max(...pae)).toBeGreaterThan(12);
  });

  it('grow with the distance, and more with the doubt of the frame than of the point', () => {
    expect(error(10, 13)).toBeGreaterThan(error(10, 11)); // each further from the end, and equally sure or surer
    expect(plddt[29]).toBeLessThan(plddt[10]!);
    expect(error(29, 10)).toBeGreaterThan(error(10, 29));
  });
});

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
