import type { Trace } from './trace.js';

/** Frames along a curve: where it is, where it goes, and which way its width points. */
export interface CurveFrames {
  /** `[F, 3]` */
  readonly points: Float32Array;
  /** `[F, 3]` unit, along the curve */
  readonly tangents: Float32Array;
  /** `[F, 3]` unit, along the width, at right angles to the tangent */
  readonly sides: Float32Array;
}

/** Catmull-Rom's tension, and one that makes a helix round: at 100° a turn the ideal is 0.95. */
const TENSION = 0.5;
const HELIX_TENSION = 0.9;

function normalise(values: Float32Array, at: number) {
  const size = Math.hypot(values[at]!, values[at + 1]!, values[at + 2]!) || 1;
  for (let axis = 0; axis < 3; axis++) values[at + axis]! /= size;
}

/**
 * Cubic Hermite curve through a trace's points, `steps` frames to each residue and one at the end.
 *
 * @param trace R residues
 * @param steps frames from one residue to the next
 * @returns `(R - 1) * steps + 1` frames; frame `i * steps` lies on residue i
 */
export function hermiteFrames(trace: Trace, steps: number): CurveFrames {
  const { points, sides, kinds } = trace;
  const count = kinds.length;
  const numFrames = (count - 1) * steps + 1;
  const frames = {
    points: new Float32Array(3 * numFrames),
    tangents: new Float32Array(3 * numFrames),
    sides: new Float32Array(3 * numFrames),
  };
  const slope = (i: number, axis: number): number => {
    const [before, after] = [Math.max(0, i - 1), Math.min(count - 1, i + 1)];
    const tension = kinds[i] === 'helix' ? HELIX_TENSION : TENSION;
    const whole = after - before === 2 ? 1 : 2; // at the ends one step counts as two
    return tension * whole * (points[3 * after + axis]! - points[3 * before + axis]!);
  };
  for (let frame = 0; frame < numFrames; frame++) {
    const i = Math.min(Math.floor(frame / steps), Math.max(0, count - 2));
    const next = Math.min(i + 1, count - 1);
    const t = frame / steps - i;
    const [t2, t3] = [t * t, t * t * t];
    for (let axis = 0; axis < 3; axis++) {
      const [p, q] = [points[3 * i + axis]!, points[3 * next + axis]!];
      const [m, n] = [slope(i, axis), slope(next, axis)];
      const at = 3 * frame + axis;
      frames.points[at] =
        (2 * t3 - 3 * t2 + 1) * p + (t3 - 2 * t2 + t) * m + (3 * t2 - 2 * t3) * q + (t3 - t2) * n;
      frames.tangents[at] =
        6 * (t2 - t) * (p - q) + (3 * t2 - 4 * t + 1) * m + (3 * t2 - 2 * t) * n;
      frames.sides[at] = (1 - t) * sides[3 * i + axis]! + t * sides[3 * next + axis]!;
    }
    squareUp(frames, 3 * frame);
  }
  return frames;
}

/** Makes tangent and side of one frame unit vectors at right angles. */
function squareUp({ tangents, sides }: CurveFrames, at: number) {
  if (Math.hypot(tangents[at]!, tangents[at + 1]!, tangents[at + 2]!) < 1e-6) tangents[at] = 1;
  normalise(tangents, at);
  let along = 0;
  for (let axis = 0; axis < 3; axis++) along += sides[at + axis]! * tangents[at + axis]!;
  for (let axis = 0; axis < 3; axis++) sides[at + axis]! -= along * tangents[at + axis]!;
  normalise(sides, at);
}
