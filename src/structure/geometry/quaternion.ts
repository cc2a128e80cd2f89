/**
 * The unit quaternion of a rotation, by its largest component.
 *
 * @param rotation row-major `[9]`
 * @returns (w, x, y, z); the one of the two with w ≥ 0 or, in half turns, with a positive largest component
 * @source Shepperd 1978, "Quaternion from rotation matrix"
 */
export function quaternionOf(rotation: ArrayLike<number>): [number, number, number, number] {
  const at = (row: number, column: number) => rotation[3 * row + column]!;
  const [x, y, z] = [at(0, 0), at(1, 1), at(2, 2)];
  /** Each row is the quaternion times four times one of its components. */
  const rows: [number, number, number, number][] = [
    [1 + x + y + z, at(2, 1) - at(1, 2), at(0, 2) - at(2, 0), at(1, 0) - at(0, 1)],
    [at(2, 1) - at(1, 2), 1 + x - y - z, at(0, 1) + at(1, 0), at(0, 2) + at(2, 0)],
    [at(0, 2) - at(2, 0), at(0, 1) + at(1, 0), 1 - x + y - z, at(1, 2) + at(2, 1)],
    [at(1, 0) - at(0, 1), at(0, 2) + at(2, 0), at(1, 2) + at(2, 1), 1 - x - y + z],
  ];
  const largest = rows.reduce((best, row, k) => (row[k]! > rows[best]![best]! ? k : best), 0);
  const row = rows[largest]!;
  const size = Math.hypot(...row) * (row[0] < 0 ? -1 : 1);
  return [row[0] / size, row[1] / size, row[2] / size, row[3] / size];
}
