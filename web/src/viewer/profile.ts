/** Half-extents of a ribbon's cross-section and the radius of its corners, Å; the radius never exceeds either. */
export interface Profile {
  readonly halfWidth: number;
  readonly halfHeight: number;
  readonly corner: number;
}

/** Quarter circles to a corner: 4 corners of `CORNER_STEPS + 1` points. */
const CORNER_STEPS = 3;
/** Points around every cross-section. */
export const PROFILE_POINTS = 4 * (CORNER_STEPS + 1);

const CORNERS = [
  [1, 1],
  [-1, 1],
  [-1, -1],
  [1, -1],
] as const;

/** `[PROFILE_POINTS, 4]` which corner (x, y = ±1) a point belongs to and its outward direction (cos, sin). */
export const PROFILE_DIRECTIONS = Float32Array.from(
  CORNERS.flatMap(([x, y], quarter) =>
    Array.from({ length: CORNER_STEPS + 1 }, (_, step) => {
      const angle = (quarter + step / CORNER_STEPS) * (Math.PI / 2);
      return [x, y, Math.cos(angle), Math.sin(angle)];
    }).flat(),
  ),
);

/** A cross-section between two; because it is linear, a round one turns into a flat one without a seam. */
export function mixProfiles(a: Profile, b: Profile, t: number): Profile {
  const mix = (x: number, y: number): number => x + (y - x) * t;
  return {
    halfWidth: mix(a.halfWidth, b.halfWidth),
    halfHeight: mix(a.halfHeight, b.halfHeight),
    corner: mix(a.corner, b.corner),
  };
}

/** A round cross-section. */
export function circle(radius: number): Profile {
  return { halfWidth: radius, halfHeight: radius, corner: radius };
}
