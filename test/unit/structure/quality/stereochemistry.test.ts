import { describe, expect, it } from 'vitest';
import { stereochemistryOf } from '#structure/quality/stereochemistry';
import { madeUp } from '../fixtures.js';

const [N, CA, C, CB] = [0, 1, 2, 4] as const;

describe('the distance of neighbouring CA atoms', () => {
  /** CA atoms on a line, at these steps. */
  const checked = (steps: readonly number[], numbers?: readonly number[]) => {
    let x = 100;
    const residues = [0, ...steps].map((step, i) => ({
      number: numbers?.[i] ?? i + 1,
      atoms: { [CA]: [(x += step), 0, 0] as const },
    }));
    const { caDistances } = stereochemistryOf(madeUp(residues));
    return { ...caDistances, outliers: caDistances.outliers.map(({ residue }) => residue) };
  };

  it('is 3.8 Å, give or take 0.15', () => {
    expect(checked([3.66, 3.64, 3.8, 3.94, 3.96])).toEqual({
      ...{ numChecked: 5, outliers: [2, 5], outlierFraction: 2 / 5 },
    });
  });

  it('is not asked of residues that are no neighbours or have no CA', () => {
    expect(checked([9, 3.8, 9], [1, 3, 4, 7])).toEqual({
      ...{ numChecked: 1, outliers: [], outlierFraction: 0 },
    });
    const unknown = { atoms: {} };
    const known = { atoms: { [CA]: [1, 2, 3] } } as const;
    for (const residues of [
      [unknown, known],
      [known, unknown],
    ])
      // prettier-ignore
      expect(stereochemistryOf(madeUp(residues)).caDistances.numChecked).toBe(0);
  });

  it('is that to the residue before', () => {
    const residues = [0, 1, 5].map((x) => ({ atoms: { [CA]: [x, 0, 0] as const } }));
    const { outliers } = stereochemistryOf(madeUp(residues)).caDistances;
    expect(outliers).toEqual([
      { residue: 1, distance: 1 },
      { residue: 2, distance: 4 },
    ]);
  });
});

describe('chirality', () => {
  it('is that of D-amino acids where CB lies on the other side of N, CA and C, however little', () => {
    const residue = (height: number) => ({
      atoms: { [N]: [1, 1, 0], [CA]: [1, 0, 0], [C]: [2, 0, 0], [CB]: [0, 0, height] } as const,
    });
    const { chirality } = stereochemistryOf(
      madeUp([residue(-0.5), residue(0.5), residue(-2), residue(0), { atoms: {} }]),
    );
    expect(chirality).toEqual({ numChecked: 4, outliers: [1], outlierFraction: 1 / 4 });
  });
});

it('nothing is wrong with a structure of which nothing is known', () => {
  const nothing = { numChecked: 0, outliers: [], outlierFraction: 0 };
  for (const residues of [[], [{ atoms: {} }]])
    expect(stereochemistryOf(madeUp(residues))).toEqual({
      ...{ bonds: nothing, angles: nothing, caDistances: nothing, chirality: nothing },
      ramachandran: { ...nothing, favouredFraction: 0 },
      clashes: { clashes: [], backboneFraction: 0, fraction: 0 },
    });
});
