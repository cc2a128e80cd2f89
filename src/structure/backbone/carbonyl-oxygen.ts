import { normalize, subtract, type Vector3 } from '#structure/geometry/vector3';

/** Å from C to O. */
export const CARBONYL_LENGTH = 1.231;

/** O of a peptide bond: in its plane, away from both neighbours of C. */
export function carbonylOxygen(ca: Vector3, c: Vector3, nextN: Vector3): Vector3 {
  const [toCa, toN] = [normalize(subtract(ca, c)), normalize(subtract(nextN, c))];
  const away = normalize([toCa[0] + toN[0], toCa[1] + toN[1], toCa[2] + toN[2]]);
  const along = (axis: 0 | 1 | 2) => c[axis] - CARBONYL_LENGTH * away[axis];
  return [along(0), along(1), along(2)];
}
