import { FoldError } from '#errors';

/**
 * The points that a mask marks, as doubles.
 *
 * @param points `[N, 3]`
 * @param mask `[N]` points to take, where > 0; all where absent
 * @returns `[M, 3]`
 * @throws FoldError `STRUCTURE_MISMATCH` for a coordinate that is not a finite number
 */
export function selectPoints(points: ArrayLike<number>, mask?: ArrayLike<number>): Float64Array {
  const selected = new Float64Array(points.length);
  let size = 0;
  for (let at = 0; at < points.length; at += 3) {
    if (mask && !(mask[at / 3]! > 0)) continue;
    for (let axis = 0; axis < 3; axis++) {
      const coordinate = points[at + axis]!;
      if (!Number.isFinite(coordinate))
        throw new FoldError(
          'STRUCTURE_MISMATCH',
          `point ${at / 3} has the coordinate ${coordinate}`,
          {
            hint: 'mask residues whose position is unknown',
          },
        );
      selected[size++] = coordinate;
    }
  }
  return selected.slice(0, size);
}
