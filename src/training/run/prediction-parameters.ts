import type { FoldModelConfig } from '#architectures/esmfold/config';
import { maskedResidueLogits } from '#architectures/esmfold/language-model/masked-residue';
import { TOKENS } from '#architectures/esmfold/language-model/tokens';
import { foldingParameters } from '#architectures/esmfold/network-stages';
import { Parameters } from '#layers/parameters';
import { input } from '#tensor/ops';
import type { Shape } from '#tensor/shape';

/**
 * Every tensor that predictions and masked-residue scores read, by its name in checkpoints. Training has more:
 * what only its losses use.
 */
export function predictionParameters(config: FoldModelConfig): Map<string, Shape> {
  return new Map([...maskedResidueParameters(config), ...foldingParameters(config)]);
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
