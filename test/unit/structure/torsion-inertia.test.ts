import { describe, expect, it } from 'vitest';
import { emptyChain, placeChain } from '#structure/backbone/torsion-chain';
import { TorsionInertia } from '#structure/backbone/torsion-inertia';

const AATYPE = [0, 7, 3, 4, 5, 6, 7];
const COUNT = 2 * AATYPE.length;
const OWN_INERTIA = 5;
const ANGLES = Float64Array.from({ length: COUNT }, (_, k) => 2 * Math.sin(7 * k));

function placed(angles: Float64Array) {
  const chain = emptyChain(AATYPE.length);
  placeChain(chain, angles, AATYPE);
  return chain;
}

/** How atoms move by each torsion, by differences, and by each shift and turn of the whole chain. */
function motions(): number[][] {
  const { atoms } = placed(ANGLES);
  const torsions = Array.from(ANGLES, (angle, k) => {
    const ahead = placed(ANGLES.with(k, angle + 1e-6)).atoms;
    return Array.from(ahead, (x, at) => (x - atoms[at]!) / 1e-6);
  });
  const shifts = [0, 1, 2].map((axis) => Array.from(atoms, (_, at) => Number(at % 3 === axis)));
  const turns = [0, 1, 2].map((axis) =>
    Array.from(atoms, (_, at) => {
      const [next, after] = [(axis + 1) % 3, (axis + 2) % 3];
      const start = at - (at % 3);
      if (at % 3 === next) return -atoms[start + after]!;
      return at % 3 === after ? atoms[start + next]! : 0;
    }),
  );
  return [...torsions, ...shifts, ...turns];
}

describe('TorsionInertia', () => {
  it('gives turns that the whole inertia matrix makes minus the slope, with no force on the chain as a whole', () => {
    const slope = Float64Array.from({ length: COUNT }, (_, k) => Math.cos(3 * k));
    const turns = new Float64Array(COUNT);
    const inertia = new TorsionInertia(AATYPE.length, OWN_INERTIA);
    inertia.yieldTo(
      placed(ANGLES.map((x) => x + 1)),
      slope.map((x) => x - 1),
      turns,
    ); // of which nothing is left when it is asked again
    inertia.yieldTo(placed(ANGLES), slope, turns);
    const all = motions();
    const dot = (a: readonly number[], b: readonly number[]) =>
      a.reduce((sum, x, at) => sum + x * b[at]!, 0);
    // The six motions of the whole chain follow from the torsions: take them out of all others.
    const whole: number[][] = [];
    for (const motion of all.slice(COUNT)) {
      const rest = whole.reduce((left, one) => less(left, one, dot(left, one)), motion);
      const size = Math.sqrt(dot(rest, rest));
      whole.push(rest.map((x) => x / size));
    }
    const inner = all
      .slice(0, COUNT)
      .map((motion) => whole.reduce((left, one) => less(left, one, dot(left, one)), motion));
    for (let k = 0; k < COUNT; k++) {
      const force = inner.reduce(
        (sum, motion, other) => sum + dot(inner[k]!, motion) * turns[other]!,
        OWN_INERTIA * turns[k]!,
      );
      expect(Math.abs(force + slope[k]!)).toBeLessThan(1e-4);
    }
  });
});

const less = (a: readonly number[], b: readonly number[], factor: number) =>
  a.map((x, at) => x - factor * b[at]!);
