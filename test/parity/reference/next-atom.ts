import { cross, normalize, subtract, type Vector3 } from '#structure/geometry/vector3';

/** The atom bonded to the last of three, by bond length, bond angle and torsion (radians). */
export function nextAtom(
  [a, b, c]: readonly [Vector3, Vector3, Vector3],
  length: number,
  angle: number,
  torsion: number,
): Vector3 {
  const along = normalize(subtract(c, b));
  const normal = normalize(cross(subtract(b, a), along));
  const side = cross(normal, along);
  const [x, y, z] = [
    -length * Math.cos(angle),
    length * Math.sin(angle) * Math.cos(torsion),
    length * Math.sin(angle) * Math.sin(torsion),
  ];
  const coordinate = (axis: 0 | 1 | 2) =>
    c[axis] + x * along[axis] + y * side[axis] + z * normal[axis];
  return [coordinate(0), coordinate(1), coordinate(2)];
}
