/** @file The eight rigid groups of each residue type and the atoms that ride on them. */
import { cross, dot, normalize, subtract, type Vector3 } from '#structure/geometry/vector3';
import { NUM_RESIDUE_TYPES } from './atoms.js';
import { RESIDUE_GEOMETRY, type ResidueGeometry } from './residue-geometry.generated.js';

const NUM_GROUPS = 8;
const PHI = 2;
const PSI = 3;
const CHI1 = 4;

/** Row-major 4x4: columns are x along `ex`, y towards `ey`, z = x × y, and the origin. */
function frame4x4(ex: Vector3, ey: Vector3, origin: Vector3): number[] {
  const x = normalize(ex);
  const along = dot(ey, x);
  const y = normalize([ey[0] - along * x[0], ey[1] - along * x[1], ey[2] - along * x[2]]);
  const z = cross(x, y);
  return [0, 1, 2].flatMap((row) => [x[row]!, y[row]!, z[row]!, origin[row]!]).concat(0, 0, 0, 1);
}

/** `[8][16]` of one residue type; zeros where it has no such torsion. */
function defaultFrames(residue: ResidueGeometry): number[][] {
  const positions = new Map(residue.atoms.map(([name, , x, y, z]) => [name, [x, y, z] as const]));
  const at = (name: string): Vector3 => positions.get(name)!;
  const identity = frame4x4([1, 0, 0], [0, 1, 0], [0, 0, 0]);
  const frames = Array.from({ length: NUM_GROUPS }, () => Array<number>(16).fill(0));
  frames[0] = identity;
  frames[1] = identity; // preOmega moves no heavy atom
  frames[PHI] = frame4x4(subtract(at('N'), at('CA')), [1, 0, 0], at('N'));
  frames[PSI] = frame4x4(subtract(at('C'), at('CA')), subtract(at('CA'), at('N')), at('C'));
  residue.chis.forEach(([first, second, third], chi) => {
    frames[CHI1 + chi] =
      chi === 0
        ? frame4x4(subtract(at(third), at(second)), subtract(at(first), at(second)), at(third))
        : // The axis of each further chi starts at the origin of the group before it.
          frame4x4(at(third), [-1, 0, 0], at(third));
  });
  return frames;
}

/**
 * `[21, 8, 4, 4]` row-major: from each group's frame to that of its parent (backbone for the first
 * five, else the chi before), at torsion 0. Zeros for groups that a type lacks and for all of X.
 *
 * @source AlphaFold2 SI Algorithm 24 "computeAllAtomCoordinates", the literature frames
 */
export const RIGID_GROUP_DEFAULT_FRAMES = new Float32Array(NUM_RESIDUE_TYPES * NUM_GROUPS * 16);

/** `[21, 14]` group that carries each atom: 0 backbone, 3 psi, 4-7 chi1-4; 0 where there is no atom. */
export const ATOM14_RIGID_GROUP = new Int32Array(NUM_RESIDUE_TYPES * 14);

/** `[21, 14, 3]` atom positions in the frame of their group; zeros where there is no atom. */
export const ATOM14_LOCAL_POSITIONS = new Float32Array(NUM_RESIDUE_TYPES * 14 * 3);

RESIDUE_GEOMETRY.forEach((residue, aatype) => {
  RIGID_GROUP_DEFAULT_FRAMES.set(defaultFrames(residue).flat(), aatype * NUM_GROUPS * 16);
  residue.atoms.forEach(([, group, ...position], slot) => {
    ATOM14_RIGID_GROUP[aatype * 14 + slot] = group;
    ATOM14_LOCAL_POSITIONS.set(position, (aatype * 14 + slot) * 3);
  });
});
