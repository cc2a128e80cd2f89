import { describe, expect, it } from 'vitest';
import { parsePdb } from '#bio-pdb/pdb/reader';
import { writePdb } from '#bio-pdb/pdb/writer';
import { residuesFromStructure } from '#structure/from-bio-pdb';
import {
  packTemplate,
  TEMPLATE_PRECISION,
  unpackTemplate,
} from '#structure/templates/packed-template';
import { templateChains, type TemplateChain } from '#structure/templates/template-chain';
import { templateStructure } from '#structure/templates/template-structure';
import { readFixture } from '../fixtures.js';

const [chain] = templateChains(readFixture('5pti-a'), '5pti-a.pdb') as [TemplateChain];
const { exact, compact } = TEMPLATE_PRECISION;

describe('packTemplate', () => {
  it('keeps what a PDB file says to its last digit', () => {
    expect(unpackTemplate(packTemplate(chain, exact))).toEqual(chain);
  });

  it('keeps places to half a hundredth of an ångström in 2 bytes and little more a coordinate', () => {
    const packed = packTemplate(chain, compact);
    const { atom14 } = unpackTemplate(packed);
    for (const [at, place] of chain.atom14.entries())
      expect(Math.abs(place - atom14[at]!)).toBeLessThan(0.0051);
    const numAtoms = chain.atom14Mask.reduce((sum, is) => sum + is, 0);
    expect(packed.length).toBeLessThan(3 * chain.aatype.length + 3 * 2.1 * numAtoms + 40);
  });

  it('keeps numbers that jump, fall, repeat and have letters', () => {
    const numbers = chain.numbers.map((number, i) =>
      i < 9 ? ['-3', '-2', '-1', '7', '7A', '7B', '6', '6', '1000'][i]! : number,
    );
    expect(unpackTemplate(packTemplate({ ...chain, numbers }, exact)).numbers).toEqual(numbers);
  });

  it('refuses bytes that are cut short anywhere', () => {
    const packed = packTemplate(chain, compact);
    for (let length = 0; length < packed.length; length += 13)
      expect(() => unpackTemplate(packed.subarray(0, length))).toThrow(/damaged/);
  });
});

it('a template written as PDB reads back as the same template', () => {
  const text = writePdb(templateStructure({ ...chain, chainId: 'long name' }));
  const [again] = templateChains(residuesFromStructure(parsePdb(text)), chain.source);
  expect(again).toEqual({ ...chain, chainId: 'A' });
});
