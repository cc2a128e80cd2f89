import { GLYCINE } from '#sequence/amino-acids';
import type { Vector3 } from '#structure/geometry/vector3';
import { addForce, noWrench } from '#structure/geometry/wrench';
import { CA_SLOT, CB_SLOT, C_SLOT, N_SLOT, O_SLOT } from '#structure/residues/atoms';
import { ATOM14_LOCAL_POSITIONS } from '#structure/residues/rigid-groups';
import {
  ANGLE_CA_C_N,
  ANGLE_C_N_CA,
  ANGLE_N_CA_C,
  LENGTH_CA_C,
  LENGTH_C_N,
  LENGTH_N_CA,
} from './backbone-geometry.js';

/** Alanine stands for all residues: its N, CA, C and CB in the backbone frame, O in the frame of psi. */
const ALANINE = ATOM14_LOCAL_POSITIONS.subarray(0, 15);
const LOCAL_N = ALANINE.subarray(0, 3);
const LOCAL_CB = ALANINE.subarray(12, 15);
/** From C, in a frame that has turned by psi. */
const LOCAL_O = ALANINE.subarray(9, 12);
const ORIGIN: Vector3 = [0, 0, 0];

/** Atoms of a residue, in the slots of `atoms.ts`: N, CA, C, O and the pseudo-beta, which is CA in glycine. */
export const CHAIN_ATOMS = 5;

/** A backbone with ideal bonds and trans peptides, moved by its torsions alone; reused from step to step. */
export interface TorsionChain {
  /** `[N, 5, 3]` Å */
  readonly atoms: Float64Array;
  /** `[N, 2, 3]` unit vectors along N-CA and CA-C: what phi and psi turn about */
  readonly axes: Float64Array;
}

/** A chain of N residues that is not placed yet. */
export function emptyChain(numResidues: number): TorsionChain {
  return {
    atoms: new Float64Array(3 * CHAIN_ATOMS * numResidues),
    axes: new Float64Array(6 * numResidues),
  };
}

/** Where an atom's coordinates start. */
export function atomOffset(residue: number, slot: number): number {
  return 3 * (CHAIN_ATOMS * residue + slot);
}

/** Three column vectors x, y, z in a row. */
type Axes = Float64Array;

/** Turns y and z about x. */
function turnAboutX(axes: Axes, angle: number): void {
  rotatePlane(axes, 3, 6, angle);
}

/** Turns x onto the next bond, which makes `angle` with the last. */
function bend(axes: Axes, angle: number): void {
  rotatePlane(axes, 0, 3, Math.PI - angle);
}

function rotatePlane(axes: Axes, first: number, second: number, angle: number): void {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  for (let k = 0; k < 3; k++) {
    const [a, b] = [axes[first + k]!, axes[second + k]!];
    axes[first + k] = cos * a + sin * b;
    axes[second + k] = cos * b - sin * a;
  }
}

/**
 * Places a chain, the first CA at the origin.
 *
 * @param chain written
 * @param angles `[N, 2]` phi and psi in radians
 * @param aatype `[N]`
 */
export function placeChain(
  { atoms, axes }: TorsionChain,
  angles: Float64Array,
  aatype: ArrayLike<number>,
): void {
  const frame: Axes = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  const origin = new Float64Array(3);
  const step = (length: number) => {
    for (let k = 0; k < 3; k++) origin[k]! += length * frame[k]!;
  };
  const place = (residue: number, slot: number, along: number, across: number, up: number) => {
    const start = atomOffset(residue, slot);
    for (let k = 0; k < 3; k++) {
      atoms[start + k] =
        origin[k]! + along * frame[k]! + across * frame[3 + k]! + up * frame[6 + k]!;
    }
  };
  const numResidues = aatype.length;
  for (let i = 0; i < numResidues; i++) {
    place(i, N_SLOT, LOCAL_N[0]!, LOCAL_N[1]!, 0);
    place(i, CA_SLOT, 0, 0, 0);
    if (aatype[i] === GLYCINE) place(i, CB_SLOT, 0, 0, 0);
    else place(i, CB_SLOT, LOCAL_CB[0]!, LOCAL_CB[1]!, LOCAL_CB[2]!);
    for (let k = 0; k < 3; k++) {
      axes[6 * i + k] = -(LOCAL_N[0]! * frame[k]! + LOCAL_N[1]! * frame[3 + k]!) / LENGTH_N_CA;
      axes[6 * i + 3 + k] = frame[k]!;
    }
    step(LENGTH_CA_C);
    place(i, C_SLOT, 0, 0, 0);
    turnAboutX(frame, angles[2 * i + 1]!);
    place(i, O_SLOT, LOCAL_O[0]!, -LOCAL_O[1]!, 0);
    if (i + 1 === numResidues) break;
    bend(frame, ANGLE_CA_C_N);
    step(LENGTH_C_N);
    turnAboutX(frame, Math.PI);
    bend(frame, ANGLE_C_N_CA);
    step(LENGTH_N_CA);
    turnAboutX(frame, angles[2 * i + 2]!);
    bend(frame, ANGLE_N_CA_C);
  }
}

/**
 * Derivative of an energy by the torsions, from its derivative by the positions. Turning a bond moves all that
 * comes after it as one body, so sums of forces and of torques from the end of the chain are all that is needed.
 *
 * @param chain placed
 * @param byAtoms `[N, 5, 3]` derivative by the atoms
 * @param byAngles `[N, 2]` written
 * @source Abe, Braun, Noguti & Gō 1984, "Rapid calculation of first and second derivatives of conformational energy"
 */
export function torsionGradient(
  { atoms, axes }: TorsionChain,
  byAtoms: Float64Array,
  byAngles: Float64Array,
): void {
  const wrench = noWrench();
  const { force, torque } = wrench;
  const gather = (at: number) => {
    addForce(wrench, atoms, byAtoms, at, ORIGIN);
  };
  /** Both axes of a residue pass through its CA. */
  const turnAt = (ca: number, axis: number): number => {
    const [ux, uy, uz] = [axes[axis]!, axes[axis + 1]!, axes[axis + 2]!];
    const [x, y, z] = [atoms[ca]!, atoms[ca + 1]!, atoms[ca + 2]!];
    return (
      ux * (torque[0]! - (y * force[2]! - z * force[1]!)) +
      uy * (torque[1]! - (z * force[0]! - x * force[2]!)) +
      uz * (torque[2]! - (x * force[1]! - y * force[0]!))
    );
  };
  for (let i = byAngles.length / 2 - 1; i >= 0; i--) {
    const ca = atomOffset(i, CA_SLOT);
    gather(atomOffset(i, O_SLOT));
    byAngles[2 * i + 1] = turnAt(ca, 6 * i + 3);
    gather(atomOffset(i, C_SLOT));
    gather(atomOffset(i, CB_SLOT));
    byAngles[2 * i] = turnAt(ca, 6 * i);
    gather(ca);
    gather(atomOffset(i, N_SLOT));
  }
}
