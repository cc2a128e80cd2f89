import { describe, expect, it } from 'vitest';
import { layTemplates, templatesInUse } from '#architectures/esmfold/lay-templates';
import { aatypeOf, sequenceOf } from '#sequence/amino-acids';
import { templateChains, type TemplateChain } from '#structure/templates/template-chain';
import { readFixture } from '../../structure/fixtures.js';

const [inhibitor] = templateChains(readFixture('5pti-a'), '5pti.pdb') as [TemplateChain];
const [unrelated] = templateChains(readFixture('2hbb-a'), '2hbb.pdb') as [TemplateChain];
const sequence = sequenceOf(inhibitor.aatype);
const chains = [{ sequence }];

/** Residues of the inhibitor from one to another. */
const part = (source: string, from: number, to: number): TemplateChain => ({
  ...inhibitor,
  source,
  aatype: inhibitor.aatype.slice(from, to),
  numbers: inhibitor.numbers.slice(from, to),
  atom14: inhibitor.atom14.slice(42 * from, 42 * to),
  atom14Mask: inhibitor.atom14Mask.slice(14 * from, 14 * to),
});
const front = part('front', 0, 40);
const back = part('back', 18, 58);

describe('templates that a chain is folded after', () => {
  it('are none where none is given or related', () => {
    expect(layTemplates({ chains })).toBeUndefined();
    expect(layTemplates({ chains, templates: [unrelated] })).toMatchObject({ used: [] });
    expect(layTemplates({ chains, templates: [unrelated] })).not.toHaveProperty('scaffold');
  });

  it('each have the residues that the scaffold takes from them', () => {
    const laid = layTemplates({ chains, templates: [back, unrelated, front] })!;
    expect(laid.query).toEqual(aatypeOf(sequence));
    expect(laid.all).toHaveLength(3);
    const uses = templatesInUse(laid);
    expect(uses.map(({ template }) => template.chain.source).sort()).toEqual(['back', 'front']);
    const { templateOf, residueOf } = laid.scaffold!;
    uses.forEach((use, index) => {
      const first = use.template.chain.source === 'front' ? 0 : 18;
      for (let i = 0; i < 58; i++) {
        const expected = templateOf[i] === index ? i - first : -1;
        expect(use.residueOf[i]).toBe(expected);
        if (templateOf[i] === index) expect(residueOf[i]).toBe(expected);
      }
    });
    // Both have something that the other lacks.
    for (const { residueOf: taken } of uses)
      expect(Array.from(taken).filter((residue) => residue >= 0).length).toBeGreaterThan(10);
  });

  it('are four at most, and only those that add something', () => {
    const copies = ['1', '2', '3', '4', '5'].map((source) => ({ ...inhibitor, source }));
    const laid = layTemplates({ chains, templates: copies })!;
    expect(laid.used.map(({ chain }) => chain.source)).toEqual(['1']);
    // the front halves of four are the best, and the fifth is not read
    const fronts = ['1', '2', '3', '4'].map((source) => part(source, 0, 40));
    const tail = part('tail', 25, 58);
    const sources = (templates: TemplateChain[]) =>
      layTemplates({ chains, templates })!.used.map(({ chain }) => chain.source);
    expect(sources([...fronts, tail])).toEqual(['1']);
    expect(sources([...fronts.slice(1), tail])).toEqual(['2', 'tail']);
  });
});
