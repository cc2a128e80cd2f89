import { describe, expect, it } from 'vitest';
import { GLYCINE, PROLINE } from '#sequence/amino-acids';
import { backboneOf } from '#structure/backbone/backbone';
import {
  ANGLE_CA_C_N,
  ANGLE_C_N_CA,
  ANGLE_N_CA_C,
  LENGTH_CA_C,
  LENGTH_C_N,
  LENGTH_N_CA,
} from '#structure/backbone/backbone-geometry';
import { carbonylOxygen } from '#structure/backbone/carbonyl-oxygen';
import { MOVES, moveResidues, rigidChainAt } from '#structure/backbone/rigid-chain';
import { emptyChain, placeChain } from '#structure/backbone/torsion-chain';
import { madeUp, type MadeUp } from '../fixtures.js';

const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const ALANINE = 0;

/** Of alanine: C lies on x, N in the upper half of the xy-plane, O as if the next N lay there too. */
const AT_ORIGIN = [
  -0.525, 1.363, 0, 0, 0, 0, 1.526, 0, 0, 2.153, -1.062, 0, -0.529, -0.774, -1.205,
];

const expectNear = (found: ArrayLike<number>, expected: readonly number[], digits = 3) => {
  expect(found).toHaveLength(expected.length);
  for (const [k, x] of expected.entries()) expect(found[k]).toBeCloseTo(x, digits);
};

describe('an ideal backbone', () => {
  it('has the bonds and angles of Engh and Huber', () => {
    expectNear([LENGTH_N_CA, LENGTH_CA_C, LENGTH_C_N], [1.459, 1.525, 1.329], 2);
    const degrees = [ANGLE_N_CA_C, ANGLE_CA_C_N, ANGLE_C_N_CA].map((x) => (180 / Math.PI) * x);
    expectNear(degrees, [111.1, 116.6, 121.4], 1);
  });

  it('has its only residue in the frame at the origin, moved by torsions or as a rigid body', () => {
    const turned = emptyChain(1);
    placeChain(turned, Float64Array.of(2, 0), [ALANINE]);
    expectNear(turned.atoms, AT_ORIGIN);
    const rigid = rigidChainAt(Float64Array.from(IDENTITY), new Float64Array(3), [ALANINE]);
    expectNear(rigid.atoms, AT_ORIGIN);
    const glycine = [...AT_ORIGIN.slice(0, 12), 0, 0, 0];
    expectNear(
      rigidChainAt(Float64Array.from(IDENTITY), new Float64Array(3), [GLYCINE]).atoms,
      glycine,
    );
    placeChain(turned, Float64Array.of(2, 0), [GLYCINE]);
    expectNear(turned.atoms, glycine);
  });

  it('turns a residue about its own axes by half as many radians as it is told Å', () => {
    for (const [axis, p, q] of [
      [0, 1, 2],
      [1, 2, 0],
      [2, 0, 1],
    ] as const) {
      // prettier-ignore
      const chain = rigidChainAt(Float64Array.from(IDENTITY), new Float64Array(3), [ALANINE]);
      const moves = new Float64Array(MOVES);
      moves[3 + axis] = 0.02;
      moveResidues(chain, moves);
      const expected = [...IDENTITY];
      expected[3 * q + p] = 0.01;
      expected[3 * p + q] = -0.01;
      expectNear(chain.rotations, expected, 4);
      expectNear(chain.origins, [0, 0, 0], 12);
    }
    const chain = rigidChainAt(Float64Array.from(IDENTITY), Float64Array.of(1, 2, 3), [ALANINE]);
    moveResidues(chain, Float64Array.of(0.5, 0.25, -1, 0, 0, 0));
    expectNear(chain.origins, [1.5, 2.25, 2], 12);
    expectNear(chain.rotations, IDENTITY, 12);
  });

  it('has O 1.231 Å from C, opposite to the middle of CA and the next N', () => {
    expectNear(carbonylOxygen([1, 2, 3], [1, 0, 3], [4, 0, 3]), [1 - 1.231 / Math.SQRT2, -1.231 / Math.SQRT2, 3], 9); // prettier-ignore
  });
});

describe('backboneOf', () => {
  /** A residue along x from `x` on, its C so far from its CA that the next N is `gap` Å away. */
  const residue = (x: number, more: Partial<MadeUp> = {}): MadeUp => ({
    ...more,
    atoms: { 0: [x, 0, 0], 1: [x + 1, 0, 0], 2: [x + 2, 0, 0], 3: [x + 2, 0, 1.25], ...more.atoms },
  });
  const N_AT = (gap: number) => 2 + gap;

  it('breaks the chain where C and N are more than 2.5 Å apart, or chains differ', () => {
    const stretches = (gap: number, chain = 0) => [
      ...backboneOf(
        madeUp([residue(0), residue(N_AT(gap), { chain }), residue(N_AT(gap) + 3.3, { chain })]),
      ).stretch,
    ];
    expect(stretches(2.5)).toEqual([0, 0, 0]);
    expect(stretches(2.6)).toEqual([0, 1, 1]);
    expect(stretches(1.3, 1)).toEqual([0, 1, 1]);
  });

  it('puts H 1 Å from N, opposite to O, where the residue follows another and is no proline', () => {
    const { h, n, canDonate } = backboneOf(
      madeUp([
        residue(0, { atoms: { 3: [2 + 0.6, 0, 0.8] } }),
        residue(3.3),
        residue(6.6, { aatype: PROLINE }),
        residue(20),
      ]),
    );
    expect([...canDonate]).toEqual([0, 1, 0, 0]);
    expectNear(h.subarray(3, 6), [3.3 - 0.6, 0, -0.8], 6);
    for (const i of [0, 2, 3])
      expect([...h.subarray(3 * i, 3 * i + 3)]).toEqual([...n.subarray(3 * i, 3 * i + 3)]);
  });

  it('leaves out residues that lack N, CA, C or O, and says which are left', () => {
    for (const slot of [0, 1, 2, 3]) {
      const atoms = Object.fromEntries(
        Object.entries(residue(3.3).atoms).filter(([key]) => Number(key) !== slot),
      );
      const backbone = backboneOf(madeUp([residue(0), { atoms }, residue(6.6)]));
      expect([backbone.count, ...backbone.residue]).toEqual([2, 0, 2]);
      expect([...backbone.stretch]).toEqual([0, 1]);
      expectNear(backbone.ca.subarray(3), [7.6, 0, 0], 5);
      expectNear(backbone.c.subarray(3), [8.6, 0, 0], 5);
      expectNear(backbone.o.subarray(3), [8.6, 0, 1.25], 5);
    }
  });
});
