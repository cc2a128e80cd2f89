import type { Rigid } from '#geometry/rigid';
import { FINAL, layerNormLayer, linearLayer } from '#layers/elementary';
import type { Parameters } from '#layers/parameters';
import { add, relu } from '#tensor/ops';
import { assertShape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';
import { allAtomPositions, rigidGroups } from './all-atom.js';
import { backboneUpdate } from './backbone-update.js';
import {
  identityFrames,
  rigidOf,
  scaleFrames,
  stopRotationGradient,
  type BackboneFrames,
} from './frames.js';
import { invariantPointAttention, type PointAttentionConfig } from './invariant-point-attention.js';
import { torsionHead, type TorsionHeadConfig } from './torsion-head.js';

/** Sizes of a structure module. */
export interface StructureModuleConfig extends PointAttentionConfig, TorsionHeadConfig {
  readonly pairChannels: number;
  /** Iterations, which share their weights. */
  readonly numIterations: number;
  readonly numTransitionLayers: number;
  /** Å in one unit of the frames' translations. */
  readonly lengthScale: number;
}

/** What one iteration of the structure module gives. */
export interface StructureIteration {
  /** `[B, N, cS]` */
  readonly state: Tensor;
  /** `[B, N]` backbone frames, Å */
  readonly frames: BackboneFrames;
  /** `[B, N, 7, 2]` (sin, cos), of length 1 */
  readonly torsions: Tensor;
  /** `[B, N, 7, 2]` before they are scaled to length 1 */
  readonly unnormalisedTorsions: Tensor;
  /** `[B, N, 8]` frames of the rigid groups, Å */
  readonly groups: Rigid;
  /** `[B, N, 14, 3]` Å */
  readonly atom14: Tensor;
}

/** What a structure module reads. */
export interface StructureInput {
  /** `[B, N, cS]` */
  readonly single: Tensor;
  /** `[B, N, N, cZ]` */
  readonly pair: Tensor;
  /** int32 `[B, N]` */
  readonly aatype: Tensor;
  /** `[B, N]` */
  readonly mask: Tensor;
  /** Where the frames start; all at the origin where absent. */
  readonly initialFrames?: BackboneFrames;
}

/**
 * Turns representations into a structure, by moving frames step by step.
 *
 * @param parameters scope `trunk.structure_module`
 * @returns every iteration; the last is the prediction
 * @source AlphaFold2 SI Algorithm 20 "StructureModule"
 */
export function structureModule(
  parameters: Parameters,
  { single, pair, aatype, mask, initialFrames }: StructureInput,
  config: StructureModuleConfig,
): StructureIteration[] {
  const { B, N } = assertShape(single, ['B', 'N', config.singleChannels], 'single');
  assertShape(pair, [B, N, N, config.pairChannels], 'pair');
  const initialSingle = layerNormLayer(parameters.within('layer_norm_s'), single);
  const normalisedPair = layerNormLayer(parameters.within('layer_norm_z'), pair);
  let state = linearLayer(parameters.within('linear_in'), initialSingle, config.singleChannels);
  let frames = initialFrames ?? identityFrames(B, N);
  const iterations: StructureIteration[] = [];
  for (let iteration = 0; iteration < config.numIterations; iteration++) {
    const ipa = parameters.within('ipa');
    const rigid = rigidOf(frames);
    state = add(state, invariantPointAttention(ipa, state, normalisedPair, rigid, mask, config));
    state = structureTransition(parameters, state, config.numTransitionLayers);
    frames = backboneUpdate(parameters.within('bb_update'), state, frames);
    iterations.push(placeAtoms(parameters, { state, initialSingle, frames, aatype }, config));
    frames = stopRotationGradient(frames);
  }
  return iterations;
}

/** Lines 8-9 of the algorithm: norm, transition, norm. */
function structureTransition(parameters: Parameters, state: Tensor, numLayers: number): Tensor {
  const channels = state.shape.at(-1)!;
  let x = layerNormLayer(parameters.within('layer_norm_ipa'), state);
  for (let layer = 0; layer < numLayers; layer++) {
    const scope = parameters.within(`transition.layers.${layer}`);
    const first = relu(linearLayer(scope.within('linear_1'), x, channels, { start: 'he' }));
    const second = relu(linearLayer(scope.within('linear_2'), first, channels, { start: 'he' }));
    x = add(x, linearLayer(scope.within('linear_3'), second, channels, FINAL));
  }
  return layerNormLayer(parameters.within('transition.layer_norm'), x);
}

/** Lines 11-25: torsions, then rigid groups and atoms. */
function placeAtoms(
  parameters: Parameters,
  at: { state: Tensor; initialSingle: Tensor; frames: BackboneFrames; aatype: Tensor },
  config: StructureModuleConfig,
): StructureIteration {
  const frames = scaleFrames(at.frames, config.lengthScale);
  const { sinCos, unnormalised } = torsionHead(
    parameters.within('angle_resnet'),
    at.state,
    at.initialSingle,
    config,
  );
  const groups = rigidGroups(rigidOf(frames), sinCos, at.aatype);
  return {
    state: at.state,
    frames,
    torsions: sinCos,
    unnormalisedTorsions: unnormalised,
    groups,
    atom14: allAtomPositions(groups, at.aatype),
  };
}
