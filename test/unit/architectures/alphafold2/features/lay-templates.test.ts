import { describe, expect, it } from 'vitest';
import { layTemplates } from '#architectures/alphafold2/features/lay-templates';
import { sequenceOf } from '#sequence/amino-acids';
import { templateChains, type TemplateChain } from '#structure/templates/template-chain';
import { readFixture } from '../../../structure/fixtures.js';

const [inhibitor] = templateChains(readFixture('5pti-a'), '5pti.pdb') as [TemplateChain];
const [unrelated] = templateChains(readFixture('2hbb-a'), '2hbb.pdb') as [TemplateChain];
const chains = [{ sequence: sequenceOf(inhibitor.aatype) }];
const from = (source: string) => ({ ...inhibitor, source });
const sourcesUsed = (templates: readonly TemplateChain[], maxTemplates = 4) =>
  layTemplates({ chains, templates }, { maxTemplates })!.used.map(
    ({ template }) => `${template.chain.source} ${template.chain.chainId}`,
  );

describe('templates of AlphaFold 2', () => {
  it('are those that are related, as many as the network reads', () => {
    const several = ['1', '2', '3', '4', '5'].map(from);
    expect(sourcesUsed([unrelated, inhibitor])).toEqual(['5pti.pdb A']);
    expect(sourcesUsed(several)).toEqual(['1 A', '2 A', '3 A', '4 A']);
    expect(sourcesUsed(several, 1)).toEqual(['1 A']);
    expect(sourcesUsed([unrelated])).toEqual([]);
  });

  it('are one of the copies in a file', () => {
    const copy = { ...inhibitor, chainId: 'B' };
    expect(sourcesUsed([inhibitor, copy, from('other')])).toEqual(['5pti.pdb A', 'other A']);
  });

  it('are copies if nine in ten of their residues are those of a better one', () => {
    /** The first fifty residues, some of them another: glycine for what is none. */
    const changed = (count: number): TemplateChain => ({
      ...inhibitor,
      chainId: 'B',
      aatype: inhibitor.aatype.slice(0, 50).map((type, i) => (i % 8 === 4 && i < 8 * count ? (type + 1) % 20 : type)), // prettier-ignore
      numbers: inhibitor.numbers.slice(0, 50),
      atom14: inhibitor.atom14.slice(0, 50 * 42),
      atom14Mask: inhibitor.atom14Mask.slice(0, 50 * 14),
    });
    expect(sourcesUsed([inhibitor, changed(5)])).toEqual(['5pti.pdb A']);
    expect(sourcesUsed([inhibitor, changed(6)])).toEqual(['5pti.pdb A', '5pti.pdb B']);
  });

  it('lie over the residues that they are aligned to; what else they have is left out', () => {
    // the query has four residues more in its middle, and lacks five of the template in front and seven at the end
    const [front, back] = [inhibitor.aatype.slice(5, 28), inhibitor.aatype.slice(28, 51)];
    const query = [{ sequence: `${sequenceOf(front)}WWWW${sequenceOf(back)}` }];
    const laid = layTemplates({ chains: query, templates: [inhibitor] }, { maxTemplates: 4 })!;
    const [{ residueOf }] = laid.used as [(typeof laid.used)[0]];
    const own = (from: number) => Array.from({ length: 23 }, (_, i) => from + i);
    const expected = [...own(5), -1, -1, -1, -1, ...own(28)];
    expect(Array.from(residueOf)).toEqual(expected);
    const [placed] = laid.placed as [(typeof laid.placed)[0]];
    expect(Array.from(placed.aatype)).toEqual([...front, 21, 21, 21, 21, ...back]);
    for (const [position, residue] of expected.entries()) {
      const alpha = placed.atom37.slice(3 * (37 * position + 1), 3 * (37 * position + 2));
      const from = 42 * residue + 3;
      expect(alpha).toEqual(residue < 0 ? new Float32Array(3) : inhibitor.atom14.slice(from, from + 3)); // prettier-ignore
    }
  });
});
