import { describe, expect, it } from 'vitest';
import type { SecondaryStructure } from '#web/molecule/molecule';
import { MeshBuilder } from '#web/viewer/mesh';
import { circle, mixProfiles, PROFILE_DIRECTIONS, PROFILE_POINTS } from '#web/viewer/profile';
import { CARTOON, ribbonMesh, TUBE, type RibbonStyle } from '#web/viewer/ribbon';
import { directedEdges, pointOf, volumeOf } from '../../helpers/meshes.js';

const STEP = 4;

/** A straight chain along x, its width along y. */
function straight(kinds: readonly SecondaryStructure[]) {
  const count = kinds.length;
  return {
    residues: kinds.map((_, i) => 20 + i),
    kinds,
    points: Float32Array.from({ length: 3 * count }, (_, k) => (k % 3 === 0 ? STEP * (k / 3) : 0)),
    sides: Float32Array.from({ length: 3 * count }, (_, k) => (k % 3 === 1 ? 1 : 0)),
  };
}

/** Half the width and half the height of a ribbon at each of its frames, Å; the largest where several rings meet. */
function extents(kinds: readonly SecondaryStructure[], style: RibbonStyle, steps: number) {
  const { positions } = ribbonMesh([straight(kinds)], style, steps);
  const found = new Map<string, { width: number; height: number }[]>();
  for (let first = 0; first < positions.length / 3; first += PROFILE_POINTS) {
    const ring = Array.from({ length: PROFILE_POINTS }, (_, p) => pointOf(positions, first + p));
    const x = ring[0]![0].toFixed(3);
    const width = Math.max(...ring.map(([, y]) => y));
    const height = Math.max(...ring.map(([, , z]) => z));
    found.set(x, [...(found.get(x) ?? []), { width, height }]);
  }
  return (residue: number) => found.get((STEP * residue).toFixed(3))!;
}

describe('a cross-section', () => {
  it('has sixteen points, four quarter circles about its corners', () => {
    expect(PROFILE_POINTS).toBe(16);
    for (let p = 0; p < 16; p++) {
      const [x, y, cos, sin] = PROFILE_DIRECTIONS.subarray(4 * p, 4 * p + 4);
      const quarter = Math.floor(p / 4);
      expect([x, y]).toEqual(
        [
          [1, 1],
          [-1, 1],
          [-1, -1],
          [1, -1],
        ][quarter],
      );
      const degrees = 90 * quarter + 30 * (p % 4);
      expect(cos).toBeCloseTo(Math.cos((degrees * Math.PI) / 180), 6);
      expect(sin).toBeCloseTo(Math.sin((degrees * Math.PI) / 180), 6);
    }
  });

  it('mixes in proportion', () => {
    const flat = { halfWidth: 2, halfHeight: 0.5, corner: 0.1 };
    expect(circle(0.3)).toEqual({ halfWidth: 0.3, halfHeight: 0.3, corner: 0.3 });
    expect(mixProfiles(flat, circle(1), 0)).toEqual(flat);
    const mixed = mixProfiles(flat, circle(1), 0.25);
    expect(mixed.halfWidth).toBeCloseTo(1.75, 12);
    expect(mixed.halfHeight).toBeCloseTo(0.625, 12);
    expect(mixed.corner).toBeCloseTo(0.325, 12);
  });
});

describe('a tube', () => {
  const kinds = ['coil', 'coil', 'strand', 'strand', 'coil'] as const;
  const mesh = ribbonMesh([straight(kinds)], TUBE, 6);

  it('is half an Å thick all along, with normals straight out of it and lids across', () => {
    let numOnLids = 0;
    for (let i = 0; i < mesh.residues.length; i++) {
      const [x, y, z] = pointOf(mesh.positions, i);
      const [nx, ny, nz] = pointOf(mesh.normals, i);
      expect(Math.hypot(y, z)).toBeCloseTo(0.5, 5);
      if (Math.abs(nx) > 0.5) {
        numOnLids++;
        expect([nx, ny, nz].map(Math.abs)).toEqual([1, 0, 0]);
        expect(x).toBeCloseTo(nx > 0 ? 16 : 0, 5);
        continue;
      }
      expect(ny).toBeCloseTo(y / 0.5, 4);
      expect(nz).toBeCloseTo(z / 0.5, 4);
    }
    expect(numOnLids).toBe(2 * PROFILE_POINTS);
  });

  it('changes residue half way to the next, where two rings meet', () => {
    let numAtBounds = 0;
    for (let i = 0; i < mesh.residues.length; i++) {
      const along = mesh.positions[3 * i]! / STEP;
      const nearest = Math.round(along);
      if (Math.abs(along - Math.floor(along) - 0.5) > 0.01) {
        expect(mesh.residues[i]).toBe(20 + nearest);
        continue;
      }
      numAtBounds++;
      expect([20 + Math.floor(along), 20 + Math.ceil(along)]).toContain(mesh.residues[i]);
    }
    expect(numAtBounds).toBe(4 * 2 * PROFILE_POINTS);
    // 2 lids, and 25 rings with 4 doubled.
    expect(mesh.residues).toHaveLength((2 + 25 + 4) * PROFILE_POINTS);
    expect(mesh.indices).toHaveLength(3 * (24 * 2 * PROFILE_POINTS + 2 * (PROFILE_POINTS - 2)));
  });

  it('is closed, and holds its volume', () => {
    const place = (vertex: number) =>
      pointOf(mesh.positions, vertex)
        .map((x) => (Math.round(1000 * x) / 1000 + 0).toString())
        .join();
    const edges = directedEdges(mesh.indices, place);
    expect(edges.size).toBeGreaterThan(1000);
    for (const [edge, count] of edges) {
      expect(count).toBe(1);
      expect(edges.get(edge.split(' ').reverse().join(' '))).toBe(1);
    }
    const volume = volumeOf(mesh); // of a prism with a twelve-sided base: corners meet where quarters do
    expect(volume).toBeCloseTo(16 * 12 * 0.5 * 0.25 * Math.sin(Math.PI / 6), 4);
  });

  it('of several chains is all of them', () => {
    const one = straight(['coil', 'coil']);
    const both = ribbonMesh([one, one], TUBE, 4);
    const alone = ribbonMesh([one], TUBE, 4);
    expect(both.residues).toHaveLength(2 * alone.residues.length);
    expect(ribbonMesh([one], TUBE).residues).toHaveLength((2 + 9 + 1) * PROFILE_POINTS); // 8 steps
    expect(ribbonMesh([], TUBE).indices).toHaveLength(0);
    expect(volumeOf(ribbonMesh([straight(['coil'])], TUBE, 4))).toBeCloseTo(0, 9);
  });
});

describe('a cartoon', () => {
  it('draws helices wide and coils thin, and turns one smoothly into the other', () => {
    const at = extents(['helix', 'helix', 'coil', 'coil'], CARTOON, 4);
    // The slopes of helices are steeper, so look at residues and at the middle between two of a kind.
    expect(at(0)).toHaveLength(2); // a lid, and the skin's first ring
    for (const { width, height } of at(0)) {
      expect(width).toBeCloseTo(1.35, 5);
      expect(height).toBeCloseTo(0.24, 5);
    }
    expect(at(1)[0]!.width).toBeCloseTo(1.35, 5);
    expect(at(2)[0]!.width).toBeCloseTo(0.3, 5);
    expect(at(3)[0]!.height).toBeCloseTo(0.3, 5);
  });

  it('turns coils into strands by 5/32, 1/2 and 27/32 on the way', () => {
    const at = extents(
      ['coil', 'coil', 'strand', 'strand', 'strand', 'strand', 'coil'],
      CARTOON,
      4,
    );
    const mixed = (share: number) => 0.3 + share * (1.15 - 0.3);
    for (const [residue, share] of [
      [0.5, 0],
      [1, 0],
      [1.25, 5 / 32],
      [1.5, 1 / 2],
      [1.75, 27 / 32],
      [2, 1],
      [3.5, 1],
    ] as const)
      for (const { width, height } of at(residue)) {
        expect(width).toBeCloseTo(mixed(share), 4);
        expect(height).toBeCloseTo(0.3 + share * (0.28 - 0.3), 4);
      }
  });

  it('ends a strand in an arrow head from its last residue but one to its last', () => {
    const at = extents(['coil', 'strand', 'strand', 'strand', 'coil', 'coil'], CARTOON, 4);
    // Where the head begins there are the strand's end, the head's back and its first ring.
    expect(at(2).map(({ width }) => width.toFixed(2))).toEqual(['1.15', '1.95', '1.95']);
    for (const [residue, share] of [
      [2.25, 0.25],
      [2.5, 0.5],
      [2.75, 0.75],
      [3, 1],
    ] as const)
      for (const { width } of at(residue))
        expect(width).toBeCloseTo(1.95 + share * (0.3 - 1.95), 4);
    for (const residue of [3.25, 3.5, 4, 5])
      for (const { width } of at(residue)) expect(width).toBeCloseTo(0.3, 4);
    expect(at(1)[0]!.width).toBeCloseTo(1.15, 5);
  });

  it('has a back to each arrow head that faces the start of the chain', () => {
    const mesh = ribbonMesh([straight(['coil', 'strand', 'strand', 'strand'])], CARTOON, 4);
    const backs = Array.from(mesh.residues, (_, i) => i).filter((i) => mesh.normals[3 * i]! < -0.5);
    expect(new Set(backs.map((i) => mesh.positions[3 * i]! / STEP))).toEqual(new Set([0, 2]));
    expect(new Set(backs.map((i) => mesh.residues[i]))).toEqual(new Set([20, 22]));
    const ahead = Array.from(mesh.residues, (_, i) => i).filter((i) => mesh.normals[3 * i]! > 0.5);
    expect(new Set(ahead.map((i) => mesh.positions[3 * i]! / STEP))).toEqual(new Set([3]));
    for (const i of ahead) expect(Math.abs(mesh.positions[3 * i + 1]!)).toBeLessThan(0.3 + 1e-5);
    // Flat lids turn their faces the way that their normals point.
    for (let t = 0; t < mesh.indices.length; t += 3) {
      const corners = [0, 1, 2].map((k) => mesh.indices[t + k]!);
      if (!corners.every((i) => Math.abs(mesh.normals[3 * i]!) > 0.5)) continue;
      const [[, ay, az], [, by, bz], [, cy, cz]] = corners.map((i) =>
        pointOf(mesh.positions, i),
      ) as [[number, number, number], [number, number, number], [number, number, number]];
      const area = (by - ay) * (cz - az) - (bz - az) * (cy - ay);
      expect(area * mesh.normals[3 * corners[0]!]!).toBeGreaterThan(-1e-9);
    }
  });
});

describe('MeshBuilder', () => {
  it('keeps all that it was given, however much', () => {
    const builder = new MeshBuilder();
    const [numVertices, numTriangles] = [2500, 4500];
    for (let i = 0; i < numVertices; i++) {
      expect(builder.numVertices).toBe(i);
      builder.vertex(i, i + 0.25, i + 0.5, 0 - i, 2 * i, 3 * i, i % 99);
    }
    for (let t = 0; t < numTriangles; t++) builder.triangle(t, t + 1, t + 7);
    const { positions, normals, residues, indices } = builder.build();
    const of = <T>(count: number, each: (i: number) => T[]) =>
      Array.from({ length: count }, (_, i) => each(i)).flat();
    expect([...positions]).toEqual(of(numVertices, (i) => [i, i + 0.25, i + 0.5]));
    expect([...normals]).toEqual(of(numVertices, (i) => [0 - i, 2 * i, 3 * i]));
    expect([...residues]).toEqual(of(numVertices, (i) => [i % 99]));
    expect([...indices]).toEqual(of(numTriangles, (t) => [t, t + 1, t + 7]));
  });
});
