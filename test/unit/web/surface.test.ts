import { describe, expect, it } from 'vitest';
import { surfaceMesh, surfaceNets } from '#web/viewer/surface';
import { densityField, type Field } from '#web/viewer/surface-field';
import { smallMolecule } from '../../helpers/small-molecule.js';
import { directedEdges, pointOf, volumeOf } from '../../helpers/meshes.js';

type Xyz = readonly [number, number, number];

/** A field whose value at each point, Å, is a function of where it is. */
function fieldOf(
  size: Xyz,
  value: (at: Xyz) => number,
  residue: (at: Xyz) => number = () => 0,
): Field {
  const [origin, spacing] = [[-2, 3, 1] as const, 0.5];
  const points: Xyz[] = [];
  for (let k = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++)
        points.push([origin[0] + spacing * i, origin[1] + spacing * j, origin[2] + spacing * k]);
  return {
    ...{ size, origin, spacing },
    values: Float32Array.from(points, value),
    residues: Int32Array.from(points, residue),
  };
}

describe('surfaceNets', () => {
  const SIZE = [9, 11, 14] as const;
  const CENTRE: Xyz = [0.1, 5.3, 4.2];
  const fromCentre = (at: Xyz) => Math.hypot(...at.map((x, k) => x - CENTRE[k]!));

  /** How many cubes of a field the surface passes. */
  function numCrossed({ size, values }: Field): number {
    const isInside = (i: number, j: number, k: number) =>
      values[i + size[0] * (j + size[1] * k)]! > 1;
    let crossed = 0;
    for (let k = 0; k < size[2] - 1; k++)
      for (let j = 0; j < size[1] - 1; j++)
        for (let i = 0; i < size[0] - 1; i++) {
          const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((c) =>
            isInside(i + (c & 1), j + ((c >> 1) & 1), k + (c >> 2)),
          );
          if (new Set(corners).size > 1) crossed++;
        }
    return crossed;
  }

  it.each([[[2 / 7, -3 / 7, 6 / 7]], [[-6 / 7, 2 / 7, 3 / 7]], [[3 / 7, 6 / 7, -2 / 7]]] as const)(
    'puts a plane where it is, with its normal %o, on triangles that face the same way',
    (normal) => {
      const along = (at: readonly number[]) => at.reduce((sum, x, k) => sum + x * normal[k]!, 0);
      const level = along(CENTRE);
      const field = fieldOf(SIZE, (at) => 1 + level - along(at));
      const mesh = surfaceNets(field);
      expect(mesh.residues.length).toBeGreaterThan(50);
      expect(mesh.residues).toHaveLength(numCrossed(field));
      for (let i = 0; i < mesh.residues.length; i++) {
        expect(along(pointOf(mesh.positions, i))).toBeCloseTo(level, 4);
        for (const [k, x] of normal.entries()) expect(mesh.normals[3 * i + k]).toBeCloseTo(x, 4);
      }
      for (let t = 0; t < mesh.indices.length; t += 3) {
        const [a, b, c] = [0, 1, 2].map((k) => pointOf(mesh.positions, mesh.indices[t + k]!));
        const [p, q] = [b!.map((x, k) => x - a![k]!), c!.map((x, k) => x - a![k]!)];
        const cross = [
          p[1]! * q[2]! - p[2]! * q[1]!,
          p[2]! * q[0]! - p[0]! * q[2]!,
          p[0]! * q[1]! - p[1]! * q[0]!,
        ];
        expect(along(cross)).toBeGreaterThan(0);
      }
    },
  );

  it('has one vertex in each cube that the surface passes', () => {
    const field = fieldOf(SIZE, (at) => 2.3 - fromCentre(at));
    expect(surfaceNets(field).residues).toHaveLength(numCrossed(field));
  });

  it('closes a sphere: every edge belongs to two triangles, one each way', () => {
    const mesh = surfaceNets(
      fieldOf(
        SIZE,
        (at) => 2.3 - fromCentre(at),
        (at) => (at[0] > CENTRE[0] ? 7 : 4),
      ),
    );
    const edges = directedEdges(mesh.indices);
    for (const [edge, count] of edges) {
      expect(count).toBe(1);
      expect(edges.get(edge.split(' ').reverse().join(' '))).toBe(1);
    }
    expect(volumeOf(mesh)).toBeGreaterThan(0.8 * (4 / 3) * Math.PI * 1.3 ** 3);
    expect(volumeOf(mesh)).toBeLessThan((4 / 3) * Math.PI * 1.3 ** 3);
    for (let i = 0; i < mesh.residues.length; i++) {
      const place = pointOf(mesh.positions, i);
      const outward = place.map((x, k) => (x - CENTRE[k]!) / fromCentre(place));
      const normal = pointOf(mesh.normals, i);
      expect(Math.abs(fromCentre(place) - 1.3)).toBeLessThan(0.1);
      expect(normal.reduce((sum, x, k) => sum + x * outward[k]!, 0)).toBeGreaterThan(0.95);
      if (Math.abs(place[0] - CENTRE[0]) > 0.5)
        expect(mesh.residues[i]).toBe(place[0] > CENTRE[0] ? 7 : 4);
    }
  });

  it('names no residue that a corner lacks', () => {
    const field = fieldOf(
      SIZE,
      (at) => 2.3 - fromCentre(at),
      (at) => (at[1] > CENTRE[1] ? 5 : -1),
    );
    const found = new Set(surfaceNets(field).residues);
    expect([...found].sort()).toEqual([0, 5]); // 0 where no corner has any
  });
});

describe('densityField', () => {
  it('is 1 at the van der Waals radius and 0.3 Å of a lone atom, and 0 beyond 1.9 of that', () => {
    const atom: Xyz = [3.1, -2, 7.7];
    const field = densityField(smallMolecule([{ atoms: { N: [...atom] } }]));
    const radius = 1.55 + 0.3;
    expect(field.size).toEqual([18, 18, 18]);
    expect(field.spacing).toBeCloseTo(0.6, 12);
    for (const [k, x] of atom.entries()) expect(field.origin[k]).toBeCloseTo(x - 5, 5);
    let numReached = 0;
    for (let k = 0; k < 18; k++)
      for (let j = 0; j < 18; j++)
        for (let i = 0; i < 18; i++) {
          const apart = Math.hypot(0.6 * i - 5, 0.6 * j - 5, 0.6 * k - 5) / radius;
          const at = (k * 18 + j) * 18 + i;
          if (Math.abs(apart - 1.9) < 1e-6) continue;
          const isReached = apart < 1.9;
          if (isReached) numReached++;
          const expected = isReached ? Math.exp(1.9 * (1 - apart * apart)) : 0;
          expect(field.values[at]).toBeCloseTo(expected, 4);
          expect(field.residues[at]).toBe(isReached ? 0 : -1);
        }
    expect(numReached).toBeGreaterThan(500);
  });

  it('adds up atoms, and names the residue that gives most', () => {
    const atoms = [
      [0, 0, 0],
      [2, 1, 0.5],
    ] as const;
    const molecule = smallMolecule(atoms.map((CA) => ({ atoms: { CA } })));
    const { size, origin, spacing, values, residues } = densityField(molecule);
    expect(origin).toEqual([-5, -5, -5]);
    expect(size).toEqual([21, 20, 19]); // 12, 11 and 10.5 Å
    const alone = (atom: Xyz, at: Xyz) => {
      const apart = Math.hypot(...at.map((x, k) => x - atom[k]!)) / 2;
      return apart < 1.9 ? Math.exp(1.9 * (1 - apart * apart)) : 0;
    };
    for (let k = 0; k < size[2]; k++)
      for (let j = 0; j < size[1]; j++)
        for (let i = 0; i < size[0]; i++) {
          const place: Xyz = [spacing * i - 5, spacing * j - 5, spacing * k - 5];
          const [first, second] = atoms.map((atom) => alone(atom, place));
          const at = (k * size[1] + j) * size[0] + i;
          expect(Math.abs(values[at]! - (first! + second!))).toBeLessThan(1e-3);
          if (Math.abs(first! - second!) > 1e-3)
            expect(residues[at]).toBe(first! > second! ? 0 : 1);
        }
  });

  it('stays below four million points', () => {
    const far = [0, 200].map((x) => ({ atoms: { CA: [x, 0.9 * x, 1.1 * x] as const } }));
    const { size, spacing } = densityField(smallMolecule(far));
    expect(spacing).toBeCloseTo(Math.cbrt((210 * 190 * 230) / 4e6), 6);
    const numPoints = size[0] * size[1] * size[2];
    expect(numPoints / 4e6).toBeCloseTo(1, 1);
  });
});

describe('surfaceMesh', () => {
  it('of a lone atom is its sphere', () => {
    const mesh = surfaceMesh(smallMolecule([{ atoms: { O: [4, 5, 6] } }]));
    for (let i = 0; i < mesh.residues.length; i++) {
      const [x, y, z] = pointOf(mesh.positions, i);
      expect(Math.abs(Math.hypot(x - 4, y - 5, z - 6) - 1.82)).toBeLessThan(0.08);
    }
  });
});
