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

describe('the bytes of a template', () => {
  /** A residue with N and CA, and one with N, CA, CB and its last atom. */
  const two: TemplateChain = {
    source: 'é.pdb',
    chainId: 'B',
    aatype: Uint8Array.of(3, 17),
    numbers: ['9', '10'],
    atom14: new Float32Array(84),
    atom14Mask: new Uint8Array(28),
  };
  const place = (residue: number, slot: number, x: number, y: number, z: number) => {
    two.atom14.set([x, y, z], 42 * residue + 3 * slot);
    two.atom14Mask[14 * residue + slot] = 1;
  };
  place(0, 0, 0.63, -0.64, 1.27);
  place(0, 1, 0.63, 0, -300);
  place(1, 0, 0.63, 0, -300);
  place(1, 1, 0.62, 0.01, -299.99);
  place(1, 4, 1, 2, 3);
  place(1, 13, 1, 2, 3);
  const bytes = [
    ...[6, 0xc3, 0xa9, 0x2e, 0x70, 0x64, 0x62, 1, 0x42, 3, 0x39, 0x3a, 0x32], // é.pdb, B, 9:2
    ...[2, 100, 3, 17], // two residues, 100 units in an ångström, their types
    ...[0b11, 0, 0b10011, 0b100000], // masks
    ...[126, 127, 254, 1], // 63, -64, 127
    ...[0, 128, 1, 221, 214, 3], // 0, 64, -30127
    ...[0, 0, 0],
    ...[1, 2, 2], // -1, 1, 1
    ...[76, 142, 3, 182, 217, 3], // 38, 199, 30299
    ...[0, 0, 0],
  ];

  it('are what the layout says', () => {
    expect([...packTemplate(two, compact)]).toEqual(bytes);
  });

  it('read back as they were written', () => {
    expect(unpackTemplate(Uint8Array.from(bytes))).toEqual(two);
  });

  it('are none where residues and numbers disagree, or there are more than any protein has', () => {
    const refuses = (some: ArrayLike<number>) => {
      expect(() => unpackTemplate(Uint8Array.from(some))).toThrow(
        expect.objectContaining({ code: 'TEMPLATE_DAMAGED' }) as Error,
      );
    };
    refuses(bytes.with(12, 0x33)); // 9:3, but two residues
    refuses(bytes.with(14, 0)); // no units in an ångström
    const numbersFor = (count: number, runs: string) => [
      ...[0, 0, runs.length, ...new TextEncoder().encode(runs)],
      ...[(count & 127) | 128, ((count >> 7) & 127) | 128, count >> 14, 100],
    ];
    const followedBy = (start: readonly number[], numZeros: number) => {
      const some = new Uint8Array(start.length + numZeros);
      some.set(start);
      return some;
    };
    refuses(followedBy(numbersFor(1_000_001, '1:1000001'), 3_000_003));
    refuses(followedBy(numbersFor(1_000_000, '1:1000001'), 3_000_000));
    refuses([...new Uint8Array(3), ...new Uint8Array(20).fill(255)]); // a number without an end
    refuses([...bytes.slice(0, -1), ...new Uint8Array(9).fill(255), 0]); // one that no coordinate is as large as
  });

  it('hold a chain without residues, numbers that stand alone, and texts longer than 4,096 bytes', () => {
    const none: TemplateChain = {
      ...{ source: 'x'.repeat(5000), chainId: '', aatype: new Uint8Array(), numbers: [] },
      ...{ atom14: new Float32Array(), atom14Mask: new Uint8Array() },
    };
    expect(unpackTemplate(packTemplate(none, exact))).toEqual(none);
    const lone = { ...two, numbers: ['9', '11'] };
    expect([...packTemplate(lone, compact).subarray(9, 14)]).toEqual([4, 0x39, 0x2c, 0x31, 0x31]);
    expect(unpackTemplate(packTemplate(lone, compact)).numbers).toEqual(['9', '11']);
  });

  it('hold the longest of chains', () => {
    // The types, masks and the few bytes of a chain of a million residues of which nothing is known.
    const length = 1_000_000;
    const runs = new TextEncoder().encode('1:1000000');
    const packed = new Uint8Array(16 + 3 * length);
    packed.set([0, 0, runs.length, ...runs, 192, 132, 61, 100]);
    expect(unpackTemplate(packed).numbers).toHaveLength(length);
  });
});

it('a template written as PDB reads back as the same template', () => {
  const text = writePdb(templateStructure({ ...chain, chainId: 'long name' }));
  const [again] = templateChains(residuesFromStructure(parsePdb(text)), chain.source);
  expect(again).toEqual({ ...chain, chainId: 'A' });
});
