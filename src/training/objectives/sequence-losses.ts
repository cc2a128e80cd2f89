import { maskedResidueLogits } from '#architectures/esmfold/language-model/masked-residue';
import { tokenTable } from '#architectures/esmfold/language-model/language-model';
import type { LocalStructure } from '#layers/heads/local-structure';
import type { Parameters } from '#layers/parameters';
import { crossEntropy } from '#loss/cross-entropy';
import { input } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import type { WindowSizes } from '#training/data/window-data';

/**
 * Cross entropies of backbone torsions and secondary structure, from the inputs `torsionClass`, `secondaryStructure`
 * `[B, N]` and their masks.
 */
export function localStructureLosses(
  { torsionLogits, secondaryStructureLogits }: LocalStructure,
  { batch, crop }: WindowSizes,
): { readonly torsions: Tensor; readonly secondaryStructure: Tensor } {
  const classes = (name: string) =>
    [input(name, [batch, crop], 'int32'), input(`${name}Mask`, [batch, crop])] as const;
  return {
    torsions: crossEntropy(torsionLogits, ...classes('torsionClass')),
    secondaryStructure: crossEntropy(secondaryStructureLogits, ...classes('secondaryStructure')),
  };
}

/**
 * Cross entropy of the residues that were hidden from the language model, from the inputs `residue` `[B, N + 2]` and
 * `residueMask`.
 */
export function maskedResidueLoss(
  parameters: Parameters,
  lastState: Tensor,
  { batch, crop }: WindowSizes,
): Tensor {
  const table = tokenTable(parameters.within('esm'), lastState.shape.at(-1)!);
  return crossEntropy(
    maskedResidueLogits(parameters.within('masked_residue_head'), table, lastState),
    input('residue', [batch, crop + 2], 'int32'),
    input('residueMask', [batch, crop + 2]),
  );
}
