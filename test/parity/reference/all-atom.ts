import {
  ATOM14_LOCAL_POSITIONS,
  ATOM14_RIGID_GROUP,
  RIGID_GROUP_DEFAULT_FRAMES,
} from '#structure/residues/rigid-groups';
import { range } from './numbers.js';

/** Row-major 4×4. */
type Matrix = readonly number[];

const product = (a: Matrix, b: Matrix): Matrix =>
  range(16).map((at) =>
    range(4).reduce((sum, k) => sum + a[4 * Math.floor(at / 4) + k]! * b[4 * k + (at % 4)]!, 0),
  );

/** @source AlphaFold2 SI Algorithm 25 "makeRotX" */
const makeRotX = ([sin, cos]: readonly number[]): Matrix => [
  1,
  0,
  0,
  0,
  0,
  cos!,
  -sin!,
  0,
  0,
  sin!,
  cos!,
  0,
  0,
  0,
  0,
  1,
];

/**
 * Coordinates of the 14 atoms of one residue.
 *
 * @param backbone its frame
 * @param torsions (sin, cos) of preOmega, phi, psi, chi1-4
 * @source AlphaFold2 SI Algorithm 24 "computeAllAtomCoordinates"
 */
export function allAtomPositions(
  backbone: Matrix,
  torsions: readonly (readonly number[])[],
  aatype: number,
): number[][] {
  const literature = (group: number) => {
    const start = (aatype * 8 + group) * 16;
    return [...RIGID_GROUP_DEFAULT_FRAMES.subarray(start, start + 16)];
  };
  // 2-10: omega, phi, psi and chi1 hang on the backbone, each further chi on the one before
  const frames: Matrix[] = [backbone];
  for (let group = 1; group < 8; group++) {
    const parent = group <= 4 ? backbone : frames[group - 1]!;
    frames.push(product(product(parent, literature(group)), makeRotX(torsions[group - 1]!)));
  }
  // 11: x_a = T_f x_a^lit
  return range(14).map((slot) => {
    const at = aatype * 14 + slot;
    const frame = frames[ATOM14_RIGID_GROUP[at]!]!;
    const local = [...ATOM14_LOCAL_POSITIONS.subarray(3 * at, 3 * at + 3), 1];
    return range(3).map((row) =>
      range(4).reduce((sum, k) => sum + frame[4 * row + k]! * local[k]!, 0),
    );
  });
}
