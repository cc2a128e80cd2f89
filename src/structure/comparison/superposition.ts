import { FoldError } from '#errors';
import { topEigenvector } from '#structure/geometry/symmetric-eigen';

/** A rigid motion: moved = rotation · point + translation. */
export interface RigidMotion {
  /** `[3, 3]` row-major, determinant +1. */
  readonly rotation: Float64Array;
  /** `[3]` Å. */
  readonly translation: Float64Array;
}

/** The best superposition of one set of points on another. */
export interface Superposition extends RigidMotion {
  /** Root mean square deviation after it, over the points used, in Å. */
  readonly rmsd: number;
}

/**
 * Refuses point sets that cannot be compared.
 *
 * @param mobile `[N, 3]`
 * @param target `[N, 3]`
 * @returns N
 * @throws FoldError `STRUCTURE_MISMATCH`
 */
export function countPairedPoints(mobile: ArrayLike<number>, target: ArrayLike<number>): number {
  if (mobile.length !== target.length || mobile.length % 3 !== 0)
    throw new FoldError(
      'STRUCTURE_MISMATCH',
      `cannot compare ${mobile.length / 3} points with ${target.length / 3}`,
      { hint: 'pass the same residues of both structures, in the same order' },
    );
  return mobile.length / 3;
}

/** Rotation matrix, row-major, of a unit quaternion (w, x, y, z). */
function rotationOf(quaternion: Float64Array): Float64Array {
  const [w, x, y, z] = quaternion as unknown as [number, number, number, number];
  return Float64Array.of(
    w * w + x * x - y * y - z * z,
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    w * w - x * x + y * y - z * z,
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    w * w - x * x - y * y + z * z,
  );
}

/** Indices of the points to use. */
function usedPoints(numPoints: number, mask: ArrayLike<number> | undefined): Int32Array {
  const used = new Int32Array(numPoints);
  let count = 0;
  for (let i = 0; i < numPoints; i++) if (!mask || mask[i]! > 0) used[count++] = i;
  return used.subarray(0, count);
}

function centroid(points: ArrayLike<number>, used: Int32Array): [number, number, number] {
  let [x, y, z] = [0, 0, 0];
  for (const point of used) {
    x += points[3 * point]!;
    y += points[3 * point + 1]!;
    z += points[3 * point + 2]!;
  }
  const share = used.length > 0 ? 1 / used.length : 0;
  return [x * share, y * share, z * share];
}

/**
 * The motion that brings some points of one set closest to those of another.
 *
 * @param mobile `[N, 3]`
 * @param target `[N, 3]`
 * @param used which points to fit; fewer than three leave the rotation partly arbitrary
 * @source Horn 1987, "Closed-form solution of absolute orientation using unit quaternions"
 */
export function fitPoints(
  mobile: ArrayLike<number>,
  target: ArrayLike<number>,
  used: Int32Array,
): RigidMotion {
  const [mx, my, mz] = centroid(mobile, used);
  const [tx, ty, tz] = centroid(target, used);
  let [xx, xy, xz, yx, yy, yz, zx, zy, zz] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (const point of used) {
    const at = 3 * point;
    const a = mobile[at]! - mx;
    const b = mobile[at + 1]! - my;
    const c = mobile[at + 2]! - mz;
    const u = target[at]! - tx;
    const v = target[at + 1]! - ty;
    const w = target[at + 2]! - tz;
    xx += a * u;
    xy += a * v;
    xz += a * w;
    yx += b * u;
    yy += b * v;
    yz += b * w;
    zx += c * u;
    zy += c * v;
    zz += c * w;
  }
  // The unit quaternion that maximises the overlap is the top eigenvector of this matrix.
  const overlap = Float64Array.of(
    ...[xx + yy + zz, yz - zy, zx - xz, xy - yx],
    ...[yz - zy, xx - yy - zz, xy + yx, zx + xz],
    ...[zx - xz, xy + yx, yy - xx - zz, yz + zy],
    ...[xy - yx, zx + xz, yz + zy, zz - xx - yy],
  );
  const rotation = rotationOf(topEigenvector(overlap, 4));
  const r = (i: number): number => rotation[i]!;
  const translation = Float64Array.of(
    tx - (r(0) * mx + r(1) * my + r(2) * mz),
    ty - (r(3) * mx + r(4) * my + r(5) * mz),
    tz - (r(6) * mx + r(7) * my + r(8) * mz),
  );
  return { rotation, translation };
}

/** Writes the squared distance of each moved point from its target to `squared` `[N]`. */
export function squaredDeviations(
  motion: RigidMotion,
  mobile: ArrayLike<number>,
  target: ArrayLike<number>,
  squared: Float64Array,
): void {
  const [a, b, c, d, e, f, g, h, i] = motion.rotation as unknown as number[];
  const [u, v, w] = motion.translation as unknown as number[];
  for (let point = 0; point < squared.length; point++) {
    const at = 3 * point;
    const x = mobile[at]!;
    const y = mobile[at + 1]!;
    const z = mobile[at + 2]!;
    const dx = a! * x + b! * y + c! * z + u! - target[at]!;
    const dy = d! * x + e! * y + f! * z + v! - target[at + 1]!;
    const dz = g! * x + h! * y + i! * z + w! - target[at + 2]!;
    squared[point] = dx * dx + dy * dy + dz * dz;
  }
}

const STILL: RigidMotion = {
  rotation: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
  translation: new Float64Array(3),
};

/** Root mean square over the used points of what `motion` leaves; 0 without points. */
function deviation(
  motion: RigidMotion,
  mobile: ArrayLike<number>,
  target: ArrayLike<number>,
  used: Int32Array,
): number {
  const squared = new Float64Array(mobile.length / 3);
  squaredDeviations(motion, mobile, target, squared);
  let sum = 0;
  for (const point of used) sum += squared[point]!;
  return used.length > 0 ? Math.sqrt(sum / used.length) : 0;
}

/**
 * The superposition of `mobile` on `target` with the least root mean square deviation (Kabsch).
 *
 * @param mobile `[N, 3]` Å
 * @param target `[N, 3]` Å
 * @param mask `[N]` points to use, where > 0; all where absent
 * @throws FoldError `STRUCTURE_MISMATCH` when the sets differ in size
 */
export function superpose(
  mobile: ArrayLike<number>,
  target: ArrayLike<number>,
  mask?: ArrayLike<number>,
): Superposition {
  const used = usedPoints(countPairedPoints(mobile, target), mask);
  const motion = fitPoints(mobile, target, used);
  return { ...motion, rmsd: deviation(motion, mobile, target, used) };
}

/**
 * Root mean square deviation of two sets of points as they lie; `superpose` gives it after fitting.
 *
 * @param mobile `[N, 3]` Å
 * @param target `[N, 3]` Å
 * @param mask `[N]` points to use, where > 0; all where absent
 * @throws FoldError `STRUCTURE_MISMATCH` when the sets differ in size
 */
export function rmsd(
  mobile: ArrayLike<number>,
  target: ArrayLike<number>,
  mask?: ArrayLike<number>,
): number {
  const used = usedPoints(countPairedPoints(mobile, target), mask);
  return deviation(STILL, mobile, target, used);
}

/** The motion that undoes another. */
export function inverseMotion({ rotation, translation }: RigidMotion): RigidMotion {
  const transposed = rotation.map((_, i) => rotation[3 * (i % 3) + Math.floor(i / 3)]!);
  const back = translation.map(
    (_, row) => -[0, 1, 2].reduce((sum, k) => sum + transposed[3 * row + k]! * translation[k]!, 0),
  );
  return { rotation: transposed, translation: back };
}

/**
 * Moved copy of points.
 *
 * @param motion what to apply
 * @param points `[..., 3]` Å
 */
export function movePoints(motion: RigidMotion, points: ArrayLike<number>): Float32Array {
  const { rotation, translation } = motion;
  const moved = new Float32Array(points.length);
  for (let at = 0; at < points.length; at += 3)
    for (let row = 0; row < 3; row++)
      moved[at + row] =
        rotation[3 * row]! * points[at]! +
        rotation[3 * row + 1]! * points[at + 1]! +
        rotation[3 * row + 2]! * points[at + 2]! +
        translation[row]!;
  return moved;
}
