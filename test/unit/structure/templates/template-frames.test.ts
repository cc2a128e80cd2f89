import { describe, expect, it } from 'vitest';
import { ANGLE_N_CA_C } from '#structure/backbone/backbone-geometry';
import { templateFrames } from '#structure/templates/template-frames';
import { templateOf } from '../fixtures.js';

const [N, CA, C] = [0, 1, 2] as const;

type Point = readonly [number, number, number];

describe('the frame of a residue whose backbone is known', () => {
  /** Whether there is one with bonds N-CA and CA-C of these lengths, at a right angle. */
  const isThere = (toN: number, toC: number): boolean => {
    const atoms = { [N]: [0, toN, 0], [CA]: [0, 0, 0], [C]: [toC, 0, 0] } as const;
    return templateFrames(templateOf([{ atoms }]))[0] !== undefined;
  };

  it('takes bonds of 1 to 2 Å', () => {
    for (const length of [1, 1.5, 2]) {
      expect(isThere(length, 1.5)).toBe(true);
      expect(isThere(1.5, length)).toBe(true);
    }
    for (const length of [0.99, 2.01]) {
      expect(isThere(length, 1.5)).toBe(false);
      expect(isThere(1.5, length)).toBe(false);
    }
  });

  it('does not exist where an atom is missing or all lie on a line, and it is the only residue', () => {
    const [n, ca, c] = [[0, 1.5, 0], [0, 0, 0], [1.5, 0, 0]] as const; // prettier-ignore
    const missing = [
      { [CA]: ca, [C]: c },
      { [N]: n, [C]: c },
      { [N]: n, [CA]: ca },
    ];
    for (const atoms of missing)
      expect(templateFrames(templateOf([{ atoms }]))).toEqual([undefined]);
    const onLine = { [N]: [-1.5, 0, 0], [CA]: ca, [C]: c } as const;
    expect(templateFrames(templateOf([{ atoms: onLine }]))).toEqual([undefined]);
  });
});

describe('the frame of a residue by three CA atoms', () => {
  const CENTRE: Point = [7, -3, 2];
  /** CA atoms in the xy-plane, the outer ones so far from the middle one and 60 degrees off its y axis. */
  const trace = (before: number, after: number): Point[] => [
    [CENTRE[0] - before * Math.sin(Math.PI / 3), CENTRE[1] + before / 2, CENTRE[2]],
    CENTRE,
    [CENTRE[0] + after * Math.sin(Math.PI / 3), CENTRE[1] + after / 2, CENTRE[2]],
  ];
  const framesOf = (points: readonly Point[]) =>
    templateFrames(templateOf(points.map((point) => ({ atoms: { [CA]: point } }))));

  it('has C ahead and N behind, at their angle to one another', () => {
    const [first, middle, last] = framesOf(trace(3, 3.8));
    expect([first, last]).toEqual([undefined, undefined]);
    expect(middle!.hasBackbone).toBe(false);
    expect(middle!.frame.translation).toEqual(CENTRE);
    const [sin, cos] = [Math.sin(ANGLE_N_CA_C / 2), Math.cos(ANGLE_N_CA_C / 2)];
    // x points to C and y to the side of N; what lies before and after turns up.
    const expected = [sin, -cos, 0, cos, sin, 0, 0, 0, 1];
    for (const [k, x] of middle!.frame.rotation.entries()) expect(x).toBeCloseTo(expected[k]!, 6);
  });

  it('turns with the trace, whichever way the plane of the atoms lies', () => {
    const [, plain] = framesOf(trace(3.8, 3.8));
    // x goes to y, y to z and z to x.
    const turned = trace(3.8, 3.8).map(([x, y, z]): Point => [z, x, y]);
    const [, found] = framesOf(turned);
    const { rotation } = plain!.frame;
    const expected = [...rotation.slice(6), ...rotation.slice(0, 6)];
    for (const [k, x] of found!.frame.rotation.entries()) expect(x).toBeCloseTo(expected[k]!, 6);
  });

  it('takes steps of 2.5 to 4.25 Å', () => {
    for (const step of [2.51, 4.24]) {
      expect(framesOf(trace(step, 3.8))[1]).toBeDefined();
      expect(framesOf(trace(3.8, step))[1]).toBeDefined();
    }
    for (const step of [2.49, 4.26]) {
      expect(framesOf(trace(step, 3.8))[1]).toBeUndefined();
      expect(framesOf(trace(3.8, step))[1]).toBeUndefined();
    }
  });
});
