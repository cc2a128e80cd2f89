import { describe, expect, it } from 'vitest';
import { PROLINE, UNKNOWN_AATYPE } from '#sequence/amino-acids';
import { checkAngles, checkBonds } from '#structure/quality/covalent-geometry';
import { madeUp } from '../fixtures.js';

const [N, CA, C, O] = [0, 1, 2, 3] as const;

type Point = readonly [number, number, number];

/** Where c lies, so far from b and at this angle to a; all in the xy-plane. */
function bent(a: Point, b: Point, length: number, degrees: number): Point {
  const back = Math.atan2(a[1] - b[1], a[0] - b[0]);
  const to = back - (degrees * Math.PI) / 180;
  return [b[0] + length * Math.cos(to), b[1] + length * Math.sin(to), 0];
}

describe('checkBonds', () => {
  const ofBond = (length: number) =>
    checkBonds(madeUp([{ atoms: { [N]: [0, 0, 0], [CA]: [0, length, 0] } }]));

  it('takes four standard deviations for an outlier, on both sides', () => {
    // N-CA of alanine: 1.459 ± 0.020 Å
    for (const length of [1.459 - 0.078, 1.459, 1.459 + 0.078])
      expect(ofBond(length)).toEqual({ numChecked: 1, outliers: [], outlierFraction: 0 });
    for (const length of [1.459 - 0.082, 1.459 + 0.082]) {
      const { numChecked, outliers, outlierFraction } = ofBond(length);
      expect([numChecked, outlierFraction]).toEqual([1, 1]);
      expect(outliers).toHaveLength(1);
      const { value, deviations, ...rest } = outliers[0]!;
      expect(rest).toEqual({ residue: 0, atoms: ['N', 'CA'], ideal: 1.459 });
      expect(value).toBeCloseTo(length, 6);
      expect(deviations).toBeCloseTo(4.1, 4);
    }
  });

  it('knows nothing of X, and nothing without atoms', () => {
    const unknown = { aatype: UNKNOWN_AATYPE, atoms: { [N]: [0, 0, 0], [CA]: [9, 0, 0] } } as const;
    expect(checkBonds(madeUp([unknown, { atoms: {} }]))).toEqual({
      ...{ numChecked: 0, outliers: [], outlierFraction: 0 },
    });
  });

  /** A residue with nothing but C, and the next with nothing but N. */
  const ofPeptide = (length: number, aatype: number, next = 2) =>
    checkBonds(
      madeUp([
        { number: -1, atoms: {} },
        { aatype: PROLINE, number: 1, atoms: { [C]: [0, 0, 0] } },
        { aatype, number: next, atoms: { [N]: [0, 0, length] } },
      ]),
    );

  it.each([
    ['most residues', 0, 1.329, 0.014],
    ['proline', PROLINE, 1.341, 0.016],
  ])('checks the peptide bond before %s', (_, aatype, ideal, deviation) => {
    expect(ofPeptide(ideal + 3.9 * deviation, aatype)).toMatchObject({
      numChecked: 1,
      outliers: [],
    });
    const { outliers } = ofPeptide(ideal + 4.5 * deviation, aatype);
    expect(outliers).toMatchObject([{ residue: 1, atoms: ['C', 'N'], ideal }]);
    expect(outliers[0]!.deviations).toBeCloseTo(4.5, 4);
  });

  it('has no peptide bond where residues are missing', () => {
    expect(ofPeptide(9, 0, 3).numChecked).toBe(0);
  });
});

describe('checkAngles', () => {
  it('measures in degrees at the middle atom', () => {
    // N-CA-C of alanine: 111 ± 2.7°
    const ofAngle = (degrees: number) => {
      const [n, ca] = [[2, 1, 0], [1, 1, 0]] as const; // prettier-ignore
      const c = bent(n, ca, 1.5, degrees);
      return checkAngles(madeUp([{ atoms: {} }, { atoms: { [N]: n, [CA]: ca, [C]: c } }]));
    };
    for (const degrees of [111 - 3.9 * 2.7, 111 + 3.9 * 2.7])
      expect(ofAngle(degrees)).toMatchObject({ numChecked: 1, outliers: [] });
    for (const by of [-4.5, 4.5]) {
      const { outliers } = ofAngle(111 + by * 2.7);
      expect(outliers).toMatchObject([{ residue: 1, atoms: ['N', 'CA', 'C'], ideal: 111 }]);
      expect(outliers[0]!.value).toBeCloseTo(111 + by * 2.7, 3);
      expect(outliers[0]!.deviations).toBeCloseTo(4.5, 3);
    }
  });

  it('checks both angles at a peptide bond, whose ideals are given as cosines', () => {
    // Engh & Huber: CA-C-N 116.6 ± 2.0°, C-N-CA 121.4 ± 2.4°
    const ofPeptide = (atC: number, atN: number, number = 2) => {
      const [ca, c] = [[0, 1, 0], [0, 0, 0]] as const; // prettier-ignore
      const n = bent(ca, c, 1.33, atC);
      const nextCa = bent(c, n, 1.46, atN);
      return checkAngles(
        madeUp([
          { number: -1, atoms: {} },
          { number: 1, atoms: { [CA]: ca, [C]: c } },
          { number, atoms: { [N]: n, [CA]: nextCa } },
        ]),
      );
    };
    expect(ofPeptide(116.6, 121.4)).toEqual({ numChecked: 2, outliers: [], outlierFraction: 0 });
    expect(ofPeptide(130, 150, 3)).toEqual({ numChecked: 0, outliers: [], outlierFraction: 0 });
    for (const sign of [-1, 1]) {
      expect(ofPeptide(116.6 + sign * 7.6, 121.4 + sign * 9).outliers).toEqual([]);
      const { outliers } = ofPeptide(116.6 + sign * 8.4, 121.4 + sign * 10);
      expect(outliers.map(({ atoms }) => atoms.join('-'))).toEqual(['CA-C-N', 'C-N-CA']);
      expect(outliers.map(({ residue }) => residue)).toEqual([1, 1]);
      // cosines -0.4473 ± 0.0311 and -0.5203 ± 0.0353
      expect(outliers[0]!.ideal).toBeCloseTo(116.571, 2);
      expect(outliers[1]!.ideal).toBeCloseTo(121.352, 2);
      const inDeviations = (away: number, of: number) => sign * (away / of);
      expect(outliers[0]!.deviations).toBeCloseTo(inDeviations(sign * 8.4 + 0.029, 1.9923), 2);
      expect(outliers[1]!.deviations).toBeCloseTo(inDeviations(sign * 10 + 0.048, 2.3684), 2);
    }
  });

  it('does not measure an angle of which an atom is unknown', () => {
    const atoms = { [N]: [1, 0, 0], [CA]: [0, 0, 0], [O]: [0, 1, 0] } as const;
    expect(checkAngles(madeUp([{ atoms }])).numChecked).toBe(0);
  });
});
