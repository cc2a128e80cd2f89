import {
  fitPoints,
  squaredDeviations,
  type RigidMotion,
} from '#structure/comparison/superposition';
import type { Frame } from '#structure/backbone/backbone-frames';
import type { Vector3 } from '#structure/geometry/vector3';
import type { AlignedTemplate } from './align-templates.js';
import { templateFrames } from './template-frames.js';

/** Where the N residues of a query lie according to templates, all in one frame. */
export interface ScaffoldFrames {
  /** `[N, 3, 3]` row-major */
  readonly rotations: Float64Array;
  /** `[N, 3]` CA, Å */
  readonly origins: Float64Array;
  /** `[N]` which template a residue is after; -1 where none has it */
  readonly templateOf: Int32Array;
  /** `[N]` residue of that template; -1 where none has it */
  readonly residueOf: Int32Array;
  /** `[N]` 1 where the template has N and C too, not CA alone */
  readonly hasBackbone: Uint8Array;
}

/** Residues that two templates must share before one can be laid on the other. */
const LEAST_SHARED = 10;
/** Å; shared residues that lie further apart show that the folds differ, and the second template is left out. */
const FURTHEST_APART = 4;

/**
 * Joins templates: each residue is where the best template has it that has it at all. The others are laid on what is there
 * already, by the residues that they share.
 *
 * @param templates of one query, the best first
 * @param numResidues N
 */
export function scaffoldFrames(
  templates: readonly AlignedTemplate[],
  numResidues: number,
): ScaffoldFrames {
  const scaffold = {
    rotations: new Float64Array(9 * numResidues),
    origins: new Float64Array(3 * numResidues),
    templateOf: new Int32Array(numResidues).fill(-1),
    residueOf: new Int32Array(numResidues).fill(-1),
    hasBackbone: new Uint8Array(numResidues),
  };
  for (const [index, template] of templates.entries()) {
    const frames = templateFrames(template.chain);
    const placed = template.pairs.flatMap(([residue, of]) => {
      const found = frames[of];
      return found ? [{ residue, of, ...found }] : [];
    });
    const shared = placed.filter(({ residue }) => scaffold.templateOf[residue]! >= 0);
    const motion = index === 0 ? STILL : motionOnto(shared, scaffold.origins);
    if (!motion) continue;
    for (const { residue, of, frame, hasBackbone } of placed) {
      if (scaffold.templateOf[residue]! >= 0) continue;
      const { rotation, translation } = moved(motion, frame);
      scaffold.rotations.set(rotation, 9 * residue);
      scaffold.origins.set(translation, 3 * residue);
      scaffold.templateOf[residue] = index;
      scaffold.residueOf[residue] = of;
      scaffold.hasBackbone[residue] = Number(hasBackbone);
    }
  }
  return scaffold;
}

const STILL: RigidMotion = {
  rotation: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
  translation: new Float64Array(3),
};

/** What brings frames onto the places of the same residues; undefined where they do not fit. */
function motionOnto(
  shared: readonly { readonly residue: number; readonly frame: Frame }[],
  origins: Float64Array,
): RigidMotion | undefined {
  if (shared.length < LEAST_SHARED) return undefined;
  const mobile = Float64Array.from(shared.flatMap(({ frame }) => frame.translation));
  const target = Float64Array.from(
    shared.flatMap(({ residue }) => [...origins.subarray(3 * residue, 3 * residue + 3)]),
  );
  const motion = fitPoints(mobile, target, Int32Array.from(shared.keys()));
  const squared = new Float64Array(shared.length);
  squaredDeviations(motion, mobile, target, squared);
  const mean = squared.reduce((sum, value) => sum + value, 0) / squared.length;
  return mean <= FURTHEST_APART ** 2 ? motion : undefined;
}

function moved({ rotation, translation }: RigidMotion, frame: Frame): Frame {
  const row = (r: number) =>
    [rotation[3 * r]!, rotation[3 * r + 1]!, rotation[3 * r + 2]!] as const;
  const rows = [row(0), row(1), row(2)];
  const turn = (x: number, y: number, z: number) =>
    rows.map(([a, b, c]) => a * x + b * y + c * z) as [number, number, number];
  const columns = [0, 1, 2].map((k) =>
    turn(frame.rotation[k]!, frame.rotation[3 + k]!, frame.rotation[6 + k]!),
  );
  const origin = turn(...frame.translation);
  return {
    rotation: [0, 1, 2].flatMap((r) => columns.map((column) => column[r]!)),
    translation: [0, 1, 2].map((k) => origin[k]! + translation[k]!) as unknown as Vector3,
  };
}
