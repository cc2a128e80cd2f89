import { GLYCINE } from '#sequence/amino-acids';
import { pointAt, type Vector3 } from '#structure/geometry/vector3';
import { addForce, noWrench } from '#structure/geometry/wrench';
import { CA_SLOT, CB_SLOT, C_SLOT, N_SLOT, O_SLOT } from '#structure/residues/atoms';
import { ATOM14_LOCAL_POSITIONS } from '#structure/residues/rigid-groups';
import { rigidFrom3Points } from './backbone-frames.js';
import { ANGLE_CA_C_N, LENGTH_CA_C, LENGTH_C_N } from './backbone-geometry.js';
import { CARBONYL_LENGTH } from './carbonyl-oxygen.js';
import { atomOffset, CHAIN_ATOMS } from './torsion-chain.js';

/**
 * Numbers that move a residue: three along its own axes, then three about them; these as the way of a point 2 Å from the
 * axis, so that all six are Å of the same worth.
 */
export const MOVES = 6;
const LEVER = 2;

/** A backbone whose residues are rigid bodies, each free to move on its own; what bonds them is left to forces. */
export interface RigidChain {
  /** `[N, 3, 3]` row-major, local to global */
  readonly rotations: Float64Array;
  /** `[N, 3]` CA, Å */
  readonly origins: Float64Array;
  /** `[N, 5, 3]` Å, as those of a torsion chain */
  readonly atoms: Float64Array;
  /** `[N]` 1 where the pseudo-beta is CA */
  readonly isGlycine: Uint8Array;
}

/** Alanine stands for all residues. */
const [LOCAL_N, ORIGIN, LOCAL_C, LOCAL_O, LOCAL_CB] = [
  N_SLOT,
  CA_SLOT,
  C_SLOT,
  O_SLOT,
  CB_SLOT,
].map((slot) => pointAt(ATOM14_LOCAL_POSITIONS, slot)) as [
  Vector3,
  Vector3,
  Vector3,
  Vector3,
  Vector3,
];
/** The last O has no peptide bond to lie in. */
const LAST_O: Vector3 = [LENGTH_CA_C + LOCAL_O[0], -LOCAL_O[1], 0];

/** O lies opposite the middle of the directions to CA and to the next N: so far along C - CA and C - N. */
const BISECTOR = CARBONYL_LENGTH / (2 * Math.cos(ANGLE_CA_C_N / 2));
const [ALONG_CA, ALONG_N] = [BISECTOR / LENGTH_CA_C, BISECTOR / LENGTH_C_N];

/**
 * A chain of rigid residues.
 *
 * @param rotations `[N, 3, 3]` row-major
 * @param origins `[N, 3]` CA, Å
 * @param aatype `[N]`
 */
export function rigidChainAt(
  rotations: Float64Array,
  origins: Float64Array,
  aatype: ArrayLike<number>,
): RigidChain {
  const isGlycine = Uint8Array.from(aatype, (type) => Number(type === GLYCINE));
  const atoms = new Float64Array(3 * CHAIN_ATOMS * aatype.length);
  const chain = { rotations, origins, atoms, isGlycine };
  placeResidues(chain);
  return chain;
}

/**
 * The rigid residues of a placed backbone.
 *
 * @param atoms `[N, 5, 3]` of a torsion chain, Å
 * @param aatype `[N]`
 */
export function rigidChainOf(atoms: Float64Array, aatype: ArrayLike<number>): RigidChain {
  const rotations = new Float64Array(9 * aatype.length);
  const origins = new Float64Array(3 * aatype.length);
  for (let i = 0; i < aatype.length; i++) {
    const at = (slot: number) => pointAt(atoms, CHAIN_ATOMS * i + slot);
    const { rotation, translation } = rigidFrom3Points(at(N_SLOT), at(CA_SLOT), at(C_SLOT))!;
    rotations.set(rotation, 9 * i);
    origins.set(translation, 3 * i);
  }
  return rigidChainAt(rotations, origins, aatype);
}

/** Places the atoms where the frames are, and each O by the frame that follows too. */
export function placeResidues(chain: RigidChain): void {
  const { atoms, isGlycine } = chain;
  const last = isGlycine.length - 1;
  for (let i = 0; i <= last; i++) {
    place(chain, i, N_SLOT, LOCAL_N);
    place(chain, i, CA_SLOT, ORIGIN);
    place(chain, i, C_SLOT, LOCAL_C);
    place(chain, i, CB_SLOT, isGlycine[i] ? ORIGIN : LOCAL_CB);
  }
  place(chain, last, O_SLOT, LAST_O);
  for (let i = 0; i < last; i++) {
    const [ca, c] = [atomOffset(i, CA_SLOT), atomOffset(i, C_SLOT)];
    const [o, nextN] = [atomOffset(i, O_SLOT), atomOffset(i + 1, N_SLOT)];
    for (let k = 0; k < 3; k++) {
      const x = atoms[c + k]!;
      atoms[o + k] = x + ALONG_CA * (x - atoms[ca + k]!) + ALONG_N * (x - atoms[nextN + k]!);
    }
  }
}

function place(chain: RigidChain, residue: number, slot: number, local: Vector3): void {
  const { rotations, origins, atoms } = chain;
  const start = atomOffset(residue, slot);
  for (let k = 0; k < 3; k++) {
    const row = 9 * residue + 3 * k;
    atoms[start + k] =
      origins[3 * residue + k]! +
      rotations[row]! * local[0] +
      rotations[row + 1]! * local[1] +
      rotations[row + 2]! * local[2];
  }
}

/**
 * Derivative of an energy by the moves of the residues, from its derivative by the positions.
 *
 * @param chain placed
 * @param byAtoms `[N, 5, 3]` derivative by the atoms; what acts on an O is handed on to the atoms that place it
 * @param byMoves `[N, 6]` written
 */
export function moveGradient(
  { atoms, origins, rotations, isGlycine }: RigidChain,
  byAtoms: Float64Array,
  byMoves: Float64Array,
): void {
  handOnOxygens(byAtoms, isGlycine.length);
  const wrench = noWrench();
  const { force, torque } = wrench;
  for (let i = 0; i < isGlycine.length; i++) {
    force.fill(0);
    torque.fill(0);
    const pivot = pointAt(origins, i);
    for (let slot = 0; slot < CHAIN_ATOMS; slot++) {
      addForce(wrench, atoms, byAtoms, atomOffset(i, slot), pivot);
    }
    for (let axis = 0; axis < 3; axis++) {
      byMoves[MOVES * i + axis] = alongAxis(rotations, i, axis, force);
      byMoves[MOVES * i + 3 + axis] = alongAxis(rotations, i, axis, torque) / LEVER;
    }
  }
}

/** The part of a vector along one axis of a residue. */
function alongAxis(rotations: Float64Array, residue: number, axis: number, vector: Float64Array) {
  const column = 9 * residue + axis;
  return (
    rotations[column]! * vector[0]! +
    rotations[column + 3]! * vector[1]! +
    rotations[column + 6]! * vector[2]!
  );
}

function handOnOxygens(byAtoms: Float64Array, numResidues: number): void {
  for (let i = 0; i + 1 < numResidues; i++) {
    const [ca, c] = [atomOffset(i, CA_SLOT), atomOffset(i, C_SLOT)];
    const [o, nextN] = [atomOffset(i, O_SLOT), atomOffset(i + 1, N_SLOT)];
    for (let k = 0; k < 3; k++) {
      const force = byAtoms[o + k]!;
      byAtoms[c + k]! += (1 + ALONG_CA + ALONG_N) * force;
      byAtoms[ca + k]! -= ALONG_CA * force;
      byAtoms[nextN + k]! -= ALONG_N * force;
      byAtoms[o + k] = 0;
    }
  }
}

/**
 * Moves the residues and places their atoms again.
 *
 * @param moves `[N, 6]`
 */
export function moveResidues(chain: RigidChain, moves: Float64Array): void {
  for (let i = 0; i < chain.isGlycine.length; i++) {
    const at = MOVES * i;
    for (let k = 0; k < 3; k++) {
      const row = 9 * i + 3 * k;
      chain.origins[3 * i + k]! +=
        chain.rotations[row]! * moves[at]! +
        chain.rotations[row + 1]! * moves[at + 1]! +
        chain.rotations[row + 2]! * moves[at + 2]!;
    }
    const [x, y, z] = [moves[at + 3]!, moves[at + 4]!, moves[at + 5]!];
    turn(chain.rotations, 9 * i, [x / LEVER, y / LEVER, z / LEVER]);
  }
  placeResidues(chain);
}

/** Turns a frame about its own axes, by the quaternion (1, v / 2) at unit length: a rotation by |v| where that is small. */
function turn(rotations: Float64Array, start: number, by: Vector3): void {
  const w = 1 / Math.sqrt(1 + (by[0] ** 2 + by[1] ** 2 + by[2] ** 2) / 4);
  const [x, y, z] = [(w * by[0]) / 2, (w * by[1]) / 2, (w * by[2]) / 2];
  for (let row = start; row < start + 9; row += 3) {
    const [a, b, c] = [rotations[row]!, rotations[row + 1]!, rotations[row + 2]!];
    rotations[row] =
      a * (1 - 2 * (y * y + z * z)) + 2 * (b * (x * y + w * z) + c * (x * z - w * y));
    rotations[row + 1] =
      b * (1 - 2 * (x * x + z * z)) + 2 * (a * (x * y - w * z) + c * (y * z + w * x));
    rotations[row + 2] =
      c * (1 - 2 * (x * x + y * y)) + 2 * (a * (x * z + w * y) + b * (y * z - w * x));
  }
}
