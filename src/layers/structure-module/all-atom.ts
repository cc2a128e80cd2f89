import { applyRigid, composeRigids, type Rigid } from '#geometry/rigid';
import { rotationAboutX } from '#geometry/torsion';
import { ATOM14_MASK } from '#structure/residues/atoms';
import {
  ATOM14_LOCAL_POSITIONS,
  ATOM14_RIGID_GROUP,
  RIGID_GROUP_DEFAULT_FRAMES,
} from '#structure/residues/rigid-groups';
import {
  broadcastTo,
  concat,
  constant,
  expandAxis,
  gather,
  matmul,
  multiply,
  oneHot,
  reshape,
  slice,
  sum,
} from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';

const NUM_TYPES = 21;
const NUM_GROUPS = 8;
const NUM_ATOMS = 14;

const DEFAULT_FRAMES = constant(RIGID_GROUP_DEFAULT_FRAMES, [NUM_TYPES, NUM_GROUPS, 4, 4]);
const LOCAL_POSITIONS = constant(ATOM14_LOCAL_POSITIONS, [NUM_TYPES, NUM_ATOMS, 3]);
const ATOM_EXISTS = constant(Float32Array.from(ATOM14_MASK), [NUM_TYPES, NUM_ATOMS, 1]);
/** Sine and cosine of the backbone group, which does not turn. */
const NO_TURN = constant([0, 1], [1, 1, 1, 2]);

/**
 * Frames of the rigid groups of each residue: backbone, preOmega, phi, psi, chi1-4.
 *
 * @param backbone `[B, N]` frames in Å
 * @param torsions `[B, N, 7, 2]` (sin, cos)
 * @param aatype int32 `[B, N]`
 * @returns `[B, N, 8]` frames
 * @source AlphaFold2 SI Algorithm 24 "computeAllAtomCoordinates", lines 1-10
 */
export function rigidGroups(backbone: Rigid, torsions: Tensor, aatype: Tensor): Rigid {
  const { B, N } = assertShape(torsions, ['B', 'N', NUM_GROUPS - 1, 2], 'torsions');
  const unturned = broadcastTo(NO_TURN, [B, N, 1, 2]);
  const turns = rotationAboutX(concat([unturned, torsions], 2)); // [B, N, 8, 3, 3]
  const defaults = gather(DEFAULT_FRAMES, aatype); // [B, N, 8, 4, 4]
  const rows = slice(defaults, -2, 0, 3);
  const inParent: Rigid = {
    rotation: matmul(slice(rows, -1, 0, 3), turns),
    translation: reshape(slice(rows, -1, 3, 4), [B, N, NUM_GROUPS, 3]),
  };
  return composeRigids(expandGroups(backbone), chainChis(inParent));
}

/** Chi groups hang on each other: chi2 on chi1, chi3 on chi2, chi4 on chi3; all others on the backbone. */
function chainChis(inParent: Rigid): Rigid {
  const group = (index: number): Rigid => ({
    rotation: slice(inParent.rotation, 2, index, index + 1),
    translation: slice(inParent.translation, 2, index, index + 1),
  });
  const chis = [group(4)];
  for (let index = 5; index < NUM_GROUPS; index++) {
    chis.push(composeRigids(chis.at(-1)!, group(index)));
  }
  const first: Rigid = {
    rotation: slice(inParent.rotation, 2, 0, 4),
    translation: slice(inParent.translation, 2, 0, 4),
  };
  const groups = [first, ...chis];
  return {
    rotation: concat(
      groups.map(({ rotation }) => rotation),
      2,
    ),
    translation: concat(
      groups.map(({ translation }) => translation),
      2,
    ),
  };
}

/**
 * Coordinates of all atoms from the frames of their rigid groups.
 *
 * @param groups `[B, N, 8]` frames
 * @param aatype int32 `[B, N]`
 * @returns `[B, N, 14, 3]` Å; atoms that the residue lacks are at the origin
 * @source AlphaFold2 SI Algorithm 24 "computeAllAtomCoordinates", line 11
 */
export function allAtomPositions(groups: Rigid, aatype: Tensor): Tensor {
  const { B, N } = assertShape(aatype, ['B', 'N'], 'aatype');
  const groupOfAtom = gather(constant(ATOM14_RIGID_GROUP, [NUM_TYPES, NUM_ATOMS]), aatype);
  const isInGroup = oneHot(groupOfAtom, NUM_GROUPS); // [B, N, 14, 8]
  const ofAtom = (x: Tensor, size: number) =>
    matmul(isInGroup, reshape(x, [B, N, NUM_GROUPS, size])); // [B, N, 14, size]
  const frames: Rigid = {
    rotation: reshape(ofAtom(groups.rotation, 9), [B, N, NUM_ATOMS, 3, 3]),
    translation: ofAtom(groups.translation, 3),
  };
  const local = gather(LOCAL_POSITIONS, aatype); // [B, N, 14, 3]
  const positions = sum(applyRigid(frames, expandAxis(local, -2)), -2);
  return multiply(positions, gather(ATOM_EXISTS, aatype));
}

function expandGroups({ rotation, translation }: Rigid): Rigid {
  return { rotation: expandAxis(rotation, 2), translation: expandAxis(translation, 2) };
}
