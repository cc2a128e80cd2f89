import { ANGLE_N_CA_C } from '#structure/backbone/backbone-geometry';
import { rigidFrom3Points, type Frame } from '#structure/backbone/backbone-frames';
import {
  distance,
  dot,
  normalize,
  pointAt,
  subtract,
  type Vector3,
} from '#structure/geometry/vector3';
import { CA_SLOT, C_SLOT, N_SLOT } from '#structure/residues/atoms';
import type { TemplateChain } from './template-chain.js';

/** Where a residue of a template lies. */
export interface TemplateFrame {
  readonly frame: Frame;
  /** Whether N and C are known; else the frame is guessed from the CA of the residue and of its neighbours. */
  readonly hasBackbone: boolean;
}

/** Å; CA atoms of neighbours are no further apart and no nearer, and no bond of a backbone is longer or shorter. */
const STEP = { shortest: 2.5, longest: 4.25 };
const BOND = { shortest: 1, longest: 2 };

/**
 * The frame of each residue.
 *
 * @returns `[M]` undefined where the residue has no N and C, or where none could be bonded, and lacks a neighbour
 */
export function templateFrames({
  aatype,
  atom14,
  atom14Mask,
}: TemplateChain): (TemplateFrame | undefined)[] {
  const at = (residue: number, slot: number) => pointAt(atom14, 14 * residue + slot);
  return Array.from(aatype, (_, residue) => {
    if ([N_SLOT, CA_SLOT, C_SLOT].every((slot) => atom14Mask[14 * residue + slot])) {
      const [n, ca, c] = [at(residue, N_SLOT), at(residue, CA_SLOT), at(residue, C_SLOT)];
      const isBonded = isApart(n, ca, BOND) && isApart(ca, c, BOND);
      const frame = isBonded ? rigidFrom3Points(n, ca, c) : undefined;
      if (frame) return { frame, hasBackbone: true };
    }
    if (residue === 0 || residue + 1 === aatype.length) return undefined;
    const trace = [residue - 1, residue, residue + 1].map((i) => at(i, CA_SLOT));
    const frame = frameOfTrace(trace as [Vector3, Vector3, Vector3]);
    return frame && { frame, hasBackbone: false };
  });
}

/**
 * N lies towards the CA before and C towards the one after: both in the plane of the three CA, as far from its middle as
 * the angle between them asks for.
 */
function frameOfTrace([before, ca, after]: readonly [Vector3, Vector3, Vector3]):
  Frame | undefined {
  if (!isApart(before, ca, STEP) || !isApart(ca, after, STEP)) return undefined;
  const [back, ahead] = [normalize(subtract(before, ca)), normalize(subtract(after, ca))];
  const middle = normalize([back[0] + ahead[0], back[1] + ahead[1], back[2] + ahead[2]]);
  const across = subtract(ahead, back);
  const along = dot(across, middle);
  const side = normalize([
    across[0] - along * middle[0],
    across[1] - along * middle[1],
    across[2] - along * middle[2],
  ]);
  const [cos, sin] = [Math.cos(ANGLE_N_CA_C / 2), Math.sin(ANGLE_N_CA_C / 2)];
  const atomTo = (sign: number): Vector3 => [
    ca[0] + cos * middle[0] + sign * sin * side[0],
    ca[1] + cos * middle[1] + sign * sin * side[1],
    ca[2] + cos * middle[2] + sign * sin * side[2],
  ];
  return rigidFrom3Points(atomTo(-1), ca, atomTo(1));
}

function isApart(
  a: Vector3,
  b: Vector3,
  { shortest, longest }: { readonly shortest: number; readonly longest: number },
): boolean {
  const apart = distance(a, b);
  return apart >= shortest && apart <= longest;
}
