import { blockScopes, stageParameters, type ScopedStage } from '#execution/stage-parameters';
import type { Shape } from '#tensor/shape';
import type { Alphafold2Config, Alphafold2Sizes } from './config.js';
import * as stages from './stages.js';

/** A stage of the network, and how often it is run with each of its weights. */
export interface NetworkStage extends ScopedStage<Alphafold2Config, Alphafold2Sizes> {
  /** Whether it is run in each pass, for each template, or once. */
  readonly per: 'pass' | 'template' | 'prediction';
}

const TEMPLATE_SCOPE = 'template_embedder.';

/** All stages of a network, in the order in which they are run first. */
export function networkStages({
  templates,
  extraMsa,
  evoformer,
  predictsAlignedError,
}: Alphafold2Config): NetworkStage[] {
  return [
    ...(templates ? templateStages(templates.numBlocks) : []),
    { build: stages.inputStage, scopes: [''], per: 'pass' },
    ...(templates
      ? [{ build: stages.templateStage, scopes: [TEMPLATE_SCOPE], per: 'pass' } as const]
      : []),
    { build: stages.extraRowStage, scopes: [''], per: 'pass' },
    {
      build: stages.extraBlockStage,
      scopes: blockScopes('extra_msa_stack.blocks.', extraMsa.numBlocks),
      per: 'pass',
    },
    {
      build: stages.evoformerStage,
      scopes: blockScopes('evoformer.blocks.', evoformer.numBlocks),
      per: 'pass',
    },
    { build: stages.structureStage, scopes: [''], per: 'pass' },
    ...(predictsAlignedError
      ? [{ build: stages.alignedErrorStage, scopes: ['aux_heads.'], per: 'pass' } as const]
      : []),
    { build: stages.distanceStage, scopes: ['aux_heads.'], per: 'prediction' },
    { build: stages.maskedMsaStage, scopes: ['aux_heads.'], per: 'prediction' },
  ];
}

/** What is done with templates before the first pass. */
function templateStages(numBlocks: number): NetworkStage[] {
  const stack = `${TEMPLATE_SCOPE}template_pair_stack.`;
  return [
    { build: stages.templateRowStage, scopes: [TEMPLATE_SCOPE], per: 'prediction' },
    { build: stages.templatePairStage, scopes: [TEMPLATE_SCOPE], per: 'template' },
    {
      build: stages.templateBlockStage,
      scopes: blockScopes(`${stack}blocks.`, numBlocks),
      per: 'template',
    },
    { build: stages.templateNormStage, scopes: [stack], per: 'template' },
  ];
}

/** Weights have the same shapes in predictions of any size. */
const ANY_SIZES: Alphafold2Sizes = {
  batch: 1,
  numResidues: 2,
  numClusters: 1,
  numExtra: 1,
  numTemplates: 1,
};

/** Every learned tensor of a network by its full name. */
export function alphafold2Parameters(config: Alphafold2Config): Map<string, Shape> {
  return stageParameters(networkStages(config), ANY_SIZES, config);
}
