/** @file Bonds and angles of an ideal backbone; alanine stands for all residues. Å and radians. */

import { CA_SLOT, C_SLOT, N_SLOT } from '#structure/residues/atoms';
import { PEPTIDE_BOND } from '#structure/residues/residue-geometry.generated';
import { ATOM14_LOCAL_POSITIONS } from '#structure/residues/rigid-groups';

/** In the backbone frame CA is the origin and C lies on the x axis. */
const local = (slot: number) => ATOM14_LOCAL_POSITIONS.subarray(3 * slot, 3 * slot + 3);
const [N, CA, C] = [local(N_SLOT), local(CA_SLOT), local(C_SLOT)];

const between = (a: Float32Array, b: Float32Array) => Math.hypot(...a.map((x, i) => x - b[i]!));

export const LENGTH_N_CA = between(N, CA);
export const LENGTH_CA_C = between(CA, C);
export const LENGTH_C_N = PEPTIDE_BOND.length[0];
export const ANGLE_N_CA_C = Math.atan2(N[1]!, N[0]!);
export const ANGLE_CA_C_N = Math.acos(PEPTIDE_BOND.cosineCaCN[0]);
export const ANGLE_C_N_CA = Math.acos(PEPTIDE_BOND.cosineCNCa[0]);
