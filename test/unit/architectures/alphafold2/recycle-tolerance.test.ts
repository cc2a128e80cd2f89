import { describe, expect, it } from 'vitest';
import { distanceChange } from '#architectures/alphafold2/recycle-tolerance';

const CA = 1;
const UNKNOWN = 20;

/** `[N, 14, 3]` with each CA at a place on x, and every other atom somewhere else each time. */
function chainAt(places: readonly number[], noise = 0): Float32Array {
  const atom14 = new Float32Array(42 * places.length).fill(noise);
  places.forEach((x, i) => {
    atom14.set([x, 0, 0], 42 * i + 3 * CA);
  });
  return atom14;
}

describe('how far distances between CA atoms changed', () => {
  it('is the root of the mean over all pairs, each residue with itself too', () => {
    // distances 3, 7 and 4 become 5, 6 and 1: they change by 2, 1 and 3
    const change = distanceChange(chainAt([0, 3, 7]), chainAt([0, 5, 6], 99), [0, 7, 19]);
    expect(change).toBeCloseTo(Math.sqrt((2 * (4 + 1 + 9)) / 9), 6);
  });

  it('does not change with how the structure lies', () => {
    expect(distanceChange(chainAt([0, 3, 7]), chainAt([10, 7, 3]), [0, 0, 0])).toBe(0);
  });

  it('does not see residues of unknown type', () => {
    const [before, after] = [chainAt([0, 3, 50]), chainAt([0, 5, 6])];
    expect(distanceChange(before, after, [0, 0, UNKNOWN])).toBeCloseTo(Math.sqrt((2 * 4) / 4), 6);
    expect(distanceChange(before, after, [UNKNOWN, 0, UNKNOWN])).toBe(0);
    expect(distanceChange(before, after, [UNKNOWN, UNKNOWN, UNKNOWN])).toBe(0);
  });
});
