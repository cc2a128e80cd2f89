import type { Molecule } from '../molecule/molecule.js';
import { MeshBuilder, type Mesh } from './mesh.js';
import { densityField, type Field } from './surface-field.js';

/** The field's value on the surface. */
const LEVEL = 1;

/** The 12 edges of a cube as pairs of corners; corner c lies at (c & 1, c >> 1 & 1, c >> 2). */
const EDGES = [
  [0, 1],
  [2, 3],
  [4, 5],
  [6, 7],
  [0, 2],
  [1, 3],
  [4, 6],
  [5, 7],
  [0, 4],
  [1, 5],
  [2, 6],
  [3, 7],
] as const;

/**
 * Molecular surface of a structure.
 *
 * @param molecule at least one atom
 */
export function surfaceMesh(molecule: Molecule): Mesh {
  return surfaceNets(densityField(molecule));
}

/**
 * Triangles where a field crosses 1: one vertex in every cube that the surface passes, at the mean of its edge
 * crossings, and a quad around every edge that the surface cuts.
 *
 * @source Gibson 1998, "Constrained elastic surface nets", doi:10.1007/BFb0056277
 */
export function surfaceNets(field: Field): Mesh {
  const { size, values } = field;
  const builder = new MeshBuilder();
  const strides = [1, size[0], size[0] * size[1]] as const;
  const vertexOfCube = new Int32Array(values.length).fill(-1);
  for (let k = 0; k + 1 < size[2]; k++)
    for (let j = 0; j + 1 < size[1]; j++)
      for (let i = 0; i + 1 < size[0]; i++) {
        const at = i + j * strides[1] + k * strides[2];
        if (!isCrossed(values, at, strides)) continue;
        vertexOfCube[at] = builder.numVertices;
        addVertex(builder, field, strides, at, [i, j, k]);
        if (i > 0 && j > 0 && k > 0) addQuads(builder, values, vertexOfCube, strides, at);
      }
  return builder.build();
}

type Strides = readonly [number, number, number];
const cornerOffset = (corner: number, [x, y, z]: Strides): number =>
  (corner & 1) * x + ((corner >> 1) & 1) * y + (corner >> 2) * z;

function isCrossed(values: Float32Array, at: number, strides: Strides): boolean {
  const isInside = values[at]! > LEVEL;
  for (let corner = 1; corner < 8; corner++)
    if (values[at + cornerOffset(corner, strides)]! > LEVEL !== isInside) return true;
  return false;
}

function addVertex(
  builder: MeshBuilder,
  { values, residues, origin, spacing }: Field,
  strides: Strides,
  at: number,
  cube: readonly [number, number, number],
) {
  const mean = [0, 0, 0];
  let crossings = 0;
  for (const [from, to] of EDGES) {
    const a = values[at + cornerOffset(from, strides)]! - LEVEL;
    const b = values[at + cornerOffset(to, strides)]! - LEVEL;
    if (a > 0 === b > 0) continue;
    const t = a / (a - b);
    crossings++;
    for (let axis = 0; axis < 3; axis++) {
      const start = (from >> axis) & 1;
      mean[axis]! += start + t * (((to >> axis) & 1) - start);
    }
  }
  const local = mean.map((sum) => sum / crossings);
  const place = (axis: 0 | 1 | 2): number => origin[axis] + spacing * (cube[axis] + local[axis]!);
  const normal = outward(values, at, strides, local);
  const residue = nearestResidue(values, residues, at, strides);
  builder.vertex(place(0), place(1), place(2), normal[0], normal[1], normal[2], residue);
}

/** The direction in which the field falls fastest, inside one cube. */
function outward(
  values: Float32Array,
  at: number,
  strides: Strides,
  local: readonly number[],
): [number, number, number] {
  const gradient: [number, number, number] = [0, 0, 0];
  for (let corner = 0; corner < 8; corner++) {
    const value = values[at + cornerOffset(corner, strides)]!;
    for (let axis = 0; axis < 3; axis++) {
      let weight = (corner >> axis) & 1 ? 1 : -1;
      for (let other = 0; other < 3; other++)
        if (other !== axis) weight *= (corner >> other) & 1 ? local[other]! : 1 - local[other]!;
      gradient[axis]! -= weight * value;
    }
  }
  const length = Math.hypot(...gradient) || 1;
  return [gradient[0] / length, gradient[1] / length, gradient[2] / length];
}

function nearestResidue(
  values: Float32Array,
  residues: Int32Array,
  at: number,
  strides: Strides,
): number {
  let [best, highest] = [0, -1];
  for (let corner = 0; corner < 8; corner++) {
    const there = at + cornerOffset(corner, strides);
    if (values[there]! > highest && residues[there]! >= 0)
      [best, highest] = [residues[there]!, values[there]!];
  }
  return best;
}

/** Quads around the three edges that leave the cube's first corner. */
function addQuads(
  builder: MeshBuilder,
  values: Float32Array,
  vertexOfCube: Int32Array,
  strides: Strides,
  at: number,
) {
  const isInside = values[at]! > LEVEL;
  for (let axis = 0; axis < 3; axis++) {
    if (values[at + strides[axis]!]! > LEVEL === isInside) continue;
    const [u, v] = [strides[(axis + 1) % 3]!, strides[(axis + 2) % 3]!];
    const [a, b, c, d] = [at, at - u, at - u - v, at - v].map((cube) => vertexOfCube[cube]!);
    if (isInside) {
      builder.triangle(a!, b!, c!);
      builder.triangle(a!, c!, d!);
    } else {
      builder.triangle(a!, c!, b!);
      builder.triangle(a!, d!, c!);
    }
  }
}
