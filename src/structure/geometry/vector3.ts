/** A point or direction in space. */
export type Vector3 = readonly [number, number, number];

/** The point at `index` of a flat `[..., 3]` array. */
export function pointAt(points: ArrayLike<number>, index: number): Vector3 {
  return [points[3 * index]!, points[3 * index + 1]!, points[3 * index + 2]!];
}

/** a - b. */
export function subtract(a: Vector3, b: Vector3): Vector3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

/** a · b. */
export function dot(a: Vector3, b: Vector3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** a × b. */
export function cross(a: Vector3, b: Vector3): Vector3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** Euclidean length. */
export function length(a: Vector3): number {
  return Math.sqrt(dot(a, a));
}

/** Same direction, length 1; zero stays zero. */
export function normalize(a: Vector3): Vector3 {
  const size = length(a) || 1;
  return [a[0] / size, a[1] / size, a[2] / size];
}

/** Distance between two points. */
export function distance(a: Vector3, b: Vector3): number {
  return length(subtract(a, b));
}

/** Angle at `b` in radians, 0 to π. */
export function angle(a: Vector3, b: Vector3, c: Vector3): number {
  const [toA, toC] = [subtract(a, b), subtract(c, b)];
  return Math.atan2(length(cross(toA, toC)), dot(toA, toC));
}

/** Dihedral angle about b-c in radians, -π to π; 0 is cis, positive is clockwise looking from b to c. */
export function dihedral(a: Vector3, b: Vector3, c: Vector3, d: Vector3): number {
  const axis = subtract(c, b);
  const left = cross(subtract(b, a), axis);
  const right = cross(axis, subtract(d, c));
  return Math.atan2(dot(cross(left, right), axis), dot(left, right) * length(axis));
}
