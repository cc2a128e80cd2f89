import { describe, expect, it } from 'vitest';
import { backboneOf } from '#structure/backbone/backbone';
import { dihedral, type Vector3 } from '#structure/geometry/vector3';
import { ramachandranPoints } from '#structure/quality/ramachandran';
import { RESIDUE_LETTERS } from '#sequence/amino-acids';
import { readFixture } from './fixtures.js';

describe('dihedral', () => {
  const [a, b, c, d]: Vector3[] = [
    [1, 0, 0],
    [0, 0, 0],
    [0, 0, 2],
    [0, 3, 2],
  ] as const;

  it('is positive where the last bond is turned clockwise, seen along the middle one', () => {
    expect(dihedral(a, b, c, d)).toBeCloseTo(Math.PI / 2, 10);
    expect(dihedral(a, b, c, [0, -3, 2])).toBeCloseTo(-Math.PI / 2, 10);
    expect(dihedral(a, b, c, [1, 0, 2])).toBeCloseTo(0, 10); // cis
    expect(Math.abs(dihedral(a, b, c, [-1, 0, 2]))).toBeCloseTo(Math.PI, 10);
  });

  it('is the same from the other end, and another in any other order', () => {
    const skew: Vector3 = [1.5, 3, 2.5];
    const angle = dihedral(a, b, c, skew);
    expect(dihedral(skew, c, b, a)).toBeCloseTo(angle, 10);
    for (const other of [dihedral(b, a, c, skew), dihedral(a, c, b, skew), dihedral(a, b, skew, c)])
      expect(Math.abs(other - angle)).toBeGreaterThan(0.05);
  });

  it('gives the phi and psi that gemmi 0.7.5 measures', () => {
    for (const [name, expected] of Object.entries({
      '2hbb-a': [
        [1, -84.55, 131.12],
        [9, -61.52, 127.71],
        [28, -129.28, -68.96],
        [40, -49.36, -45.31],
      ],
      '5pti-a': [
        [1, -61.92, 145.22],
        [9, -120.64, 110.32],
        [28, -141.4, 157.36],
        [40, -105.51, 179.83],
      ],
    } as const)) {
      const points = ramachandranPoints(readFixture(name));
      for (const [residue, phi, psi] of expected) {
        const point = points.find((one) => one.residue === residue)!;
        expect(point.phi).toBeCloseTo(phi, 1);
        expect(point.psi).toBeCloseTo(psi, 1);
      }
    }
  });
});

describe('donors of hydrogen bonds', () => {
  it('are all residues that follow another, but proline, which has no hydrogen on its nitrogen', () => {
    const { canDonate, residue, n, h } = backboneOf(readFixture('5pti-a'));
    const { aatype } = readFixture('5pti-a');
    const prolines = Array.from(residue).filter((i) => RESIDUE_LETTERS[aatype[i]!] === 'P');
    expect(prolines).toEqual([1, 7, 8, 12]);
    const without = Array.from(residue).filter((i) => canDonate[i] === 0);
    expect(without).toEqual([0, ...prolines]);
    for (const i of residue) {
      const bond = Math.hypot(
        h[3 * i]! - n[3 * i]!,
        h[3 * i + 1]! - n[3 * i + 1]!,
        h[3 * i + 2]! - n[3 * i + 2]!,
      );
      expect(bond).toBeCloseTo(canDonate[i]!, 5); // 1 Å, or none
    }
  });
});
