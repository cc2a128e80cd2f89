import { describe, expect, it } from 'vitest';
import { backboneFrames } from '#structure/backbone/backbone-frames';
import { movePoints } from '#structure/comparison/superposition';
import type { AlignedTemplate } from '#structure/templates/align-templates';
import { templateChains, type TemplateChain } from '#structure/templates/template-chain';
import { scaffoldFrames } from '#structure/templates/template-scaffold';
import { readFixture } from '../fixtures.js';

const residues = readFixture('5pti-a');
const [chain] = templateChains(residues, '5pti.pdb') as [TemplateChain];
const frames = backboneFrames(residues);
/** A turn by a third about (1, 1, 1), and a shift. */
const MOTION = {
  rotation: Float64Array.of(0, 0, 1, 1, 0, 0, 0, 1, 0),
  translation: Float64Array.of(10, -20, 30),
};

/** The chain's residues from one on stand for those of the query from another on. */
const aligned = (from: number, to: number, count: number, of: TemplateChain = chain) =>
  ({
    chain: of,
    pairs: Array.from({ length: count }, (_, k) => [to + k, from + k] as const),
  }) as unknown as AlignedTemplate;

const moved = { ...chain, atom14: movePoints(MOTION, chain.atom14) };

describe('scaffoldFrames', () => {
  it('puts each residue of the query where its template has it', () => {
    const { origins, rotations, templateOf, residueOf, hasBackbone } = scaffoldFrames(
      [aligned(7, 3, 5)],
      11,
    );
    expect([...templateOf]).toEqual([-1, -1, -1, 0, 0, 0, 0, 0, -1, -1, -1]);
    expect([...residueOf]).toEqual([-1, -1, -1, 7, 8, 9, 10, 11, -1, -1, -1]);
    expect([...hasBackbone]).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0]);
    expect([origins.length, rotations.length]).toEqual([33, 99]);
    expect([...origins.subarray(9, 24)]).toEqual([...frames.translation.subarray(21, 36)]);
    for (const [k, x] of rotations.subarray(27, 72).entries())
      expect(x).toBeCloseTo(frames.rotation[63 + k]!, 6);
    expect([...origins.subarray(0, 9), ...rotations.subarray(0, 27)].every((x) => x === 0)).toBe(
      true,
    );
  });

  it('lays a template on what is there by the ten residues that they share at least', () => {
    const both = (numShared: number) =>
      scaffoldFrames([aligned(0, 0, 30), aligned(30 - numShared, 30 - numShared, 20, moved)], 58);
    expect(both(9).templateOf[30]).toBe(-1);
    const { templateOf, origins, rotations } = both(10);
    expect([...templateOf.subarray(0, 41)]).toEqual([
      ...Array<number>(30).fill(0),
      ...Array<number>(10).fill(1),
      -1,
    ]);
    for (let k = 0; k < 3 * 40; k++) expect(origins[k]).toBeCloseTo(frames.translation[k]!, 3);
    for (let k = 0; k < 9 * 40; k++) expect(rotations[k]).toBeCloseTo(frames.rotation[k]!, 3);
  });

  it('leaves a template out whose shared residues lie more than 4 Å off', () => {
    /** Every other residue is shifted along x, so that no superposition undoes it. */
    const shifted = (by: number) => ({
      ...moved,
      atom14: moved.atom14.map((x, at) => (at % 3 === 0 && at % 84 < 42 ? x + by : x)),
    });
    const takes = (by: number) =>
      scaffoldFrames([aligned(0, 0, 40), aligned(0, 0, 58, shifted(by))], 58).templateOf[50] === 1;
    // Halves of the residues end up half of the shift off, to either side.
    expect(takes(7.4)).toBe(true);
    expect(takes(8.8)).toBe(false);
  });

  it('says where a template has CA alone, and leaves out ends, which it then says nothing of', () => {
    const trace = { ...chain, atom14Mask: chain.atom14Mask.map((_, at) => Number(at % 14 === 1)) };
    const { templateOf, hasBackbone } = scaffoldFrames([aligned(0, 0, 58, trace)], 58);
    expect([...templateOf]).toEqual([-1, ...Array<number>(56).fill(0), -1]);
    expect(hasBackbone.includes(1)).toBe(false);
  });
});
