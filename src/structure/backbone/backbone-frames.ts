import { GLYCINE } from '#sequence/amino-acids';
import {
  cross,
  dot,
  length,
  normalize,
  pointAt,
  subtract,
  type Vector3,
} from '#structure/geometry/vector3';
import { CA_SLOT, CB_SLOT, C_SLOT, N_SLOT } from '#structure/residues/atoms';
import {
  atomPositions,
  countResidues,
  hasAtom,
  type PointOfEach,
  type ResidueAtoms,
} from '#structure/residues/residue-atoms';

/** Å; three points that are closer to a line than this span no frame. */
const SMALLEST_OFFSET = 1e-3;

/** A frame as row-major rotation `[9]` and translation `[3]`: global = rotation · local + translation. */
export interface Frame {
  readonly rotation: readonly number[];
  readonly translation: Vector3;
}

/**
 * Frame with its origin at `ca`, `c` on +x and `n` in the xy-plane at positive y; undefined where the
 * points lie on a line.
 *
 * @param n position of N
 * @param ca position of CA
 * @param c position of C
 * @source AlphaFold2 SI Algorithm 21 "rigidFrom3Points"
 */
export function rigidFrom3Points(n: Vector3, ca: Vector3, c: Vector3): Frame | undefined {
  const x = normalize(subtract(c, ca));
  const toN = subtract(n, ca);
  const along = dot(toN, x);
  const offset = subtract(toN, [along * x[0], along * x[1], along * x[2]]);
  if (!(length(offset) > SMALLEST_OFFSET) || !(length(x) > 0)) return undefined;
  const y = normalize(offset);
  const z = cross(x, y);
  return { rotation: [0, 1, 2].flatMap((row) => [x[row]!, y[row]!, z[row]!]), translation: ca };
}

/** Backbone frames of N residues in flat arrays. */
export interface BackboneFrames {
  /** `[N, 3, 3]` row-major; identity where the mask is 0. */
  readonly rotation: Float32Array;
  /** `[N, 3]` Å; zero where the mask is 0. */
  readonly translation: Float32Array;
  /** `[N]` 1 where N, CA and C are known and span a frame. */
  readonly mask: Uint8Array;
}

/**
 * The frame of each residue from its N, CA and C.
 *
 * @param residues one structure
 * @throws FoldError `STRUCTURE_MISMATCH` when the arrays disagree on N
 */
export function backboneFrames(residues: ResidueAtoms): BackboneFrames {
  const numResidues = countResidues(residues);
  const rotation = new Float32Array(numResidues * 9);
  const translation = new Float32Array(numResidues * 3);
  const mask = new Uint8Array(numResidues);
  for (let residue = 0; residue < numResidues; residue++) {
    const isKnown = [N_SLOT, CA_SLOT, C_SLOT].every((slot) => hasAtom(residues, residue, slot));
    const at = (slot: number) => pointAt(residues.atom14, 14 * residue + slot);
    const frame = isKnown ? rigidFrom3Points(at(N_SLOT), at(CA_SLOT), at(C_SLOT)) : undefined;
    rotation.set(frame?.rotation ?? [1, 0, 0, 0, 1, 0, 0, 0, 1], 9 * residue);
    translation.set(frame?.translation ?? [0, 0, 0], 3 * residue);
    mask[residue] = Number(frame !== undefined);
  }
  return { rotation, translation, mask };
}

/**
 * Where each side chain points: CB, or CA for glycine.
 *
 * @param residues one structure
 * @returns `positions` `[N, 3]`, zero where unknown, and `mask` `[N]`
 * @throws FoldError `STRUCTURE_MISMATCH` when the arrays disagree on N
 */
export function pseudoBeta(residues: ResidueAtoms): PointOfEach {
  return atomPositions(residues, (aatype) => (aatype === GLYCINE ? CA_SLOT : CB_SLOT));
}
