import { describe, expect, it } from 'vitest';
import {
  bfloat16ToFloat32,
  float16ToFloat32,
  float32ToBfloat16,
  float32ToFloat16,
} from '#weights/half-precision';

const EVERY_PATTERN = Uint16Array.from({ length: 65536 }, (_, bits) => bits);

/** The value of a float16 by its definition. */
function float16ByDefinition(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function toFloat16(...values: number[]): number[] {
  const halves = new Uint16Array(values.length);
  float32ToFloat16(Float32Array.from(values), halves);
  return [...halves];
}

describe('float16', () => {
  const decoded = new Float32Array(65536);
  float16ToFloat32(EVERY_PATTERN, decoded);

  it('decodes each of the 65,536 patterns to its value by definition', () => {
    const wrong = [...EVERY_PATTERN].filter(
      (bits) => !Object.is(decoded[bits], float16ByDefinition(bits)),
    );
    expect(wrong).toEqual([]);
  });

  it('encodes each of the 65,536 values back to its pattern; a signalling NaN becomes quiet', () => {
    const encoded = new Uint16Array(65536);
    float32ToFloat16(decoded, encoded);
    const wrong = [...EVERY_PATTERN].filter((bits) => {
      const isNaN = (bits & 0x7fff) > 0x7c00;
      return encoded[bits] !== (isNaN ? bits | 0x200 : bits);
    });
    expect(wrong).toEqual([]);
  });

  it('rounds a value between two neighbours to the nearer, and a tie to the even one', () => {
    const wrong: number[] = [];
    for (let bits = 0; bits < 0x7bff; bits++) {
      const [low, high] = [decoded[bits]!, decoded[bits + 1]!];
      const middle = (low + high) / 2;
      const near = toFloat16(low + (high - low) * 0.49, middle, low + (high - low) * 0.51);
      const tie = bits % 2 === 0 ? bits : bits + 1;
      if (near[0] !== bits || near[1] !== tie || near[2] !== bits + 1) wrong.push(bits);
    }
    expect(wrong).toEqual([]);
  });

  it('overflows to infinity from 65520 on and underflows to a signed zero', () => {
    expect(
      toFloat16(65519, 65520, 1e30, -65520, 2 ** -25, -(2 ** -26), 1.0000001 * 2 ** -25),
    ).toEqual([0x7bff, 0x7c00, 0x7c00, 0xfc00, 0, 0x8000, 1]);
  });
});

describe('bfloat16', () => {
  const decoded = new Float32Array(65536);
  bfloat16ToFloat32(EVERY_PATTERN, decoded);

  it('is the upper half of a float32 for each of the 65,536 patterns', () => {
    const bits = new Uint32Array(decoded.buffer);
    expect(EVERY_PATTERN.every((half) => bits[half] === half * 65536)).toBe(true);
  });

  it('encodes each of the 65,536 values back to its pattern; NaN becomes quiet', () => {
    const encoded = new Uint16Array(65536);
    float32ToBfloat16(decoded, encoded);
    const wrong = [...EVERY_PATTERN].filter((bits) => {
      const isNaN = (bits & 0x7fff) > 0x7f80;
      return encoded[bits] !== (isNaN ? bits | 0x40 : bits);
    });
    expect(wrong).toEqual([]);
  });

  it('rounds ties to even and keeps NaN with a payload in the lower half', () => {
    const source = new Float32Array(
      Uint32Array.of(0x3f808000, 0x3f818000, 0x3f808001, 0x7f800001).buffer,
    );
    const halves = new Uint16Array(4);
    float32ToBfloat16(source, halves);
    expect([...halves]).toEqual([0x3f80, 0x3f82, 0x3f81, 0x7fc0]);
  });
});
