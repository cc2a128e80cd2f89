import { describe, expect, it } from 'vitest';
import type { Backbone } from '#structure/backbone/backbone';
import { hydrogenBondsOf, isBonded } from '#structure/secondary-structure/hydrogen-bonds';
import { randomTensor } from '../../../helpers/random.js';

type Point = readonly [number, number, number];

const far = (i: number): Point => [1000 * i, 500, 0];

/** Residues of which some atoms are given and all others lie far from everything; CA close together. */
function backboneWith(
  atoms: Partial<Record<'n' | 'ca' | 'c' | 'o' | 'h', readonly (Point | undefined)[]>>,
  count: number,
): Backbone {
  const points = (
    of: readonly (Point | undefined)[] | undefined,
    otherwise: (i: number) => Point,
  ) => Float64Array.from(Array.from({ length: count }, (_, i) => of?.[i] ?? otherwise(i)).flat());
  return {
    count,
    residue: Int32Array.from({ length: count }, (_, i) => i),
    n: points(atoms.n, (i) => far(3 + i)),
    ca: points(atoms.ca, (i) => [i / 10, 0, 0]),
    c: points(atoms.c, (i) => far(103 + i)),
    o: points(atoms.o, (i) => far(203 + i)),
    h: points(atoms.h, (i) => far(303 + i)),
    canDonate: new Uint8Array(count).fill(1),
    stretch: new Int32Array(count),
  };
}

function apart(a: Float64Array, i: number, b: Float64Array, j: number): number {
  return Math.hypot(...[0, 1, 2].map((k) => a[3 * i + k]! - b[3 * j + k]!));
}

/** Kabsch & Sander 1983, equation 1: 332 · 0.42 · 0.20 (1/ON + 1/CH - 1/OH - 1/CN), kcal/mol. */
function energyOf({ n, c, o, h }: Backbone, donor: number, acceptor: number): number {
  const inverse = (a: Float64Array, b: Float64Array) => 1 / apart(a, acceptor, b, donor);
  const energy = 332 * 0.42 * 0.2 * (inverse(o, n) + inverse(c, h) - inverse(o, h) - inverse(c, n));
  return Math.max(-9.9, Math.round(1000 * energy) / 1000);
}

describe('hydrogenBondsOf', () => {
  it('keeps the two strongest acceptors of each N-H within 9 Å, but for the residue before', () => {
    const count = 13;
    const atoms = (seed: number) =>
      Float64Array.from(randomTensor([3 * count], seed, [0, 11]).data);
    const canDonate = new Uint8Array(count).fill(1);
    canDonate[4] = 0;
    const backbone: Backbone = {
      ...backboneWith({}, count),
      ...{ n: atoms(1), ca: atoms(2), c: atoms(3), o: atoms(4), h: atoms(5) },
      canDonate,
    };
    const { acceptor, energy } = hydrogenBondsOf(backbone);
    let numLeftOut = 0;
    for (let donor = 0; donor < count; donor++) {
      const expected = Array.from({ length: count }, (_, i) => i)
        .filter((i) => i !== donor && i !== donor - 1 && canDonate[donor] === 1)
        .filter((i) => {
          const isNear = apart(backbone.ca, donor, backbone.ca, i) <= 9;
          if (!isNear) numLeftOut++;
          return isNear;
        })
        .map((i) => ({ acceptor: i, energy: energyOf(backbone, donor, i) }))
        .filter((bond) => bond.energy < 0)
        .sort((a, b) => a.energy - b.energy);
      for (const k of [0, 1]) {
        expect(acceptor[2 * donor + k]).toBe(expected[k]?.acceptor ?? -1);
        expect(energy[2 * donor + k]).toBe(expected[k]?.energy ?? 0);
      }
    }
    expect(numLeftOut).toBeGreaterThan(10);
  });

  it('counts CA atoms up to 9 Å apart', () => {
    const bonded = (x: number) => {
      const atoms = { h: [[0, 0, 0]], o: [undefined, undefined, [2, 0, 0]] } as const;
      const ca: Point[] = [[0, 0, 0], [0, 0, 0], [x, 0, 0]]; // prettier-ignore
      return hydrogenBondsOf(backboneWith({ ...atoms, ca }, 3)).acceptor[0];
    };
    expect(bonded(9)).toBe(2);
    expect(bonded(9.01)).toBe(-1);
  });

  it('takes atoms closer than half an ångström for a bond of -9.9, whichever they are', () => {
    const strengthAt = (x: number): number => {
      const atoms = { n: [[0, 0, 0]], o: [undefined, undefined, [x, 0, 0]] } as const;
      return hydrogenBondsOf(backboneWith(atoms, 3)).energy[0]!;
    };
    expect(strengthAt(0.5)).toBe(0); // N and O alone repel one another
    expect(strengthAt(0.49)).toBe(-9.9);
    const attracted = { h: [[0, 0, 0]], o: [undefined, undefined, [1, 0, 0]] } as const;
    expect(hydrogenBondsOf(backboneWith(attracted, 3)).energy[0]).toBe(-9.9);
  });
});

describe('isBonded', () => {
  it('asks for less than -0.5 kcal/mol from one of both acceptors', () => {
    const bonds = {
      acceptor: Int32Array.of(7, 5, 8, -1),
      energy: Float64Array.of(-2, -0.501, -0.5, 0),
    };
    expect([7, 5, 8].map((acceptor) => isBonded(bonds, 0, acceptor))).toEqual([true, true, false]);
    expect([7, 5, 8].map((acceptor) => isBonded(bonds, 1, acceptor))).toEqual([
      false,
      false,
      false,
    ]);
  });
});
