import type { FoldModelConfig } from '#architectures/esmfold/config';
import { maskedResidueLogits } from '#architectures/esmfold/language-model/masked-residue';
import { TOKENS } from '#architectures/esmfold/language-model/tokens';
import * as stages from '#architectures/esmfold/stages';
import type { Stage, StageSizes } from '#execution/stage';
import { Parameters } from '#layers/parameters';
import { input } from '#tensor/ops';
import type { Shape } from '#tensor/shape';

type StageBuilder = (sizes: StageSizes, config: FoldModelConfig) => Stage;

/** Learned tensors do not depend on the length. */
const ANY_SIZE: StageSizes = { batch: 1, numResidues: 2 };

/**
 * Every tensor that predictions and masked-residue scores read, by its name in checkpoints. Training has more:
 * what only its losses use.
 */
export function predictionParameters(config: FoldModelConfig): Map<string, Shape> {
  const each = (count: number, scope: string) =>
    Array.from({ length: count }, (_, i) => `${scope}.${i}.`);
  const scopes: readonly (readonly [StageBuilder, readonly string[]])[] = [
    [stages.tokenStage, ['']],
    [stages.languageModelStage, each(config.languageModel.numLayers, 'esm.encoder.layer')],
    [stages.mixWeightStage, ['']],
    [stages.embedStage, ['']],
    ...(config.usesAttentionMaps ? ([[stages.pairStartStage, ['']]] as const) : []),
    [stages.passStage, ['trunk.']],
    [stages.blockStage, each(config.trunk.numBlocks, 'trunk.blocks')],
    [stages.distogramStage, ['']],
    [stages.structureStage, ['']],
    [stages.pairHeadStage, ['']],
  ];
  const shapes = maskedResidueParameters(config);
  for (const [build, prefixes] of scopes) {
    const { graph, parameterNames } = build(ANY_SIZE, config);
    for (const prefix of prefixes) {
      for (const name of parameterNames) shapes.set(prefix + name, graph.inputs.get(name)!.shape);
    }
  }
  return shapes;
}

function maskedResidueParameters({ languageModel }: FoldModelConfig): Map<string, Shape> {
  const { channels } = languageModel;
  const parameters = new Parameters();
  maskedResidueLogits(
    parameters.within('masked_residue_head'),
    input('table', [TOKENS.length, channels]),
    input('hidden', [1, 1, channels]),
  );
  return new Map([...parameters.all].map(([name, { tensor }]) => [name, tensor.shape]));
}
