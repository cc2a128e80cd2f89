import { describe, expect, it } from 'vitest';
import { topEigenvector } from '#structure/geometry/symmetric-eigen';
import { randomTensor } from '../../../helpers/random.js';

const times = (matrix: ArrayLike<number>, vector: ArrayLike<number>): number[] =>
  Array.from(vector, (_, row) =>
    Array.from(vector).reduce((sum, x, k) => sum + matrix[row * vector.length + k]! * x, 0),
  );

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, x, k) => sum + x * b[k]!, 0);

function randomSymmetric(size: number, seed: number): Float64Array {
  const { data } = randomTensor([size, size], seed);
  return Float64Array.from(data, (x, at) => x + data[(at % size) * size + Math.floor(at / size)]!);
}

/** The largest eigenvalue: what repeated multiplication of a positive matrix grows by. */
function largestEigenvalue(matrix: Float64Array, size: number): number {
  const shift = 2 * size;
  const positive = matrix.map((x, at) => (at % (size + 1) === 0 ? x + shift : x));
  let vector = Array.from({ length: size }, (_, k) => 1 + 0.1 * k);
  let growth = 0;
  for (let round = 0; round < 4000; round++) {
    const next = times(positive, vector);
    growth = Math.sqrt(dot(next, next));
    vector = next.map((x) => x / growth);
  }
  return growth - shift;
}

describe('topEigenvector', () => {
  it.each([
    [2, 1],
    [3, 2],
    [3, 3],
    [4, 4],
    [5, 5],
    [7, 6],
  ])('is a unit vector of the largest eigenvalue of a %d x %d matrix', (size, seed) => {
    const matrix = randomSymmetric(size, seed);
    const before = matrix.slice();
    const vector = topEigenvector(matrix, size);
    expect(matrix).toEqual(before);
    expect(vector).toHaveLength(size);
    expect(dot(vector, vector)).toBeCloseTo(1, 12);
    const value = dot(vector, times(matrix, vector));
    for (const [row, x] of times(matrix, vector).entries())
      expect(Math.abs(x - value * vector[row]!)).toBeLessThan(1e-11);
    expect(value).toBeCloseTo(largestEigenvalue(matrix, size), 8);
  });

  it('does not depend on the unit', () => {
    const matrix = randomSymmetric(4, 9);
    const vector = topEigenvector(matrix, 4);
    for (const unit of [1e-12, 1e12]) {
      const found = topEigenvector(
        matrix.map((x) => unit * x),
        4,
      );
      for (const [k, x] of found.entries()) expect(x).toBeCloseTo(vector[k]!, 12);
    }
  });

  it('is the axis of the largest entry of a diagonal matrix', () => {
    const along = (...entries: readonly number[]) =>
      topEigenvector(
        Float64Array.from({ length: 9 }, (_, at) => (at % 4 === 0 ? entries[at / 4]! : 0)),
        3,
      );
    expect([...along(5, 2, 3)]).toEqual([1, 0, 0]);
    expect([...along(2, 5, 3)]).toEqual([0, 1, 0]);
    expect([...along(-2, -5, -1)]).toEqual([0, 0, 1]);
    expect([...along(0, 0, 0)]).toEqual([1, 0, 0]);
  });

  it('does not mind zeros beside equal entries', () => {
    const vector = topEigenvector(Float64Array.of(1, 0, 3, 0, 1, 0, 3, 0, 1), 3);
    expect(Math.abs(vector[0]! + vector[2]!)).toBeCloseTo(Math.SQRT2, 12);
    expect(vector[1]).toBeCloseTo(0, 12);
  });
});
