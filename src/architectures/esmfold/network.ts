/**
 * @file The network from tokens to confidence, as functions on tensors in the order in which it runs. Predictions cut it
 * into stages (`stages.ts`), training and evaluation run it whole. Scopes are those of the whole model.
 */
import { linearLayer } from '#layers/elementary';
import { distanceReference, distogramLogits } from '#layers/heads/distogram';
import {
  likelyTorsions,
  localStructureHead,
  type LocalStructure,
} from '#layers/heads/local-structure';
import { paeLogits } from '#layers/heads/pae';
import { lddtLogits } from '#layers/heads/plddt';
import type { Parameters } from '#layers/parameters';
import {
  structureModule,
  type StructureInput,
  type StructureIteration,
} from '#layers/structure-module/structure-module';
import { concat, slice } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import type { FoldModelConfig } from './config.js';
import { embedAttentionMaps, embedSequence, mixStates } from './embedder.js';
import { languageModelPass, mapsOfResidues } from './language-model/language-model.js';
import type { TrunkStart } from './trunk/trunk.js';

/** What the language model says of a sequence. */
export interface SequenceReading {
  /** `[B, N, C]` mixed hidden states of the residues */
  readonly mixed: Tensor;
  /** `[B, N + 2, C]` last hidden states, normalised */
  readonly lastState: Tensor;
  /** `numLayers` attention weights `[B, H, N + 2, N + 2]` */
  readonly attention: readonly Tensor[];
}

/**
 * Runs the whole language model.
 *
 * @param tokens int32 `[B, N + 2]`
 */
export function readSequence(
  parameters: Parameters,
  tokens: Tensor,
  { languageModel }: FoldModelConfig,
): SequenceReading {
  const esm = parameters.within('esm');
  const { states, attention } = languageModelPass(esm, tokens, languageModel);
  const mixed = withoutEnds(mixStates(parameters, states));
  return { mixed, lastState: states.at(-1)!, attention };
}

/** `[B, N + 2, C]` → `[B, N, C]`: of the residues, without start and end tokens. */
export function withoutEnds(ofTokens: Tensor): Tensor {
  return slice(ofTokens, 1, 1, ofTokens.shape[1]! - 1);
}

/** Backbone torsions and secondary structure that the language model alone predicts. */
export function localStructure(
  parameters: Parameters,
  mixed: Tensor,
): LocalStructure & { readonly likelyTorsions: Tensor } {
  const local = localStructureHead(parameters.within('local_structure_head'), mixed);
  return { ...local, likelyTorsions: likelyTorsions(local.torsionLogits) };
}

/**
 * What every pass starts from.
 *
 * @param aatype int32 `[B, N]`
 */
export function embedReading(
  parameters: Parameters,
  { mixed, attention }: Pick<SequenceReading, 'mixed' | 'attention'>,
  aatype: Tensor,
  { trunk, usesAttentionMaps }: FoldModelConfig,
): TrunkStart {
  const startSingle = embedSequence(parameters, mixed, aatype, trunk.singleChannels);
  if (!usesAttentionMaps) return { startSingle };
  const maps = concat(attention.map(mapsOfResidues), -1);
  return { startSingle, startPair: embedAttentionMaps(parameters, maps, trunk.pairChannels) };
}

/**
 * Places the residues by the representations of the trunk.
 *
 * @returns every iteration of the structure module; the last is the prediction
 */
export function placeResidues(
  parameters: Parameters,
  { single, pair, ...rest }: StructureInput,
  { structureModule: config }: FoldModelConfig,
): StructureIteration[] {
  const trunk = parameters.within('trunk');
  return structureModule(
    trunk.within('structure_module'),
    {
      single: linearLayer(trunk.within('trunk2sm_s'), single, config.singleChannels),
      pair: linearLayer(trunk.within('trunk2sm_z'), pair, config.pairChannels),
      ...rest,
    },
    config,
  );
}

/**
 * Logits of lDDT: `[B, N, 37, 50]`.
 *
 * @param state of the structure module's last iteration
 */
export function predictedLddt(
  parameters: Parameters,
  state: Tensor,
  { lddtChannels }: FoldModelConfig,
): Tensor {
  return lddtLogits(parameters.within('lddt_head'), state, lddtChannels);
}

/** Logits of the distances between pseudo-betas `[B, N, N, 64]`, from the pair representation. */
export function predictedDistances(parameters: Parameters, pair: Tensor): Tensor {
  return distogramLogits(parameters.within('distogram_head'), pair);
}

/** See {@link distanceReference}: `[4160]`. */
export function referenceDistances(parameters: Parameters, values?: Float32Array): Tensor {
  return distanceReference(parameters.within('distogram_head'), values);
}

/** Logits of the aligned error `[B, N, N, 64]`, from the pair representation. */
export function predictedErrors(parameters: Parameters, pair: Tensor): Tensor {
  return paeLogits(parameters.within('ptm_head'), pair);
}
