import { sizeOf, type Shape } from '#tensor/shape';
import type { HostTensor } from '#tensor/tensor';
import type { Motion } from './motion.js';

/** What a check is tried on. */
export interface Situation {
  readonly motion: Motion;
  /** `[N]` 0 or 1, at least {@link LEAST_RESIDUES} of them 1 */
  readonly mask: readonly number[];
  /** Gives everything else, in [0, 1). */
  readonly random: () => number;
}

/** Fewer residues can lie so that a mirror image is not seen. */
export const LEAST_RESIDUES = 5;
/** As far from the origin as structures of the Protein Data Bank lie, Å. */
export const LARGEST_SHIFT = 100;
const LARGEST_LENGTH = 23;
const MASKED_SHARE = 0.2;

/** A situation of random length, mask and motion. */
export function randomSituation(random: () => number): Situation {
  const length = LEAST_RESIDUES + Math.floor(random() * (LARGEST_LENGTH - LEAST_RESIDUES + 1));
  const mask = Array.from({ length }, (_, i) =>
    Number(i < LEAST_RESIDUES || random() >= MASKED_SHARE),
  );
  return { motion: randomMotion(random), mask, random };
}

/** Any rotation, and a shift of up to {@link LARGEST_SHIFT} along each axis. */
export function randomMotion(random: () => number): Motion {
  const shift = () => LARGEST_SHIFT * (2 * random() - 1);
  const next = () => normal(random);
  const [w, x, y, z] = unit([next(), next(), next(), next()]);
  return {
    quaternion: [w!, x!, y!, z!],
    translation: [shift(), shift(), shift()],
    isMirrored: false,
  };
}

/** A number from the normal distribution of mean 0 and deviation 1. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Normally distributed numbers of a deviation. */
export function normals(random: () => number, shape: Shape, deviation = 1): HostTensor {
  const data = Float32Array.from({ length: sizeOf(shape) }, () => deviation * normal(random));
  return { shape, data };
}

/** Rows along the last axis, each of length 1: rotations as quaternions, or angles as (sin, cos). */
export function unitRows(random: () => number, shape: Shape): HostTensor {
  const { data } = normals(random, shape);
  const size = shape.at(-1)!;
  for (let at = 0; at < data.length; at += size) {
    data.set(unit([...data.subarray(at, at + size)]), at);
  }
  return { shape, data };
}

/** Whole numbers from 0 to `limit` (exclusive). */
export function integers(random: () => number, shape: Shape, limit: number): HostTensor {
  const data = Int32Array.from({ length: sizeOf(shape) }, () => Math.floor(limit * random()));
  return { shape, data };
}

/** A tensor with noise added. */
export function blurred(random: () => number, { shape, data }: HostTensor, by: number): HostTensor {
  return { shape, data: Float32Array.from(data, (x) => x + by * normal(random)) };
}

function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((x) => x / length);
}

/** `[N, N]` between points, row after row. */
export function distances(points: ArrayLike<number>): number[] {
  const count = points.length / 3;
  const between = (i: number, j: number) =>
    Math.hypot(...[0, 1, 2].map((axis) => points[3 * i + axis]! - points[3 * j + axis]!));
  return Array.from({ length: count * count }, (_, pair) =>
    between(Math.floor(pair / count), pair % count),
  );
}
