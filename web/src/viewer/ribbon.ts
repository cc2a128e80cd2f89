import type { SecondaryStructure } from '../molecule/molecule.js';
import { MeshBuilder, type Mesh } from './mesh.js';
import {
  circle,
  mixProfiles,
  PROFILE_DIRECTIONS,
  PROFILE_POINTS,
  type Profile,
} from './profile.js';
import { hermiteFrames, type CurveFrames } from './spline.js';
import type { Trace } from './trace.js';

/** How each kind of secondary structure is drawn. */
export interface RibbonStyle extends Readonly<Record<SecondaryStructure, Profile>> {
  /** Half the width at the back of a strand's arrow head, Å; absent for no arrows. */
  readonly arrowHalfWidth?: number;
}

/** Ribbons for helices, arrows for strands, a thin tube between. */
export const CARTOON: RibbonStyle = {
  helix: { halfWidth: 1.35, halfHeight: 0.24, corner: 0.24 },
  strand: { halfWidth: 1.15, halfHeight: 0.28, corner: 0.1 },
  coil: circle(0.3),
  arrowHalfWidth: 1.95,
};

/** One round tube along the backbone. */
export const TUBE: RibbonStyle = { helix: circle(0.5), strand: circle(0.5), coil: circle(0.5) };

/** Which way the points of a ring face: outward from the curve, or back along it (the rear of an arrow head). */
type Facing = 'outward' | 'back' | 'ahead';

class RibbonBuilder {
  readonly #mesh = new MeshBuilder();

  build(): Mesh {
    return this.#mesh.build();
  }

  /** Adds one cross-section and returns its first vertex. */
  ring(frames: CurveFrames, frame: number, profile: Profile, residue: number, facing: Facing) {
    const { points, tangents, sides } = frames;
    const [i, j, k] = [3 * frame, 3 * frame + 1, 3 * frame + 2];
    const [tx, ty, tz] = [tangents[i]!, tangents[j]!, tangents[k]!];
    const [sx, sy, sz] = [sides[i]!, sides[j]!, sides[k]!];
    const [ux, uy, uz] = [ty * sz - tz * sy, tz * sx - tx * sz, tx * sy - ty * sx];
    const first = this.#mesh.numVertices;
    const [flatWidth, flatHeight] = [
      profile.halfWidth - profile.corner,
      profile.halfHeight - profile.corner,
    ];
    const sign = facing === 'back' ? -1 : 1;
    for (let p = 0; p < PROFILE_POINTS; p++) {
      const [cos, sin] = [PROFILE_DIRECTIONS[4 * p + 2]!, PROFILE_DIRECTIONS[4 * p + 3]!];
      const across = flatWidth * PROFILE_DIRECTIONS[4 * p]! + profile.corner * cos;
      const up = flatHeight * PROFILE_DIRECTIONS[4 * p + 1]! + profile.corner * sin;
      const isOutward = facing === 'outward';
      this.#mesh.vertex(
        points[i]! + across * sx + up * ux,
        points[j]! + across * sy + up * uy,
        points[k]! + across * sz + up * uz,
        isOutward ? cos * sx + sin * ux : sign * tx,
        isOutward ? cos * sy + sin * uy : sign * ty,
        isOutward ? cos * sz + sin * uz : sign * tz,
        residue,
      );
    }
    return first;
  }

  /** Skin between two rings. */
  join(from: number, to: number) {
    for (let p = 0; p < PROFILE_POINTS; p++) {
      const q = (p + 1) % PROFILE_POINTS;
      this.#mesh.triangle(from + p, from + q, to + p);
      this.#mesh.triangle(from + q, to + q, to + p);
    }
  }

  /** Closes an end with a flat lid; the outline is convex, so a fan covers it. */
  lid(frames: CurveFrames, frame: number, profile: Profile, residue: number, facing: Facing) {
    const first = this.ring(frames, frame, profile, residue, facing);
    for (let p = 1; p + 1 < PROFILE_POINTS; p++)
      if (facing === 'ahead') this.#mesh.triangle(first, first + p, first + p + 1);
      else this.#mesh.triangle(first, first + p + 1, first + p);
  }
}

const isStrandEnd = (trace: Trace, i: number): boolean =>
  trace.kinds[i] === 'strand' && trace.kinds[i + 1] !== 'strand';

/** Cross-section at `t` of the way from residue i to the next. */
function profileAt(trace: Trace, style: RibbonStyle, i: number, t: number): Profile {
  const hasArrows = style.arrowHalfWidth !== undefined;
  // the arrow's tip is its strand's last residue: from there on the chain is a coil
  const kindAt = (k: number): SecondaryStructure =>
    hasArrows && isStrandEnd(trace, k) ? 'coil' : (trace.kinds[k] ?? 'coil');
  if (hasArrows && isStrandEnd(trace, i + 1)) {
    const back = { ...style.strand, halfWidth: style.arrowHalfWidth };
    return mixProfiles(back, style.coil, t);
  }
  return mixProfiles(style[kindAt(i)], style[kindAt(i + 1)], t * t * (3 - 2 * t));
}

function addTrace(builder: RibbonBuilder, trace: Trace, style: RibbonStyle, steps: number) {
  const frames = hermiteFrames(trace, steps);
  const last = trace.residues.length - 1;
  const half = steps / 2;
  builder.lid(frames, 0, profileAt(trace, style, 0, 0), trace.residues[0]!, 'back');
  let ring = builder.ring(frames, 0, profileAt(trace, style, 0, 0), trace.residues[0]!, 'outward');
  const extend = (frame: number, profile: Profile, residue: number) => {
    const next = builder.ring(frames, frame, profile, residue, 'outward');
    builder.join(ring, next);
    ring = next;
  };
  for (let i = 0; i < last; i++) {
    const [residue, following] = [trace.residues[i]!, trace.residues[i + 1]!];
    if (style.arrowHalfWidth !== undefined && isStrandEnd(trace, i + 1)) {
      const back = profileAt(trace, style, i, 0);
      builder.lid(frames, i * steps, back, residue, 'back');
      ring = builder.ring(frames, i * steps, back, residue, 'outward');
    }
    for (let step = 1; step <= steps; step++) {
      const profile = profileAt(trace, style, i, step / steps);
      if (step <= half) extend(i * steps + step, profile, residue);
      // a second ring where the next residue begins, so that colours meet in a line
      if (step === half)
        ring = builder.ring(frames, i * steps + step, profile, following, 'outward');
      if (step > half) extend(i * steps + step, profile, following);
    }
  }
  const end = profileAt(trace, style, last, 0);
  builder.lid(frames, last * steps, end, trace.residues[last]!, 'ahead');
}

/**
 * Sweeps a cross-section along each trace: cartoon or tube, depending on the style.
 *
 * @param traces unbroken runs of residues
 * @param style cross-section by secondary structure
 * @param steps even number of cross-sections to a residue
 */
export function ribbonMesh(traces: readonly Trace[], style: RibbonStyle, steps = 8): Mesh {
  const builder = new RibbonBuilder();
  for (const trace of traces) addTrace(builder, trace, style, steps);
  return builder.build();
}
