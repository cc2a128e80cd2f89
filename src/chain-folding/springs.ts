import { push, separation } from './atom-pair.js';

/** Two atoms that should lie a distance apart. */
export interface Spring {
  /** Where the atoms' coordinates start. */
  readonly atoms: readonly [number, number];
  /** Å */
  readonly length: number;
  /** Energy of 1 Å too much or too little. */
  readonly strength: number;
}

/** Å; a spring that is stretched further pulls no harder. */
const FULL_STRETCH = 2;

/**
 * Adds the energy of springs: quadratic, and linear where they are stretched far.
 *
 * @param atoms `[N, 5, 3]` Å
 * @param byAtoms `[N, 5, 3]` derivative, added to
 */
export function addSprings(
  springs: readonly Spring[],
  atoms: Float64Array,
  byAtoms: Float64Array,
): number {
  let total = 0;
  for (const {
    atoms: [a, b],
    length,
    strength,
  } of springs) {
    const apart = separation(atoms, a, b);
    const [energy, slope] = stretch(apart - length);
    total += strength * energy;
    push(atoms, byAtoms, a, b, (strength * slope) / apart);
  }
  return total;
}

/** Energy and slope of a spring of strength 1 that is so much too long or too short, Å. */
export function stretch(excess: number): [energy: number, slope: number] {
  const within = Math.max(-FULL_STRETCH, Math.min(FULL_STRETCH, excess));
  return [within * (2 * excess - within), 2 * within];
}
