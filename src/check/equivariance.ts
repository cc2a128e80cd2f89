import type { Engine } from '#tensor/engine/engine';
import { RECYCLING_EMBEDDER, TEMPLATE_PAIRS } from './alphafold2-layers.js';
import type { CheckedModel } from './checked-model.js';
import {
  CROSS,
  FRAMES_FROM_POINTS,
  QUATERNIONS,
  READINGS,
  TURNS,
  VIRTUAL_BETA,
} from './geometry-layers.js';
import { deviationOf, type Layer } from './layer.js';
import { BOND_LOSS, FAPE, LDDT_TARGET, TORSION_LOSS } from './loss-layers.js';
import {
  ALL_ATOM,
  BACKBONE_UPDATE,
  CHAIN_FRAMES,
  POINT_ATTENTION,
  STRUCTURE_MODULE,
} from './model-layers.js';
import type { Motion } from './motion.js';
import { lddtDeviation, tmScoreDeviation } from './scores.js';
import { randomSituation, type Situation } from './situation.js';

/** How a layer answers to a motion of the molecule, and by how much it may miss. */
export interface Check {
  readonly name: string;
  /** Moves along, stays the same, or must notice. */
  readonly kind: 'equivariant' | 'invariant' | 'not a symmetry';
  /** Largest deviation allowed; of what is not a symmetry, the least that must be seen. */
  readonly tolerance: number;
  /** Why this tolerance. */
  readonly reason: string;
  /** Deviation from the symmetry. */
  readonly measure: (engine: Engine, situation: Situation) => Promise<number>;
}

/** Whether a deviation is what a check wants; NaN never is. */
export function passes({ kind, tolerance }: Check, deviation: number): boolean {
  return kind === 'not a symmetry' ? deviation >= tolerance : deviation <= tolerance;
}

/** The deviation, over some random situations, that comes nearest to failing a check. */
export async function worstDeviation(
  check: Check,
  engine: Engine,
  random: () => number,
  numSituations: number,
): Promise<number> {
  const deviations: number[] = [];
  for (let i = 0; i < numSituations; i++) {
    deviations.push(await check.measure(engine, randomSituation(random)));
  }
  return check.kind === 'not a symmetry' ? Math.min(...deviations) : Math.max(...deviations);
}

type Tolerance = Pick<Check, 'tolerance' | 'reason'>;

const UNIT: Tolerance = {
  tolerance: 2e-6,
  reason: 'numbers near 1, each step rounded by 6e-8',
};
const COORDINATE: Tolerance = {
  tolerance: 1e-4,
  reason: 'coordinates up to 200 Å, each step rounded by 8e-6 Å',
};
const READING: Tolerance = {
  tolerance: 5e-6,
  reason: 'coordinates rounded by 8e-6 Å, relative to a structure of tens of Å',
};
const ATTENTION: Tolerance = {
  tolerance: 2e-5,
  reason: 'squared distances of rounded coordinates, through a softmax',
};
const NETWORK: Tolerance = {
  tolerance: 1e-3,
  reason: 'iterations turn rounding (1e-6) into angles that carry atoms 10 Å and more off',
};
const NOTICED: Tolerance = {
  tolerance: 1e-2,
  reason: 'at least: far beyond rounding',
};

/** Every check of a model's layers, of what they are made from and of what they are judged by. */
export function equivarianceChecks(model: CheckedModel): readonly Check[] {
  const of = (kind: Check['kind'], layer: Layer, tolerance: Tolerance): Check => ({
    name: layer.name,
    kind,
    ...tolerance,
    measure: (engine, at) => deviationOf(layer, engine, model, at),
  });
  const mirrored = (kind: Check['kind'], layer: Layer, tolerance: Tolerance): Check => ({
    ...of(kind, layer, tolerance),
    name: `${layer.name}, mirrored`,
    measure: (engine, at) => deviationOf(layer, engine, model, inMirror(at)),
  });
  return [
    ...QUATERNIONS.map((layer) => of('equivariant', layer, UNIT)),
    of('equivariant', CROSS, UNIT),
    mirrored('not a symmetry', CROSS, NOTICED),
    ...TURNS.map((layer) => of('equivariant', layer, COORDINATE)),
    ...READINGS.map((layer) => of('invariant', layer, READING)),
    of('equivariant', FRAMES_FROM_POINTS, COORDINATE),
    mirrored('equivariant', FRAMES_FROM_POINTS, COORDINATE),
    of('equivariant', VIRTUAL_BETA, COORDINATE),
    mirrored('not a symmetry', VIRTUAL_BETA, NOTICED),
    ...modelChecks(of, mirrored),
    ...alphafold2Checks(model, of, mirrored),
    ...lossChecks(of, mirrored),
    ...scoreChecks(),
  ];
}

type MakeCheck = (kind: Check['kind'], layer: Layer, tolerance: Tolerance) => Check;

function modelChecks(of: MakeCheck, mirrored: MakeCheck): Check[] {
  const chain = of('equivariant', CHAIN_FRAMES, COORDINATE);
  return [
    {
      ...mirrored('equivariant', CHAIN_FRAMES, COORDINATE),
      measure: (engine, at) => chain.measure(engine, onlyInMirror(at)),
    },
    of('invariant', POINT_ATTENTION, ATTENTION),
    mirrored('not a symmetry', POINT_ATTENTION, NOTICED),
    of('equivariant', BACKBONE_UPDATE, COORDINATE),
    mirrored('not a symmetry', BACKBONE_UPDATE, NOTICED),
    of('equivariant', ALL_ATOM, COORDINATE),
    mirrored('not a symmetry', ALL_ATOM, NOTICED),
    of('equivariant', STRUCTURE_MODULE, NETWORK),
    mirrored('not a symmetry', STRUCTURE_MODULE, NOTICED),
  ];
}

/** Layers that read distances alone: a mirror image is the same to them. */
function alphafold2Checks(
  { alphafold2 }: CheckedModel,
  of: MakeCheck,
  mirrored: MakeCheck,
): Check[] {
  if (!alphafold2) return [];
  const layers = [RECYCLING_EMBEDDER, ...(alphafold2.templates ? [TEMPLATE_PAIRS] : [])];
  return layers.flatMap((layer) => [
    of('invariant', layer, UNIT),
    mirrored('invariant', layer, UNIT),
  ]);
}

function lossChecks(of: MakeCheck, mirrored: MakeCheck): Check[] {
  return [
    ...FAPE.flatMap((layer) => [
      of('invariant', layer, READING),
      mirrored('not a symmetry', layer, NOTICED),
    ]),
    of('invariant', LDDT_TARGET, UNIT),
    mirrored('invariant', LDDT_TARGET, UNIT),
    of('invariant', BOND_LOSS, READING),
    mirrored('not a symmetry', TORSION_LOSS, NOTICED),
  ];
}

function scoreChecks(): Check[] {
  const score = (name: string, measure: (at: Situation) => Promise<number>) => ({
    name,
    measure: (_: Engine, at: Situation) => measure(at),
  });
  const inMirrorToo = (measure: (at: Situation) => Promise<number>) => (at: Situation) =>
    measure(inMirror(at));
  return [
    { ...score('lDDT', lddtDeviation), kind: 'invariant', ...UNIT },
    { ...score('lDDT, mirrored', inMirrorToo(lddtDeviation)), kind: 'invariant', ...UNIT },
    { ...score('TM-score', tmScoreDeviation), kind: 'invariant', ...COORDINATE },
    {
      ...score('TM-score, mirrored', inMirrorToo(tmScoreDeviation)),
      kind: 'not a symmetry',
      ...NOTICED,
    },
  ];
}

/** The same situation in a mirror, moved as well. */
function inMirror(situation: Situation): Situation {
  return { ...situation, motion: { ...situation.motion, isMirrored: true } };
}

/** Mirrored in the plane z = 0 and not moved. */
function onlyInMirror(situation: Situation): Situation {
  const motion: Motion = { quaternion: [1, 0, 0, 0], translation: [0, 0, 0], isMirrored: true };
  return { ...situation, motion };
}
