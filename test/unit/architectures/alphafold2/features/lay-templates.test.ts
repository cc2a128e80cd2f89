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
});
