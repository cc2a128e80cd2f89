import { describe, expect, it } from 'vitest';
import { ramachandranRegion } from '#structure/quality/ramachandran';
import { stereochemistryOf } from '#structure/quality/stereochemistry';
import { readFixture } from './fixtures.js';

const bpti = readFixture('5pti-a');

/** BPTI with one atom14 slot of one residue moved. */
function withMoved(residue: number, slot: number, by: readonly [number, number, number]) {
  const atom14 = bpti.atom14.slice();
  by.forEach((shift, axis) => (atom14[3 * (14 * residue + slot) + axis]! += shift));
  return { ...bpti, atom14 };
}

describe('stereochemistryOf', () => {
  it('finds little wrong with a crystal structure at 1.9 Å', () => {
    const report = stereochemistryOf(readFixture('2hbb-a'));
    expect(report.bonds.numChecked).toBeGreaterThan(350);
    expect(report.bonds.outlierFraction).toBeLessThan(0.01);
    expect(report.angles.outlierFraction).toBeLessThan(0.03);
    expect(report.caDistances).toEqual({ numChecked: 50, outliers: [], outlierFraction: 0 });
    expect(report.chirality.outliers).toEqual([]);
    expect(report.ramachandran.numChecked).toBe(49);
    expect(report.ramachandran.outliers.map(({ residue }) => residue)).toEqual([28]); // phi -129, psi -69
    expect(report.ramachandran.favouredFraction).toBeGreaterThan(0.9);
    expect(report.clashes.clashes).toEqual([]);
  });

  it('sees that a mirror image is made of D-amino acids', () => {
    const mirrored = { ...bpti, atom14: bpti.atom14.map((x, i) => (i % 3 === 0 ? -x : x)) };
    const { chirality, bonds, ramachandran } = stereochemistryOf(mirrored);
    expect(chirality.outlierFraction).toBe(1);
    expect(bonds.outliers).toEqual(stereochemistryOf(bpti).bonds.outliers);
    expect(ramachandran.outlierFraction).toBeGreaterThan(0.3);
  });

  it('names the bonds of an atom that was moved', () => {
    const { bonds, angles } = stereochemistryOf(withMoved(19, 3, [1, 0, 0]));
    const found = bonds.outliers.find(({ atoms }) => atoms.join('-') === 'C-O');
    expect(found).toMatchObject({ residue: 19, ideal: 1.229 });
    expect(angles.outliers.some(({ residue, atoms }) => residue === 19 && atoms[2] === 'O')).toBe(
      true,
    );
  });

  it('reports the two atoms that clash', () => {
    const target = 3 * 14 * 40;
    const shift = [0, 1, 2].map(
      (axis) => bpti.atom14[target + axis]! - bpti.atom14[42 * 10 + 9 + axis]! + 0.5,
    );
    const { clashes } = stereochemistryOf(withMoved(10, 3, shift as [number, number, number]));
    expect(clashes.clashes).toContainEqual(
      expect.objectContaining({ residues: [10, 40], slots: [3, 0] }),
    );
    expect(clashes.backboneFraction).toBeGreaterThanOrEqual(2 / 58);
  });

  it('reports CA atoms that are too far apart, but not across missing residues', () => {
    const moved = stereochemistryOf(withMoved(57, 1, [0, 0, 9]));
    expect(moved.caDistances.outliers.map(({ residue }) => residue)).toEqual([57]);
    expect(stereochemistryOf(readFixture('1brs-d')).caDistances.numChecked).toBe(85);
  });
});

describe('ramachandranRegion', () => {
  it.each([
    ['general', -60, -45, 'favoured'],
    ['general', -120, 130, 'favoured'],
    ['general', 57, 47, 'favoured'],
    ['general', 0, 0, 'outlier'],
    ['general', 60, -90, 'outlier'],
    ['glycine', 85, 5, 'favoured'],
    ['transProline', -65, 145, 'favoured'],
    ['transProline', 60, 45, 'outlier'],
  ] as const)('of %s at %d, %d is %s', (plot, phi, psi, region) => {
    expect(ramachandranRegion(plot, phi, psi)).toBe(region);
  });

  it('does not mind full turns', () => {
    expect(ramachandranRegion('general', -60 + 360, -45 - 720)).toBe('favoured');
    expect(ramachandranRegion('general', -180, 180)).toBe(ramachandranRegion('general', 180, -180));
  });
});
