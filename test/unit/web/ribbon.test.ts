import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readStructure } from '#web/molecule/read-structure';
import type { Mesh } from '#web/viewer/mesh';
import { CARTOON, ribbonMesh, TUBE } from '#web/viewer/ribbon';
import { hermiteFrames } from '#web/viewer/spline';
import { surfaceMesh } from '#web/viewer/surface';
import { traceBackbone } from '#web/viewer/trace';
import { pointOf, volumeOf } from '../../helpers/meshes.js';

const molecule = readStructure(readFileSync('test/fixtures/web/1ema-a.pdb', 'utf8'), '1ema-a');
const traces = traceBackbone(molecule);

const minus = (a: readonly number[], b: readonly number[]): number[] => a.map((x, i) => x - b[i]!);
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const cross = ([a, b, c]: readonly number[], [d, e, f]: readonly number[]): number[] => [
  b! * f! - c! * e!,
  c! * d! - a! * f!,
  a! * e! - b! * d!,
];

/** Share of the area whose triangles face the way their normals point. */
function facingShare(mesh: Mesh): number {
  let [right, all] = [0, 0];
  for (let t = 0; t < mesh.indices.length; t += 3) {
    const [a, b, c] = [0, 1, 2].map((k) => mesh.indices[t + k]!);
    const [p, q, r] = [a!, b!, c!].map((i) => pointOf(mesh.positions, i));
    const normal = cross(minus(q!, p!), minus(r!, p!));
    const area = Math.hypot(...normal);
    all += area;
    if (dot(normal, pointOf(mesh.normals, a!)) > 0) right += area;
  }
  return right / all;
}

describe('traceBackbone', () => {
  it('breaks the chain where residues are missing', () => {
    // residues 65 to 67 are the chromophore, which the fixture lacks: CA to CA is far beyond one step
    expect(traces.flatMap(({ residues }) => residues)).toHaveLength(225);
    for (const { residues } of traces)
      expect(residues.at(-1)! - residues[0]! + 1).toBe(residues.length);
  });

  it('never lets the ribbon flip between neighbours', () => {
    for (const { sides, residues } of traces)
      for (let i = 1; i < residues.length; i++)
        expect(dot(pointOf(sides, i), pointOf(sides, i - 1))).toBeGreaterThanOrEqual(-0.01);
  });
});

describe('hermiteFrames', () => {
  it('passes through every point and keeps its frames square', () => {
    for (const trace of traces) {
      const frames = hermiteFrames(trace, 8);
      trace.residues.forEach((_, i) => {
        expect(
          Math.hypot(...minus(pointOf(frames.points, 8 * i), pointOf(trace.points, i))),
        ).toBeLessThan(1e-4);
      });
      for (let i = 0; i < frames.points.length / 3; i++) {
        expect(Math.hypot(...pointOf(frames.tangents, i))).toBeCloseTo(1, 4);
        expect(dot(pointOf(frames.tangents, i), pointOf(frames.sides, i))).toBeCloseTo(0, 4);
      }
    }
  });
});

describe('ribbonMesh', () => {
  it.each([
    ['cartoon', CARTOON],
    ['tube', TUBE],
  ])('of a %s faces outward, has unit normals and covers every residue', (_, style) => {
    const mesh = ribbonMesh(traces, style);
    expect(facingShare(mesh)).toBeGreaterThan(0.99);
    expect(new Set(mesh.residues).size).toBe(225);
    for (let i = 0; i < mesh.residues.length; i++)
      expect(Math.hypot(...pointOf(mesh.normals, i))).toBeCloseTo(1, 3);
  });

  it('is closed: a tube holds the volume of a cylinder of its length', () => {
    const mesh = ribbonMesh(traces, TUBE, 10);
    const length = traces.reduce((sum, trace) => {
      const { points } = hermiteFrames(trace, 10);
      let along = 0;
      for (let i = 1; i < points.length / 3; i++)
        along += Math.hypot(...minus(pointOf(points, i), pointOf(points, i - 1)));
      return sum + along;
    }, 0);
    const expected = Math.PI * 0.5 ** 2 * length;
    expect(volumeOf(mesh) / expected).toBeGreaterThan(0.9);
    expect(volumeOf(mesh) / expected).toBeLessThan(1.02);
  });

  it('puts an arrow head at the end of every strand', () => {
    const farthest = (kind: 'arrow' | 'coil'): number => {
      const mesh = ribbonMesh(traces, CARTOON);
      const [{ kinds, residues }] = traces as [(typeof traces)[0]];
      const end = kinds.findIndex((each, i) => each === 'strand' && kinds[i + 1] !== 'strand');
      const residue = kind === 'arrow' ? residues[end - 1]! : residues[kinds.indexOf('coil')]!;
      const alpha = pointOf(molecule.positions, molecule.alphaCarbon[residue]!);
      const near = Array.from(mesh.residues, (of, i) => [of, i] as const).filter(
        ([of]) => of === residue,
      );
      return Math.max(
        ...near.map(([, i]) => Math.hypot(...minus(pointOf(mesh.positions, i), alpha))),
      );
    };
    expect(farthest('arrow')).toBeGreaterThan(1.9);
    expect(farthest('coil')).toBeLessThan(2.3);
  });
});

describe('surfaceMesh', () => {
  it('encloses the atoms, faces outward and names residues', () => {
    const mesh = surfaceMesh(molecule);
    expect(facingShare(mesh)).toBeGreaterThan(0.97);
    // 25 kDa of protein at 1.21 Å³ per Da
    expect(volumeOf(mesh)).toBeGreaterThan(24_000);
    expect(volumeOf(mesh)).toBeLessThan(42_000);
    expect(Math.max(...mesh.residues)).toBeLessThan(225);
  });
});
