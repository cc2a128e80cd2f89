import fc from 'fast-check';
import type { Motion } from '#check/motion';
import { LARGEST_SHIFT, LEAST_RESIDUES, type Situation } from '#check/situation';
import { randomSource } from './random.js';

const component = fc.double({ min: -1, max: 1, noNaN: true });
const shift = fc.double({ min: -LARGEST_SHIFT, max: LARGEST_SHIFT, noNaN: true });

/** Any rotation, and a shift of up to 100 Å along each axis. */
export const motions: fc.Arbitrary<Motion> = fc
  .tuple(fc.tuple(component, component, component, component), fc.tuple(shift, shift, shift))
  .filter(([quaternion]) => Math.hypot(...quaternion) > 0.01)
  .map(([[w, x, y, z], translation]) => {
    const length = Math.hypot(w, x, y, z);
    return {
      quaternion: [w / length, x / length, y / length, z / length],
      translation,
      isMirrored: false,
    };
  });

/** Lengths from 5 to 23 with random masks that leave enough residues, a motion, and a seed for the rest. */
export const situations: fc.Arbitrary<Situation> = fc
  .record({
    motion: motions,
    mask: fc.array(fc.constantFrom(1, 1, 1, 0), { minLength: LEAST_RESIDUES, maxLength: 23 }),
    seed: fc.nat(),
  })
  .filter(({ mask }) => mask.filter((isUsed) => isUsed === 1).length >= LEAST_RESIDUES)
  .map(({ motion, mask, seed }) => ({ motion, mask, random: randomSource(seed) }));
