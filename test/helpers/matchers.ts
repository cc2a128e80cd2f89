import { expect } from 'vitest';

/** Numbers with a shape, or a plain list of them. */
type Numbers =
  { readonly shape: readonly number[]; readonly data: ArrayLike<number> } | ArrayLike<number>;

interface Tolerance {
  readonly atol?: number;
  readonly rtol?: number;
}

expect.extend({
  /** Every `|got - want| ≤ atol + rtol |want|`, and the same shape. NaN is near nothing. */
  toBeCloseToTensor(received: Numbers, expected: Numbers, tolerance: Tolerance = {}) {
    const { atol = 1e-5, rtol = 1e-5 } = tolerance;
    const [got, want] = [withShape(received), withShape(expected)];
    if (got.shape.join() !== want.shape.join()) {
      const message = () =>
        `got shape [${got.shape.join(', ')}], expected [${want.shape.join(', ')}]`;
      return { pass: false, message };
    }
    // An infinite `want` would make the tolerance infinite too.
    const isNear = (x: number, y: number) =>
      x === y || (Number.isFinite(y) && Math.abs(x - y) <= atol + rtol * Math.abs(y));
    const far = Array.from(got.data).findIndex((x, i) => !isNear(x, want.data[i]!));
    return {
      pass: far < 0,
      message: () =>
        far < 0
          ? `all ${got.data.length} numbers agree (atol ${atol}, rtol ${rtol})`
          : `first difference at [${indexOf(far, got.shape).join(', ')}]: got ${got.data[far]!}, ` +
            `expected ${want.data[far]!} (atol ${atol}, rtol ${rtol})`,
    };
  },
});

/** A plain list counts as a vector. The data must fill the shape, or the comparison would miss some. */
function withShape(numbers: Numbers) {
  if (!('shape' in numbers)) return { shape: [numbers.length], data: numbers };
  const size = numbers.shape.reduce((product, length) => product * length, 1);
  if (size !== numbers.data.length) {
    throw new Error(`${numbers.data.length} numbers do not fill [${numbers.shape.join(', ')}]`);
  }
  return numbers;
}

function indexOf(flat: number, shape: readonly number[]): number[] {
  let rest = flat;
  return shape
    .toReversed()
    .map((size) => {
      const index = rest % size;
      rest = Math.floor(rest / size);
      return index;
    })
    .toReversed();
}

declare module 'vitest' {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- must repeat vitest's own type parameter
  interface Matchers<T = any> {
    /** Near in every element, and of the same shape; the message names the first index that is not. */
    toBeCloseToTensor(expected: Numbers, tolerance?: Tolerance): T;
  }
}
