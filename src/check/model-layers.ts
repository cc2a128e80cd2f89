/** @file How the layers of the structure module move. */
import { allAtomPositions, rigidGroups } from '#layers/structure-module/all-atom';
import { backboneUpdate } from '#layers/structure-module/backbone-update';
import { chainFrames } from '#layers/structure-module/chain-frames';
import { rigidOf, scaleFrames, type BackboneFrames } from '#layers/structure-module/frames';
import { invariantPointAttention } from '#layers/structure-module/invariant-point-attention';
import { structureModule } from '#layers/structure-module/structure-module';
import { ATOM14_MASK, NUM_RESIDUE_TYPES } from '#structure/residues/atoms';
import { add, constant, expandAxis, gather, multiply, subtract } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import type { CheckedModel } from './checked-model.js';
import { frames, movingFrames, rigid } from './geometry-layers.js';
import { layer, type MovingNumbers } from './layer.js';
import { integers, normals, unitRows, type Situation } from './situation.js';

const features = ({ mask, random }: Situation, channels: number): MovingNumbers => [
  'fixed',
  normals(random, [1, mask.length, channels]),
];
const pairFeatures = ({ mask, random }: Situation, channels: number): MovingNumbers => [
  'fixed',
  normals(random, [1, mask.length, mask.length, channels]),
];
const residueTypes = ({ mask, random }: Situation): MovingNumbers => [
  'fixed',
  integers(random, [1, mask.length], NUM_RESIDUE_TYPES),
];
/** `[1, N]` */
export const maskNumbers = ({ mask }: Situation): MovingNumbers => [
  'fixed',
  { shape: [1, mask.length], data: Float32Array.from(mask) },
];

/** Frames in the structure module's unit of length. */
function inUnits(
  { quaternion, translation }: Readonly<Record<'quaternion' | 'translation', Tensor>>,
  { structureModule }: CheckedModel,
): BackboneFrames {
  return scaleFrames({ quaternion, translation }, 1 / structureModule.lengthScale);
}

export const POINT_ATTENTION = layer(
  'invariant point attention',
  (at, { structureModule: sizes }) => ({
    ...movingFrames(at),
    single: features(at, sizes.singleChannels),
    pair: pairFeatures(at, sizes.pairChannels),
    mask: maskNumbers(at),
  }),
  ({ single, pair, mask, ...frame }, parameters, model) => ({
    update: [
      'fixed',
      invariantPointAttention(
        parameters.within(`${model.scope}.ipa`),
        single,
        pair,
        rigidOf(inUnits(frame, model)),
        mask,
        model.structureModule,
      ),
    ],
  }),
);

export const BACKBONE_UPDATE = layer(
  'backbone update',
  (at, { structureModule }) => ({
    ...movingFrames(at),
    single: features(at, structureModule.singleChannels),
  }),
  ({ single, ...frame }, parameters, model) => {
    const scope = parameters.within(`${model.scope}.bb_update`);
    const updated = backboneUpdate(scope, single, inUnits(frame, model));
    const { quaternion, translation } = scaleFrames(updated, model.structureModule.lengthScale);
    return { quaternion: ['quaternion', quaternion], translation: ['point', translation] };
  },
);

const ATOM_EXISTS = constant(Float32Array.from(ATOM14_MASK), [NUM_RESIDUE_TYPES, 14, 1]);

/** Coordinates, with the frame's origin for atoms that a residue lacks: those are 0 and do not move. */
function existingAtoms(atom14: Tensor, aatype: Tensor, origin: Tensor): Tensor {
  const isMissing = subtract(1, gather(ATOM_EXISTS, aatype)); // [1, N, 14, 1]
  return add(atom14, multiply(isMissing, expandAxis(origin, 2)));
}

export const ALL_ATOM = layer(
  'all-atom placement',
  (at) => ({
    ...movingFrames(at),
    torsions: ['fixed', unitRows(at.random, [1, at.mask.length, 7, 2])] as MovingNumbers,
    aatype: residueTypes(at),
  }),
  ({ torsions, aatype, ...frame }) => {
    const groups = rigidGroups(rigid(frame), torsions, aatype);
    const atom14 = existingAtoms(allAtomPositions(groups, aatype), aatype, frame.translation);
    return { ...frames(groups), atom14: ['point', atom14] };
  },
);

export const STRUCTURE_MODULE = layer(
  'structure module',
  (at, { structureModule: sizes }) => ({
    ...movingFrames(at),
    single: features(at, sizes.singleChannels),
    pair: pairFeatures(at, sizes.pairChannels),
    aatype: residueTypes(at),
    mask: maskNumbers(at),
  }),
  ({ single, pair, aatype, mask, ...frame }, parameters, model) => {
    const last = structureModule(
      parameters.within(model.scope),
      { single, pair, aatype, mask, initialFrames: inUnits(frame, model) },
      model.structureModule,
    ).at(-1)!;
    return {
      ...frames(rigidOf(last.frames)),
      atom14: ['point', existingAtoms(last.atom14, aatype, last.frames.translation)],
      torsions: ['fixed', last.torsions],
      state: ['fixed', last.state],
    };
  },
);

/** The first frame stays at the origin, so that only its mirror image, in its own plane, can be asked for. */
export const CHAIN_FRAMES = layer(
  'chain from torsions',
  ({ mask, random }) => ({
    torsions: ['torsion', unitRows(random, [1, mask.length, 2, 2])],
  }),
  ({ torsions }) => frames(rigidOf(chainFrames(torsions, 1))),
);
