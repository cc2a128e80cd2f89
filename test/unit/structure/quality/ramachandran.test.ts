import { describe, expect, it } from 'vitest';
import { aatypeOf } from '#sequence/amino-acids';
import { ramachandranPoints, ramachandranRegion } from '#structure/quality/ramachandran';
import type { Vector3 } from '#structure/geometry/vector3';
import { madeUp } from '../fixtures.js';

const [N, CA, C] = [0, 1, 2] as const;

/** The point so far from c, at this angle to b, turned about b-c by this torsion from a; degrees. */
function next(
  [a, b, c]: readonly [Vector3, Vector3, Vector3],
  length: number,
  angle: number,
  torsion: number,
): Vector3 {
  const radians = Math.PI / 180;
  const minus = (p: Vector3, q: Vector3): Vector3 => [p[0] - q[0], p[1] - q[1], p[2] - q[2]];
  const unit = (p: Vector3): Vector3 => p.map((x) => x / Math.hypot(...p)) as unknown as Vector3;
  const cross = (p: Vector3, q: Vector3): Vector3 => [
    p[1] * q[2] - p[2] * q[1],
    p[2] * q[0] - p[0] * q[2],
    p[0] * q[1] - p[1] * q[0],
  ];
  const axis = unit(minus(c, b));
  const normal = unit(cross(minus(b, a), axis));
  const across = cross(normal, axis);
  const [along, out, up] = [
    -length * Math.cos(angle * radians),
    length * Math.sin(angle * radians) * Math.cos(torsion * radians),
    length * Math.sin(angle * radians) * Math.sin(torsion * radians),
  ];
  return [0, 1, 2].map(
    (k) => c[k]! + along * axis[k]! + out * across[k]! + up * normal[k]!,
  ) as unknown as Vector3;
}

/** N, CA and C of a chain with these torsions: omega of the peptide bond before each residue, phi and psi. */
function chainOf(
  sequence: string,
  torsions: readonly (readonly [omega: number, phi: number, psi: number])[],
) {
  const points: Vector3[] = [[0, 1, 0], [0, 0, 0], [1.5, 0.3, 0]]; // prettier-ignore
  const add = (length: number, angle: number, torsion: number) => {
    points.push(next(points.slice(-3) as [Vector3, Vector3, Vector3], length, angle, torsion));
  };
  for (const [i, [omega, phi]] of torsions.entries()) {
    if (i === 0) continue;
    add(1.33, 116.6, torsions[i - 1]![2]);
    add(1.46, 121.4, omega);
    add(1.53, 111, phi);
  }
  return Array.from(aatypeOf(sequence), (aatype, i) => ({
    aatype,
    number: i + 1,
    atoms: { [N]: points[3 * i]!, [CA]: points[3 * i + 1]!, [C]: points[3 * i + 2]! },
  }));
}

const TORSIONS = [
  [180, -60, 120], [180, -65, -40], [89, -70, 150], [91, -75, 155], [-91, -80, 160], [-89, -75, 150],
  [180, 85, 5], [180, -120, 130], [180, -110, 125], [180, 0, 0], [180, -60, 120],
] as const; // prettier-ignore
const SEQUENCE = 'AEPPPPGIVTP';

describe('ramachandranPoints', () => {
  it('gives phi, psi and the plot of every residue but the first and the last', () => {
    const points = ramachandranPoints(madeUp(chainOf(SEQUENCE, TORSIONS)));
    expect(points.map(({ residue }) => residue)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const { residue, phi, psi } of points) {
      expect(phi).toBeCloseTo(TORSIONS[residue]![1], 3);
      expect(psi).toBeCloseTo(TORSIONS[residue]![2], 3);
    }
    expect(points.map((point) => point.class)).toEqual([
      'beforeProline',
      ...['cisProline', 'transProline', 'transProline', 'cisProline'],
      ...['glycine', 'isoleucineValine', 'isoleucineValine', 'beforeProline'],
    ]);
    expect(points.map(({ region }) => region)).toEqual([
      ...['favoured', 'favoured', 'favoured', 'favoured', 'favoured'],
      ...['favoured', 'favoured', 'favoured', 'outlier'],
    ]);
    const general = ramachandranPoints(madeUp(chainOf('GTG', TORSIONS.slice(0, 3))));
    expect(general.map((point) => point.class)).toEqual(['general']);
  });

  it('leaves out residues beside a break, and those that lack an atom of theirs or of a neighbour', () => {
    const chain = chainOf('AAAAAAA', TORSIONS.slice(0, 7));
    const found = (residues: Parameters<typeof madeUp>[0]) =>
      ramachandranPoints(madeUp(residues)).map(({ residue }) => residue);
    const broken = chain.map((residue, i) => ({ ...residue, number: i < 3 ? i : i + 1 }));
    expect(found(broken)).toEqual([1, 4, 5]);
    const without = (slot: number) =>
      chain.map((residue, i) => {
        const atoms: Record<number, Vector3> = { ...residue.atoms };
        // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
        if (i === 3) delete atoms[slot];
        return { ...residue, atoms };
      });
    expect(found(without(N))).toEqual([1, 4, 5]); // it ends psi of residue 2
    expect(found(without(CA))).toEqual([1, 2, 5]); // it begins omega of residue 4
    expect(found(without(C))).toEqual([1, 2, 5]); // it begins phi of residue 4
  });
});

describe('ramachandranRegion', () => {
  it('has cells of 4 degrees, phi across and psi along', () => {
    expect(ramachandranRegion('beforeProline', -180, -180)).toBe('outlier');
    expect(ramachandranRegion('beforeProline', -164.1, -180)).toBe('outlier');
    expect(ramachandranRegion('beforeProline', -164, -180)).toBe('allowed');
    expect(ramachandranRegion('beforeProline', -164 + 720, -180 + 720)).toBe('allowed');
    expect(ramachandranRegion('beforeProline', -164, -176.1)).toBe('allowed');
    expect(ramachandranRegion('beforeProline', -164, -176)).toBe('outlier');
    expect(ramachandranRegion('beforeProline', -180, -164)).toBe('outlier');
  });
});
