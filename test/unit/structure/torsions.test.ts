import { describe, expect, it } from 'vitest';
import { RESIDUE_LETTERS } from '#sequence/amino-acids';
import { backboneFrames, pseudoBeta, rigidFrom3Points } from '#structure/backbone/backbone-frames';
import { CHI_ATOMS, CHI_MASK, CHI_PI_PERIODIC, torsionsOf } from '#structure/backbone/torsions';
import { ATOM14_MASK } from '#structure/residues/atoms';
import {
  ATOM14_LOCAL_POSITIONS,
  ATOM14_RIGID_GROUP,
  RIGID_GROUP_DEFAULT_FRAMES,
} from '#structure/residues/rigid-groups';
import { emptyChain, placeChain } from '#structure/backbone/torsion-chain';
import { pointAt } from '#structure/geometry/vector3';
import { madeUp, readFixture } from './fixtures.js';

const product = (a: readonly number[], b: readonly number[]): number[] =>
  Array.from({ length: 16 }, (_, i) =>
    [0, 1, 2, 3].reduce((sum, k) => sum + a[(i & 12) + k]! * b[4 * k + (i & 3)]!, 0),
  );

/** All atoms of a residue from its backbone frame (4x4) and seven torsions, by the tables alone. */
function placeAtoms(aatype: number, backbone: number[], torsions: ArrayLike<number>): Float32Array {
  const groups: number[][] = [];
  for (let group = 0; group < 8; group++) {
    const [sin, cos] = group === 0 ? [0, 1] : [torsions[2 * group - 2]!, torsions[2 * group - 1]!];
    const at = (8 * aatype + group) * 16;
    const turn = [1, 0, 0, 0, 0, cos, -sin, 0, 0, sin, cos, 0, 0, 0, 0, 1];
    const frame = product([...RIGID_GROUP_DEFAULT_FRAMES.subarray(at, at + 16)], turn);
    groups.push(product(group > 4 ? groups[group - 1]! : backbone, frame));
  }
  const atoms = new Float32Array(42);
  for (let slot = 0; slot < 14; slot++) {
    const frame = groups[ATOM14_RIGID_GROUP[14 * aatype + slot]!]!;
    const local = ATOM14_LOCAL_POSITIONS.subarray((14 * aatype + slot) * 3);
    for (let row = 0; row < 3; row++)
      atoms[3 * slot + row] =
        frame[4 * row]! * local[0]! +
        frame[4 * row + 1]! * local[1]! +
        frame[4 * row + 2]! * local[2]! +
        frame[4 * row + 3]!;
  }
  return atoms;
}

const IDENTITY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

describe('torsionsOf', () => {
  it.each(Array.from(RESIDUE_LETTERS.slice(0, 20)))(
    'measures on %s the torsions that its atoms were placed with',
    (letter) => {
      const aatype = RESIDUE_LETTERS.indexOf(letter);
      const angles = [0.4, -1.1, 2.3, -0.7, 1.9, -2.6, 3.0];
      const sinCos = angles.flatMap((angle) => [Math.sin(angle), Math.cos(angle)]);
      const torsions = torsionsOf({
        aatype: [aatype],
        atom14: placeAtoms(aatype, IDENTITY, sinCos),
        atom14Mask: ATOM14_MASK.subarray(14 * aatype, 14 * aatype + 14),
        chainIndex: [0],
        residueIndex: [1],
      });
      const numChis = CHI_MASK.subarray(4 * aatype, 4 * aatype + 4).reduce((a, b) => a + b, 0);
      expect([...torsions.mask]).toEqual(
        [0, 0, 1, 0, 1, 2, 3].map((chi, i) => (i < 3 ? chi : Number(chi < numChis))),
      );
      torsions.mask.forEach((known, torsion) => {
        const measured = [...torsions.sinCos.subarray(2 * torsion, 2 * torsion + 2)];
        const wanted = known ? sinCos.slice(2 * torsion, 2 * torsion + 2) : [0, 1];
        // The tables are rounded to 0.001 Å, which leaves O and the chi atoms off their planes by mrad.
        measured.forEach((value, i) => {
          expect(Math.abs(value - wanted[i]!)).toBeLessThan(5e-3);
        });
      });
    },
  );

  it('rebuilds a crystal structure from frames and torsions within 0.3 Å', () => {
    const residues = readFixture('2hbb-a');
    const frames = backboneFrames(residues);
    const torsions = torsionsOf(residues);
    let [squares, count] = [0, 0];
    residues.aatype.forEach((aatype, i) => {
      const r = frames.rotation.subarray(9 * i, 9 * i + 9);
      const t = frames.translation.subarray(3 * i, 3 * i + 3);
      const backbone = [0, 1, 2].flatMap((row) => [...r.subarray(3 * row, 3 * row + 3), t[row]!]);
      const own = torsions.sinCos.subarray(14 * i, 14 * i + 14);
      const atoms = placeAtoms(aatype, [...backbone, 0, 0, 0, 1], own);
      for (let k = 0; k < 42; k++) {
        if (residues.atom14Mask[14 * i + Math.floor(k / 3)] === 0) continue;
        squares += (atoms[k]! - residues.atom14[42 * i + k]!) ** 2;
        count += 1 / 3;
      }
    });
    expect(Math.sqrt(squares / count)).toBeLessThan(0.3);
  });

  describe('of a backbone that was built from torsions', () => {
    const angles = Float64Array.from({ length: 12 }, (_, k) => 2.9 * Math.sin(5 * k + 1));
    const chain = emptyChain(6);
    placeChain(chain, angles, new Uint8Array(6));
    const residues = Array.from({ length: 6 }, (_, i) => ({
      atoms: Object.fromEntries(
        [0, 1, 2, 3].map((slot) => [slot, pointAt(chain.atoms, 5 * i + slot)] as const),
      ),
    }));

    it('are those torsions, and half a turn about each peptide bond', () => {
      const { sinCos, alternativeSinCos, mask } = torsionsOf(madeUp(residues));
      expect(alternativeSinCos).toEqual(sinCos);
      for (let i = 0; i < 6; i++) {
        const expected = [Math.PI, angles[2 * i]!, angles[2 * i + 1]!];
        for (const [torsion, angle] of expected.entries()) {
          const at = 14 * i + 2 * torsion;
          const isThere = i > 0 || torsion === 2;
          expect(mask[7 * i + torsion]).toBe(Number(isThere));
          expect(sinCos[at]).toBeCloseTo(isThere ? Math.sin(angle) : 0, 2);
          expect(sinCos[at + 1]).toBeCloseTo(isThere ? Math.cos(angle) : 1, 2);
        }
      }
    });

    it('are unknown where one of their four atoms is', () => {
      const unknownWithout = (slot: number) => {
        const atoms = Object.fromEntries(
          Object.entries(residues[3]!.atoms).filter(([key]) => Number(key) !== slot),
        );
        const { mask, sinCos } = torsionsOf(madeUp(residues.with(3, { atoms })));
        const gone: string[] = [];
        for (let i = 1; i < 6; i++)
          for (const [torsion, name] of ['omega', 'phi', 'psi'].entries())
            if (mask[7 * i + torsion] === 0) {
              gone.push(`${name}${i}`);
              expect([...sinCos.subarray(14 * i + 2 * torsion, 14 * i + 2 * torsion + 2)]).toEqual([
                0, 1,
              ]);
            }
        return gone.join(' ');
      };
      expect([0, 1, 2, 3].map(unknownWithout)).toEqual([
        'omega3 phi3 psi3',
        'omega3 phi3 psi3 omega4',
        'phi3 psi3 omega4 phi4',
        'psi3',
      ]);
    });
  });

  it('does not measure phi across missing residues', () => {
    const residues = readFixture('1brs-d');
    const { mask } = torsionsOf(residues);
    const unbound = [...residues.residueNumber].filter((_, i) => mask[7 * i + 1] === 0);
    expect(unbound).toEqual([1, 66]);
  });

  it('turns pi-periodic chis by half a turn in the alternative', () => {
    const residues = readFixture('5pti-a');
    const { sinCos, alternativeSinCos, mask } = torsionsOf(residues);
    const turned = new Set<string>();
    mask.forEach((known, i) => {
      if (known === 0 || sinCos[2 * i] === alternativeSinCos[2 * i]) return;
      expect(alternativeSinCos[2 * i]).toBeCloseTo(-sinCos[2 * i]!, 6);
      turned.add(`${RESIDUE_LETTERS[residues.aatype[Math.floor(i / 7)]!]}${(i % 7) - 2}`);
    });
    expect([...turned].sort()).toEqual(['D2', 'E3', 'F2', 'Y2']);
    expect(CHI_PI_PERIODIC.reduce((a, b) => a + b, 0)).toBe(4);
    expect([...CHI_ATOMS.subarray(4 * 4 * 1, 4 * 4 * 1 + 4)]).toEqual([0, 1, 4, 5]);
  });
});

describe('backbone frames', () => {
  it('have CA at the origin, C on +x and N in the upper half of the xy-plane', () => {
    const frame = rigidFrom3Points([1, 3, 5], [1, 2, 3], [1, 2, 4.5])!;
    const local = (point: readonly number[]): number[] =>
      [0, 1, 2].map((axis) =>
        [0, 1, 2].reduce(
          (sum, k) => sum + frame.rotation[3 * k + axis]! * (point[k]! - frame.translation[k]!),
          0,
        ),
      );
    expect(local([1, 2, 4.5])).toEqual([1.5, 0, 0]);
    expect(local([1, 3, 5])).toEqual([2, 1, 0]);
  });

  it('do not exist where three atoms lie on a line', () => {
    expect(rigidFrom3Points([0, 0, 0], [1, 1, 1], [2, 2, 2])).toBeUndefined();
    expect(rigidFrom3Points([0, 0, 0], [0, 0, 0], [0, 0, 0])).toBeUndefined();
  });

  it('are masked where an atom is missing', () => {
    const model = readFixture('5pti-a-model');
    const { mask, rotation, translation } = backboneFrames(model);
    expect(mask.some((known) => known > 0)).toBe(false);
    expect(translation.every((x) => x === 0)).toBe(true);
    expect(
      rotation.every((x, at) => x === Number(at % 9 === 0 || at % 9 === 4 || at % 9 === 8)),
    ).toBe(true);
  });
});

describe('pseudoBeta', () => {
  it('is CA for glycine and CB for all others', () => {
    const residues = readFixture('5pti-a');
    const { positions, mask } = pseudoBeta(residues);
    residues.aatype.forEach((aatype, i) => {
      const slot = RESIDUE_LETTERS[aatype] === 'G' ? 1 : 4;
      expect(positions[3 * i]).toBe(residues.atom14[42 * i + 3 * slot]);
    });
    expect([...mask].every((known) => known === 1)).toBe(true);
  });

  it('is zero where the atom is unknown', () => {
    const residues = readFixture('5pti-a');
    const atom14Mask = residues.atom14Mask.with(14 * 7 + 4, 0).with(14 * 9 + 4, 0);
    const { positions, mask } = pseudoBeta({ ...residues, atom14Mask });
    for (const i of [7, 9])
      expect([mask[i], ...positions.subarray(3 * i, 3 * i + 3)]).toEqual([0, 0, 0, 0]);
    expect(mask.reduce((sum, known) => sum + known, 0)).toBe(56);
    expect(positions).toHaveLength(3 * 58);
  });

  it('refuses arrays of different lengths', () => {
    const residues = readFixture('5pti-a');
    expect(() => pseudoBeta({ ...residues, aatype: [0, 1] })).toThrow(
      /atom14 must hold 84 numbers/,
    );
  });
});
