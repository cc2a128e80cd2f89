import { describe, expect, it } from 'vitest';
import { breaksAfter } from '#structure/alignment/trace-breaks';
import { traceStates } from '#structure/alignment/trace-states';
import { idealHelix } from '#training/evaluation/trace-scores';
import { randomSource } from '../../../helpers/random.js';

const apart = (points: ArrayLike<number>, a: number, b: number): number =>
  Math.hypot(...[0, 1, 2].map((k) => points[3 * a + k]! - points[3 * b + k]!));

/** TM-align's rules for the residue in the middle of five: 1 helix, 3 strand, 2 turn, 0 coil. */
function plainState(points: ArrayLike<number>, residue: number): number {
  const [a, b, c, d, e] = [-2, -1, 0, 1, 2].map((by) => residue + by) as [number, number, number, number, number]; // prettier-ignore
  const steps = [apart(points, a, c), apart(points, b, d), apart(points, c, e)];
  const leaps = [apart(points, a, d), apart(points, b, e)];
  const whole = apart(points, a, e);
  const isNear = (of: readonly number[], to: number, by: number) =>
    of.every((x) => Math.abs(x - to) < by);
  if (isNear(steps, 5.45, 2.1) && isNear(leaps, 5.18, 2.1) && isNear([whole], 6.37, 2.1)) return 1;
  if (isNear(steps, 6.1, 1.42) && isNear(leaps, 10.4, 1.42) && isNear([whole], 13, 1.42)) return 3;
  return whole < 8 ? 2 : 0;
}

describe('traceStates', () => {
  it('are those of the rules, for helices and strands that are bent more and more', () => {
    const random = randomSource(5);
    const length = 400;
    const helix = idealHelix(length);
    const seen = new Set<number>();
    for (const shape of ['helix', 'strand'] as const) {
      const points = Float64Array.from({ length: 3 * length }, (_, at) => {
        const [residue, axis] = [Math.floor(at / 3), at % 3];
        const strand = [3.2 * residue, (residue % 2) * 1.8, 0][axis]!;
        const noise = (4 * (random() - 0.5) * residue) / length;
        return (shape === 'helix' ? helix[at]! : strand) + noise;
      });
      const states = traceStates(points);
      expect(states).toHaveLength(length);
      for (let residue = 0; residue < length; residue++) {
        const isInner = residue >= 2 && residue < length - 2;
        expect(states[residue]).toBe(isInner ? plainState(points, residue) : 0);
        seen.add(states[residue]!);
      }
    }
    expect(seen.size).toBe(4);
  });

  it('are coil in chains of fewer than five residues', () => {
    expect([...traceStates(Float64Array.from(idealHelix(4)))]).toEqual([0, 0, 0, 0]);
    expect([...traceStates(Float64Array.from(idealHelix(5)))]).toEqual([0, 0, 1, 0, 0]);
  });
});

describe('breaksAfter', () => {
  it('marks steps of more than 4.25 Å, in any direction', () => {
    const steps = [[4.25, 0, 0], [0, 4.26, 0], [0, 0, -4.2], [2, 2, 3], [2, 2, -3.3], [-4.3, 0, 0]]; // prettier-ignore
    const points = [[10, 20, 30]];
    for (const step of steps) points.push(points.at(-1)!.map((x, axis) => x + step[axis]!));
    expect([...breaksAfter(Float64Array.from(points.flat()))]).toEqual([0, 1, 0, 0, 1, 1, 0]);
  });

  it('are none in a chain of one residue or of none', () => {
    expect([...breaksAfter(Float64Array.of(1, 2, 3))]).toEqual([0]);
    expect([...breaksAfter(new Float64Array())]).toEqual([]);
  });
});
