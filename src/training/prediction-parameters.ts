import { maskedResidueLogits } from '#model/heads/masked-residue';
import { TOKENS } from '#model/language-model/tokens';
import type { FoldModelConfig } from '#model/config';
import { Parameters } from '#model/parameters';
import * as stages from '#model/stages';
import { input } from '#tensor/ops';
import type { Shape } from '#tensor/shape';

type StageBuilder = (sizes: stages.StageSizes, config: FoldModelConfig) => stages.Stage;

/** Learned tensors do not depend on the length. */
const ANY_SIZE: stages.StageSizes = { batch: 1, numResidues: 2 };

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
