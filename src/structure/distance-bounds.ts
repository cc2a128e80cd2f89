/** @file How close two atoms of a residue may come and how far apart bonds let them be. */
import { ATOM14_NAMES } from './atoms.js';
import { RESIDUE_GEOMETRY, VAN_DER_WAALS_RADIUS } from './residue-geometry.generated.js';
import type { ResidueGeometry } from './residue-geometry.generated.js';

/** Bounds by residue type and pair of atom14 slots; 0 where a slot is empty. */
export interface DistanceBounds {
  /** `[21, 14, 14]` Å */
  readonly lower: Float32Array;
  /** `[21, 14, 14]` Å; a very large number where no bond holds two atoms together. */
  readonly upper: Float32Array;
}

/** What the bounds allow for. */
export interface BoundsTolerance {
  /** Å by which the spheres of atoms may overlap. */
  readonly overlap: number;
  /** Standard deviations by which bonds and angles may deviate. */
  readonly deviations: number;
}

const UNBOUNDED = 1e10;

interface Span {
  readonly atoms: readonly [string, string];
  readonly length: number;
  readonly deviation: number;
}

/** The distance that two bonds and the angle between them give, with its propagated deviation. */
function spanOfAngle(
  residue: ResidueGeometry,
  [first, middle, last, degrees, spread]: ResidueGeometry['angles'][number],
): Span {
  const bond = (a: string, b: string): readonly [number, number] => {
    const [, , length, deviation] = residue.bonds.find(
      (row) => row.includes(a) && row.includes(b),
    )!;
    return [length, deviation];
  };
  const [a, aSpread] = bond(first, middle);
  const [b, bSpread] = bond(middle, last);
  const [gamma, gammaSpread] = [degrees, spread].map((x) => (x * Math.PI) / 180) as [
    number,
    number,
  ];
  const length = Math.sqrt(a * a + b * b - 2 * a * b * Math.cos(gamma));
  const deviation =
    Math.hypot(
      a * b * Math.sin(gamma) * gammaSpread,
      (a - b * Math.cos(gamma)) * aSpread,
      (b - a * Math.cos(gamma)) * bSpread,
    ) / length;
  return { atoms: [first, last], length, deviation };
}

/**
 * Bounds on the distances of atoms inside a residue: from bonds and angles where these join two atoms,
 * else from van der Waals radii.
 *
 * @param tolerance AlphaFold2 trains with an overlap of 1.5 Å and 12 deviations
 * @source AlphaFold2 SI 1.9.11 "Structural violations"
 */
export function atom14DistanceBounds(tolerance: BoundsTolerance): DistanceBounds {
  const lower = new Float32Array(ATOM14_NAMES.length * 14 * 14);
  const upper = new Float32Array(lower.length);
  RESIDUE_GEOMETRY.forEach((residue, aatype) => {
    const names = ATOM14_NAMES[aatype]!;
    const bound = (a: number, b: number, least: number, most: number): void => {
      for (const [i, j] of [
        [a, b],
        [b, a],
      ] as const) {
        lower[(aatype * 14 + i) * 14 + j] = least;
        upper[(aatype * 14 + i) * 14 + j] = most;
      }
    };
    const radius = (slot: number): number => VAN_DER_WAALS_RADIUS[names[slot]![0]!]!;
    for (let b = 0; b < residue.atoms.length; b++)
      for (let a = 0; a < b; a++) bound(a, b, radius(a) + radius(b) - tolerance.overlap, UNBOUNDED);
    const bonds = residue.bonds.map(([a, b, length, deviation]): Span => ({
      atoms: [a, b],
      length,
      deviation,
    }));
    const spans = [...bonds, ...residue.angles.map((row) => spanOfAngle(residue, row))];
    for (const { atoms, length, deviation } of spans) {
      const [a, b] = atoms.map((name) => names.indexOf(name)) as [number, number];
      const slack = tolerance.deviations * deviation;
      bound(a, b, length - slack, length + slack);
    }
  });
  return { lower, upper };
}
