import { describe, expect, it } from 'vitest';
import { placeTemplate } from '#architectures/alphafold2/features/placed-template';
import { templateFeatures } from '#architectures/alphafold2/features/template-features';
import { aatypeOf } from '#sequence/amino-acids';
import { ATOM14_NAMES, ATOM37_NAMES } from '#structure/residues/atoms';
import type { HostTensor } from '#tensor/tensor';

/** Residues whose slots are all known, at coordinates that tell residue, slot and axis. */
function residuesOf(sequence: string) {
  const aatype = Uint8Array.from(aatypeOf(sequence));
  return {
    aatype,
    atom14: Float32Array.from({ length: 42 * aatype.length }, (_, i) => 1 + i),
    atom14Mask: Uint8Array.from(
      Array.from(aatype).flatMap((type) => ATOM14_NAMES[type]!.map((name) => Number(name !== ''))),
    ),
  };
}
const atom37 = (position: number, name: string) => 37 * position + ATOM37_NAMES.indexOf(name);

describe('a structure that is laid over a query', () => {
  // of four residues the first and the third are aligned, in places 3 and 0; one is left out, one lies beyond the query
  const residues = residuesOf('KAGW');
  residues.atom14Mask[4] = 0; // CB of K is not known
  const placed = placeTemplate(residues, [3, -1, 0, 5], 5);

  it('has a type where a residue is aligned, and a gap elsewhere', () => {
    expect(Array.from(placed.aatype)).toEqual([7, 21, 21, 11, 21]);
  });

  it('has each atom that is known in its place, and nothing else', () => {
    const expected = new Float32Array(5 * 37 * 3);
    const known = new Uint8Array(5 * 37);
    for (const [residue, position, names] of [
      [2, 0, ['N', 'CA', 'C', 'O']],
      [0, 3, ['N', 'CA', 'C', 'O', '', 'CG', 'CD', 'CE', 'NZ']],
    ] as const)
      names.forEach((name, slot) => {
        if (name === '') return;
        known[atom37(position, name)] = 1;
        const from = 42 * residue + 3 * slot;
        expected.set(residues.atom14.subarray(from, from + 3), 3 * atom37(position, name));
      });
    expect(placed.atom37Mask).toEqual(known);
    expect(placed.atom37).toEqual(expected);
  });
});

describe('templates as the network reads them', () => {
  const first = placeTemplate(residuesOf('KG'), [0, 1], 3);
  const second = placeTemplate(residuesOf('AW'), [2, 0], 3);
  const features = templateFeatures([first, second]);

  it('stand one after the other, and all count', () => {
    expect(features.mask).toEqual({ shape: [2], data: Float32Array.of(1, 1) });
    expect(features.aatype).toEqual({ shape: [2, 3], data: Int32Array.of(11, 7, 21, 17, 21, 0) });
    const tensors = Object.entries<HostTensor>({ ...features });
    const shapes = tensors.map(([name, { shape }]) => [name, shape]);
    expect(Object.fromEntries(shapes)).toEqual({
      mask: [2],
      aatype: [2, 3],
      atom37: [2, 3, 37, 3],
      atom37Mask: [2, 3, 37],
      pseudoBeta: [2, 3, 3],
      pseudoBetaMask: [2, 3],
      torsions: [2, 3, 7, 2],
      alternativeTorsions: [2, 3, 7, 2],
      torsionMask: [2, 3, 7],
    });
    for (const [, { shape, data }] of tensors)
      expect(data).toHaveLength(shape.reduce((a, b) => a * b, 1));
  });

  it('have CB as their beta, or CA of glycine', () => {
    expect(Array.from(features.pseudoBetaMask.data)).toEqual([1, 1, 0, 1, 0, 1]);
    const beta = (at: number) => Array.from(features.pseudoBeta.data.subarray(3 * at, 3 * at + 3));
    expect(beta(0)).toEqual([13, 14, 15]); // slot 4 of residue 0
    expect(beta(1)).toEqual([46, 47, 48]); // slot 1 of residue 1
    expect(beta(2)).toEqual([0, 0, 0]);
    expect(beta(3)).toEqual([55, 56, 57]); // slot 4 of residue 1
    expect(beta(5)).toEqual([13, 14, 15]);
  });

  it('are all of one query', () => {
    const other = placeTemplate(residuesOf('K'), [0], 4);
    expect(() => templateFeatures([first, other])).toThrow('queries of different lengths');
  });
});
