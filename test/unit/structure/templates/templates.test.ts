import { describe, expect, it } from 'vitest';
import { layTemplates, templatesInUse } from '#architectures/esmfold/lay-templates';
import { templateSummary, templateWarnings } from '#architectures/requested-templates';
import { aatypeOf, sequenceOf } from '#sequence/amino-acids';
import { backboneFrames } from '#structure/backbone/backbone-frames';
import { movePoints } from '#structure/comparison/superposition';
import { CA_SLOT, C_SLOT, N_SLOT } from '#structure/residues/atoms';
import { alignTemplates } from '#structure/templates/align-templates';
import { templateChains, type TemplateChain } from '#structure/templates/template-chain';
import { templateEnvironments } from '#structure/templates/template-environments';
import { templateFrames } from '#structure/templates/template-frames';
import { scaffoldFrames } from '#structure/templates/template-scaffold';
import { readFixture } from '../fixtures.js';

const residues = readFixture('5pti-a');
const [inhibitor] = templateChains(residues, '5pti.pdb') as [TemplateChain];
const [unrelated] = templateChains(readFixture('2hbb-a'), '2hbb.pdb') as [TemplateChain];
/** The Kunitz domain of the amyloid precursor protein. */
const RELATIVE = aatypeOf('EVCSEQAETGPCRAMISRWYFDVTEGKCAPFFYGGCGGNRNNFDTEEYCMAVCGSA');
const frames = backboneFrames(residues);

/** A turn about z, and a shift. */
const MOTION = {
  rotation: Float64Array.of(0, -1, 0, 1, 0, 0, 0, 0, 1),
  translation: Float64Array.of(10, -20, 30),
};

/** Residues of a template from one to another. */
function part(chain: TemplateChain, from: number, to: number): TemplateChain {
  return {
    ...chain,
    aatype: chain.aatype.slice(from, to),
    numbers: chain.numbers.slice(from, to),
    atom14: chain.atom14.slice(42 * from, 42 * to),
    atom14Mask: chain.atom14Mask.slice(14 * from, 14 * to),
  };
}

describe('alignTemplates', () => {
  it('puts the relative first and knows what is none', () => {
    const [first, second] = alignTemplates(RELATIVE, [unrelated, inhibitor]);
    expect(first).toMatchObject({ chain: inhibitor, isRelated: true });
    expect(first!.identity).toBeGreaterThan(0.4);
    expect(first!.coverage).toBeGreaterThan(0.95);
    expect(second).toMatchObject({ chain: unrelated, isRelated: false });
  });

  it('takes the one that covers more over one that is more alike', () => {
    const short = part(inhibitor, 12, 45);
    const [first] = alignTemplates(inhibitor.aatype, [short, inhibitor]);
    expect(first!.chain).toBe(inhibitor);
    expect(first!.coverage).toBe(1);
  });
});

describe('alignTemplates of relatives', () => {
  it('says how likely each pair is right', () => {
    const [first] = alignTemplates(RELATIVE, [inhibitor]);
    expect(first!.posteriors.length).toBe(first!.pairs.length);
    // The conserved cysteines are beyond doubt.
    for (const [k, [i, j]] of first!.pairs.entries())
      if (RELATIVE[i] === 4 && inhibitor.aatype[j] === 4)
        expect(first!.posteriors[k]).toBeGreaterThan(0.9);
  });

  it('takes the one whose alignment is in less doubt', () => {
    const shuffled = {
      ...inhibitor,
      aatype: inhibitor.aatype.map((type, i) => (i < 28 ? inhibitor.aatype[27 - i]! : type)),
    };
    const [first, second] = alignTemplates(RELATIVE, [shuffled, inhibitor]);
    expect(first!.chain).toBe(inhibitor);
    expect(second!.quality).toBeLessThan(first!.quality);
  });
});

describe('what a template is worth', () => {
  /** The CA alone is known of every third residue. */
  const patchy = {
    ...inhibitor,
    atom14Mask: inhibitor.atom14Mask.map((is, at) =>
      Math.floor(at / 14) % 3 > 0 || at % 14 === CA_SLOT ? is : 0,
    ),
  };

  it('is what copying it would keep: more of what is surely right, the same, and known whole', () => {
    const [found] = alignTemplates(RELATIVE, [patchy]);
    const { pairs, posteriors, identity, coverage, quality } = found!;
    const identical = pairs.filter(([i, j]) => RELATIVE[i] === patchy.aatype[j]).length;
    expect(identity).toBeCloseTo(identical / pairs.length, 12);
    expect(coverage).toBeCloseTo(pairs.length / RELATIVE.length, 12);
    const right = pairs.reduce((sum, [, j], k) => sum + posteriors[k]! * (j % 3 > 0 ? 1 : 0.95), 0);
    expect(quality).toBeCloseTo((right / RELATIVE.length) * (0.6 + 0.35 * identity), 9);
  });

  it('is nothing where it is unrelated; of those the one comes first that chance explains less', () => {
    const half = part(unrelated, 0, 25);
    const chains = [unrelated, half, part(unrelated, 20, 51)];
    const found = alignTemplates(RELATIVE, chains);
    for (const { isRelated, quality, posteriors, pairs, expectedByChance } of found) {
      expect([isRelated, quality, expectedByChance > 1e-4]).toEqual([false, 0, true]);
      expect([...posteriors]).toEqual(Array<number>(pairs.length).fill(0));
    }
    const chances = found.map(({ expectedByChance }) => expectedByChance);
    expect(new Set(chances).size).toBe(3);
    expect(chances).toEqual(chances.toSorted((a, b) => a - b));
    const backwards = alignTemplates(RELATIVE, chains.toReversed());
    expect(backwards.map(({ chain }) => chain)).toEqual(found.map(({ chain }) => chain));
  });
});

describe('templateEnvironments', () => {
  it('tell helices, strands and depth', () => {
    const { environments, states } = templateEnvironments(inhibitor);
    expect(states).toMatch(/^C+H+C+E+C+E+C+.*H{6,}C*$/);
    const depth = (number: string) => environments[inhibitor.numbers.indexOf(number)]! % 5;
    // Phe 22 and Cys 51 lie inside, Lys 15 is what the inhibitor holds out to trypsin.
    for (const inside of ['22', '51']) expect(depth(inside)).toBeGreaterThan(depth('15'));
  });

  it('are not told where the backbone is unknown', () => {
    const trace = {
      ...inhibitor,
      atom14Mask: inhibitor.atom14Mask.map((_, at) => Number(at % 14 === CA_SLOT)),
    };
    expect([...templateEnvironments(trace).environments].every((one) => one === -1)).toBe(true);
    expect(alignTemplates(RELATIVE, [trace])[0]).toMatchObject({ isRelated: true });
  });
});

describe('templateFrames', () => {
  it('are the backbone frames where N and C are known', () => {
    for (const [i, found] of templateFrames(inhibitor).entries()) {
      expect(found!.hasBackbone).toBe(true);
      for (const [k, value] of found!.frame.rotation.entries())
        expect(value).toBeCloseTo(frames.rotation[9 * i + k]!, 5);
    }
  });

  it('are near them where only CA atoms are', () => {
    const trace = {
      ...inhibitor,
      atom14Mask: inhibitor.atom14Mask.map((_, at) => Number(at % 14 === CA_SLOT)),
    };
    const found = templateFrames(trace);
    expect(found[0]).toBeUndefined();
    expect(found.at(-1)).toBeUndefined();
    for (const [i, one] of found.slice(1, -1).entries()) {
      expect(one!.hasBackbone).toBe(false);
      // The trace of the rotation between both frames is 1 + 2 cos of its angle.
      const overlap = one!.frame.rotation.reduce(
        (sum, x, k) => sum + x * frames.rotation[9 * (i + 1) + k]!,
        0,
      );
      expect((Math.acos((overlap - 1) / 2) * 180) / Math.PI).toBeLessThan(40);
    }
  });
});

describe('a template that no chain could follow', () => {
  const collapsed = { ...inhibitor, atom14: new Float32Array(inhibitor.atom14.length) };

  it('has no frames where atoms lie on one another, or bonds are torn', () => {
    expect(templateFrames(collapsed).some((found) => found !== undefined)).toBe(false);
    const atom14 = inhibitor.atom14.map((x, at) => x * (at % 84 < 42 ? 30 : 1));
    const torn = templateFrames({ ...inhibitor, atom14 });
    for (const [i, found] of torn.entries()) expect(found !== undefined).toBe(i % 2 === 1);
  });

  it('is not used, and a warning says why', async () => {
    const chains = [{ sequence: sequenceOf(inhibitor.aatype) }];
    const request = { chains, templates: [collapsed] };
    const laid = layTemplates(request)!;
    expect(laid).not.toHaveProperty('scaffold');
    const summary = await templateSummary(request, laid.all, templatesInUse(laid));
    expect(templateWarnings(summary)).toEqual([
      'no template was used: the best, 5pti.pdb chain A, has no backbone that a chain could follow',
    ]);
  });
});

describe('scaffoldFrames', () => {
  it('lays a second template on the first by what they share', () => {
    const [front, back] = [part(inhibitor, 0, 40), part(inhibitor, 20, 58)];
    const turned = { ...back, atom14: movePoints(MOTION, back.atom14) };
    const aligned = [front, turned].map((chain) => alignTemplates(inhibitor.aatype, [chain])[0]!);
    const scaffold = scaffoldFrames(aligned, 58);
    expect([...scaffold.templateOf]).toEqual([
      ...Array<number>(40).fill(0),
      ...Array<number>(18).fill(1),
    ]);
    expect(scaffold.residueOf[57]).toBe(37);
    for (const [k, x] of frames.translation.entries())
      expect(scaffold.origins[k]).toBeCloseTo(x, 3);
    for (const [k, x] of frames.rotation.entries()) expect(scaffold.rotations[k]).toBeCloseTo(x, 3);
  });

  it('leaves a template out that shares too little, and residues without a backbone', () => {
    const [front, back] = [part(inhibitor, 0, 30), part(inhibitor, 25, 58)];
    const cut = { ...front, atom14Mask: front.atom14Mask.slice() };
    for (const slot of [N_SLOT, C_SLOT]) cut.atom14Mask[slot] = 0;
    const aligned = [cut, back].map((chain) => alignTemplates(inhibitor.aatype, [chain])[0]!);
    const { templateOf, residueOf } = scaffoldFrames(aligned, 58);
    expect(templateOf[0]).toBe(-1);
    expect([...residueOf].map((of) => of === -1)).toEqual([...templateOf].map((of) => of === -1));
    expect([...templateOf.subarray(1, 30)].every((of) => of === 0)).toBe(true);
    expect([...templateOf.subarray(30)].every((of) => of === -1)).toBe(true);
  });
});
