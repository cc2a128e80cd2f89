/** A motion of space: a mirror image in the plane z = 0 if asked for, then a rotation, then a shift. */
export interface Motion {
  /** (w, x, y, z) of length 1 */
  readonly quaternion: readonly [number, number, number, number];
  /** Å */
  readonly translation: readonly [number, number, number];
  readonly isMirrored: boolean;
}

/**
 * What a motion does to numbers: nothing (`fixed`); turn and shift them (`point`, `[..., 3]`); only turn them
 * (`direction`, `[..., 3]`); turn the frame that they are (`rotation`, `[..., 3, 3]`, or `quaternion`,
 * `[..., 4]`). Frames of a mirror image have their z-axis turned round, so that they stay right-handed;
 * `torsion`s, `[..., 2]` as (sin, cos), change their sign in a mirror and nowhere else.
 */
export type Moves = 'fixed' | 'point' | 'direction' | 'rotation' | 'quaternion' | 'torsion';

/**
 * Numbers after a motion, in float64.
 *
 * @param moves what the numbers are
 */
export function move(motion: Motion, moves: Moves, numbers: ArrayLike<number>): Float64Array {
  const moved = Float64Array.from(numbers);
  const [size, change] = CHANGES[moves];
  for (let at = 0; at < moved.length; at += size) {
    moved.set(change(motion, moved.slice(at, at + size)), at);
  }
  return moved;
}

type Change = (motion: Motion, row: Float64Array) => ArrayLike<number>;

/** How each kind changes, and how many numbers change together. */
const CHANGES: Readonly<Record<Moves, readonly [size: number, Change]>> = {
  fixed: [1, (_, row) => row],
  direction: [3, turn],
  point: [3, (motion, row) => turn(motion, row).map((x, axis) => x + motion.translation[axis]!)],
  rotation: [9, turnFrame],
  quaternion: [4, turnQuaternion],
  torsion: [2, ({ isMirrored }, [sin, cos]) => [isMirrored ? -sin! : sin!, cos!]],
};

function turn({ quaternion, isMirrored }: Motion, [x, y, z]: Float64Array): number[] {
  const source = [x!, y!, isMirrored ? -z! : z!];
  return matrixOf(quaternion).map((row) => row.reduce((sum, r, k) => sum + r * source[k]!, 0));
}

/** Each column of the matrix is an axis of the frame. */
function turnFrame(motion: Motion, matrix: Float64Array): Float64Array {
  const turned = new Float64Array(9);
  for (let column = 0; column < 3; column++) {
    const sign = motion.isMirrored && column === 2 ? -1 : 1;
    const axis = Float64Array.from([0, 3, 6], (row) => matrix[row + column]!);
    turn(motion, axis).forEach((value, row) => {
      turned[3 * row + column] = sign * value;
    });
  }
  return turned;
}

/** A rotation about an axis turns the other way in a mirror, and the axis keeps what points at the mirror. */
function turnQuaternion({ quaternion, isMirrored }: Motion, row: Float64Array): number[] {
  const [a, b, c, d] = quaternion;
  const [w, x, y, z] = [
    row[0]!,
    isMirrored ? -row[1]! : row[1]!,
    isMirrored ? -row[2]! : row[2]!,
    row[3]!,
  ];
  return [
    a * w - b * x - c * y - d * z,
    a * x + b * w + c * z - d * y,
    a * y - b * z + c * w + d * x,
    a * z + b * y - c * x + d * w,
  ];
}

function matrixOf([w, x, y, z]: Motion['quaternion']): number[][] {
  return [
    [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
  ];
}
