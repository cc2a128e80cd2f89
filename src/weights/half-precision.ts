/**
 * @file The two 16-bit floating point formats. IEEE 754 binary16 (float16): 5 exponent and 10 fraction
 * bits; bfloat16: the upper half of a float32. Values travel as bit patterns in Uint16Array.
 */

const QUIET_NAN_16 = 0x7e00;
const INFINITY_16 = 0x7c00;
/** float32 bits of 65520, which lies half-way above the largest float16 and rounds to infinity. */
const OVERFLOW_BITS = 0x477ff000;
/** float32 bits of 2^-14, the smallest normal float16. */
const SMALLEST_NORMAL_BITS = 0x38800000;
/** Difference of the exponent biases, 127 - 15, in place. */
const BIAS_BITS = 112 << 23;

let float16Table: Uint32Array | undefined;

/** float32 bits of each of the 65,536 float16 values; 256 KB, made at first use. */
function float16ToFloat32Bits(): Uint32Array {
  if (float16Table) return float16Table;
  const table = new Uint32Array(65536);
  for (let half = 0; half < 65536; half++) {
    const sign = (half & 0x8000) << 16;
    const exponent = (half >>> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) table[half] = sign | subnormalBits(fraction);
    else if (exponent === 31) table[half] = sign | 0x7f800000 | (fraction << 13);
    else table[half] = sign | ((exponent << 23) + BIAS_BITS) | (fraction << 13);
  }
  return (float16Table = table);
}

/** float32 bits of `fraction` × 2^-24. */
function subnormalBits(fraction: number): number {
  if (fraction === 0) return 0;
  const leadingBit = 31 - Math.clz32(fraction);
  return ((leadingBit - 24 + 127) << 23) | ((fraction << (23 - leadingBit)) & 0x7fffff);
}

const bitsOf = (values: Float32Array): Uint32Array =>
  new Uint32Array(values.buffer, values.byteOffset, values.length);

/**
 * Writes float16 values as float32, exactly.
 *
 * @param halves bit patterns
 * @param target at least as long as `halves`
 */
export function float16ToFloat32(halves: Uint16Array, target: Float32Array): void {
  const table = float16ToFloat32Bits();
  const bits = bitsOf(target);
  for (let i = 0; i < halves.length; i++) bits[i] = table[halves[i]!]!;
}

/**
 * Writes float32 values as the nearest float16, ties to even; what exceeds 65,504 becomes infinite, as in
 * IEEE 754.
 *
 * @param values float32
 * @param target bit patterns, at least as long as `values`
 */
export function float32ToFloat16(values: Float32Array, target: Uint16Array): void {
  const bits = bitsOf(values);
  for (let i = 0; i < bits.length; i++) target[i] = nearestFloat16(bits[i]!);
}

const scratch = new Float32Array(1);
const scratchBits = bitsOf(scratch);

function nearestFloat16(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude >= OVERFLOW_BITS) {
    if (magnitude <= 0x7f800000) return sign | INFINITY_16;
    return sign | QUIET_NAN_16 | ((magnitude >>> 13) & 0x3ff);
  }
  if (magnitude >= SMALLEST_NORMAL_BITS) {
    const tiesToEven = 0xfff + ((magnitude >>> 13) & 1);
    return sign | ((magnitude - BIAS_BITS + tiesToEven) >>> 13);
  }
  // Neighbours of 0.5 in float32 are 2^-24 apart, the spacing of subnormal halves: the sum rounds for us.
  scratchBits[0] = magnitude;
  scratch[0] = scratch[0]! + 0.5;
  return sign | (scratchBits[0] - 0x3f000000);
}

/**
 * Writes bfloat16 values as float32, exactly.
 *
 * @param halves bit patterns
 * @param target at least as long as `halves`
 */
export function bfloat16ToFloat32(halves: Uint16Array, target: Float32Array): void {
  const bits = bitsOf(target);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
}

/**
 * Writes float32 values as the nearest bfloat16, ties to even; NaN stays NaN.
 *
 * @param values float32
 * @param target bit patterns, at least as long as `values`
 */
export function float32ToBfloat16(values: Float32Array, target: Uint16Array): void {
  const bits = bitsOf(values);
  for (let i = 0; i < bits.length; i++) {
    const value = bits[i]!;
    const isNaN = (value & 0x7fffffff) > 0x7f800000;
    target[i] = isNaN ? (value >>> 16) | 0x40 : (value + 0x7fff + ((value >>> 16) & 1)) >>> 16;
  }
}
