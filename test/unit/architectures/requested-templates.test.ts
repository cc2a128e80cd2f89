import { describe, expect, it } from 'vitest';
import type { TemplateSummary, TemplateUse } from '#architectures/family';
import {
  alignedTemplates,
  templateSummary,
  templateWarnings,
} from '#architectures/requested-templates';
import { aatypeOf } from '#sequence/amino-acids';
import { MOST_BY_CHANCE, type AlignedTemplate } from '#structure/templates/align-templates';
import type { TemplateChain } from '#structure/templates/template-chain';

const chains = [{ sequence: 'MKTAY' }];

/** A template of a sequence, numbered from 11, without atoms. */
function templateOf(sequence: string, source = 'a.pdb', chainId = 'A'): TemplateChain {
  return {
    source,
    chainId,
    numbers: Array.from(sequence, (_, i) => String(11 + i)),
    aatype: aatypeOf(sequence),
    atom14: new Float32Array(42 * sequence.length),
    atom14Mask: new Uint8Array(14 * sequence.length),
  };
}

/** A template that is laid over the query so. */
const laid = (chain: TemplateChain, pairs: readonly [number, number][]): AlignedTemplate =>
  ({ chain, pairs, identity: 0.5, coverage: 0.4, expectedByChance: 1e-9, posteriors: new Float32Array(), isRelated: true, quality: 0.5 }); // prettier-ignore

const summaryOf = (all: AlignedTemplate[], used: AlignedTemplate[], residueOf: number[] = []) =>
  templateSummary(
    { chains, templates: all.map(({ chain }) => chain) },
    all,
    used.map((template) => ({ template, residueOf })),
  );

describe('templates of a request', () => {
  it('are none where none are given', () => {
    expect(alignedTemplates({ chains })).toBeUndefined();
    expect(alignedTemplates({ chains, templates: [] })).toEqual([]);
  });

  it('are refused for a complex', () => {
    const complex = { chains: [...chains, ...chains], templates: [] };
    expect(() => alignedTemplates(complex)).toThrow(
      expect.objectContaining({
        code: 'REQUEST_INVALID',
        message: 'templates are read for a single chain, not for a complex',
        hint: expect.stringContaining('one by one') as string,
      }),
    );
  });
});

describe('what users are told of a template', () => {
  const template = laid(templateOf('GKTWP'), [
    [1, 1],
    [2, 2],
    [4, 3],
  ]);

  it('is its alignment from end to end, and the residues that were followed', async () => {
    const { chains: told } = await summaryOf([template], [template], [-1, 1, -1, -1, 3]);
    expect(told).toEqual([
      {
        source: 'a.pdb',
        chainId: 'A',
        isUsed: true,
        identity: 0.5,
        coverage: 0.4,
        expectedByChance: 1e-9,
        alignedQuery: 'M-KTAY-',
        alignedTemplate: '-GKT-WP',
        residues: ['', '12', '', '', '14'],
      },
    ]);
  });

  it('is that it was not used', async () => {
    const { chains: told } = await summaryOf([template], []);
    expect(told).toMatchObject([{ isUsed: false, residues: ['', '', '', '', ''] }]);
  });

  it('leaves out the other chains of a file, unless they were used', async () => {
    const [b, c, other] = [
      laid(templateOf('KT', 'a.pdb', 'B'), []),
      laid(templateOf('KT', 'a.pdb', 'C'), []),
      laid(templateOf('KT', 'b.pdb', 'A'), []),
    ];
    const { chains: told, request } = await summaryOf([template, b, other, c], [c]);
    expect(told.map(({ source, chainId, isUsed }) => [source, chainId, isUsed])).toEqual([
      ['a.pdb', 'A', false],
      ['b.pdb', 'A', false],
      ['a.pdb', 'C', true],
    ]);
    expect(request).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('warnings about templates', () => {
  const use = (isUsed: boolean, expectedByChance = 1) =>
    ({ source: 'a.pdb', chainId: 'B', isUsed, expectedByChance }) as TemplateUse;
  const warnings = (...uses: TemplateUse[]) =>
    templateWarnings({ request: '', chains: uses } satisfies TemplateSummary);

  it('are none where none were given or one was used', () => {
    expect(templateWarnings(undefined)).toEqual([]);
    expect(warnings(use(false), use(true))).toEqual([]);
  });

  it('say why the best was not used', () => {
    expect(warnings()).toEqual(['no template was used: none was found']);
    expect(warnings(use(false, 0.0234), use(false, 9))).toEqual([
      'no template was used: the best, a.pdb chain B, resembles the sequence no more than unrelated proteins do (E 2e-2)',
    ]);
    expect(warnings(use(false, MOST_BY_CHANCE))[0]).toMatch(/has no backbone/);
    expect(warnings(use(false, 1.01 * MOST_BY_CHANCE))[0]).toMatch(/unrelated proteins/);
  });
});
