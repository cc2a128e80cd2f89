import { describe, expect, it } from 'vitest';
import { assertShape, broadcastShapes, resolveAxis, stridesOf } from '#tensor/shape';

describe('assertShape', () => {
  it('gives the sizes that names stand for', () => {
    expect(assertShape({ shape: [5, 5, 3] }, ['N', 'N', 'cZ'], 'pair')).toEqual({ N: 5, cZ: 3 });
  });

  it('holds names to one size within a tensor and across tensors', () => {
    expect(() => assertShape({ shape: [5, 6, 3] }, ['N', 'N', 3], 'pair')).toThrow(
      'pair must be [N=5, N=5, 3], got [5, 6, 3]',
    );
    const sizes = assertShape({ shape: [7, 2] }, ['N', 2], 'single');
    expect(() => assertShape({ shape: [5, 5] }, ['N', 'N'], 'pair', sizes)).toThrow(
      'pair must be [N=7, N=7], got [5, 5]',
    );
  });

  it('refuses another rank', () => {
    expect(() => assertShape({ shape: [] }, ['N'], 'mask')).toThrow('mask must be [');
    expect(() => assertShape({ shape: [2, 3] }, [2], 'mask')).toThrow('got [2, 3]');
  });
});

describe('broadcastShapes', () => {
  it.each([
    [[], [], []],
    [[3], [], [3]],
    [
      [5, 1, 7],
      [3, 1],
      [5, 3, 7],
    ],
    [[1], [2, 1], [2, 1]],
  ])('joins %j and %j to %j', (a, b, joined) => {
    expect(broadcastShapes(a, b)).toEqual(joined);
    expect(broadcastShapes(b, a)).toEqual(joined);
  });

  it('names the sizes that differ', () => {
    expect(() => broadcastShapes([2, 3], [5, 1])).toThrow(
      '[2, 3] and [5, 1] do not broadcast: sizes 2 and 5 differ',
    );
  });
});

describe('resolveAxis', () => {
  it('counts from either end', () => {
    expect([resolveAxis(0, 3), resolveAxis(-1, 3), resolveAxis(-3, 3)]).toEqual([0, 2, 0]);
  });

  it.each([3, -4, 0.5, NaN])('refuses axis %f of rank 3', (axis) => {
    expect(() => resolveAxis(axis, 3)).toThrow('does not exist in a tensor of rank 3');
  });
});

describe('stridesOf', () => {
  it('lets the last axis run fastest', () => {
    expect(stridesOf([2, 3, 5])).toEqual([15, 5, 1]);
    expect(stridesOf([])).toEqual([]);
  });
});
