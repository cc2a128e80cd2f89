import { describe, expect, it } from 'vitest';

const matrix = (...data: number[]) => ({ shape: [2, 3], data: Float32Array.from(data) });

describe('toBeCloseToTensor', () => {
  it('accepts what is within the tolerance', () => {
    expect(matrix(1, 2, 3, 4, 5, 6)).toBeCloseToTensor(matrix(1, 2, 3, 4, 5, 6.00001));
    expect([1, 2]).toBeCloseToTensor(Float32Array.of(1.05, 2), { atol: 0.1 });
  });

  it('names the first index that differs', () => {
    expect(() => {
      expect(matrix(1, 2, 3, 4, 5, 6)).toBeCloseToTensor(matrix(1, 2, 3, 4, 5.5, 7));
    }).toThrow('first difference at [1, 1]: got 5, expected 5.5');
  });

  it('refuses NaN on either side', () => {
    expect([NaN]).not.toBeCloseToTensor([NaN]);
    expect([1]).not.toBeCloseToTensor([NaN]);
    expect([NaN]).not.toBeCloseToTensor([1]);
  });

  it('takes infinity as near itself only', () => {
    expect([Infinity]).toBeCloseToTensor([Infinity]);
    expect([1]).not.toBeCloseToTensor([Infinity]);
    expect([-Infinity]).not.toBeCloseToTensor([Infinity]);
  });

  it('refuses another shape, also with the same numbers', () => {
    expect(matrix(1, 2, 3, 4, 5, 6)).not.toBeCloseToTensor([1, 2, 3, 4, 5, 6]);
    expect([]).not.toBeCloseToTensor([0]);
  });
});
