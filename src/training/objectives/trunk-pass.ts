import type { FoldModelConfig } from '#architectures/esmfold/config';
import { embedAttentionMaps, embedSequence, mixStates } from '#architectures/esmfold/embedder';
import {
  languageModelPass,
  mapsOfResidues,
  tokenTable,
} from '#architectures/esmfold/language-model/language-model';
import { maskedResidueLogits } from '#architectures/esmfold/language-model/masked-residue';
import type { Representations } from '#architectures/esmfold/trunk/block';
import { trunkBlocks, trunkStart } from '#architectures/esmfold/trunk/trunk';
import { localStructureHead, type LocalStructure } from '#layers/heads/local-structure';
import type { Parameters } from '#layers/parameters';
import { crossEntropy } from '#loss/cross-entropy';
import { add, concat, full, input, slice, stopGradient } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import type { WindowSizes } from '#training/data/window-data';

/** What the sequence side of the model makes of a batch of windows. */
export interface TrunkPass extends Representations {
  readonly local: LocalStructure;
  /** `[B, N + 2, C]` last states of the language model. */
  readonly lastState: Tensor;
  /** int32 `[B, N]` */
  readonly aatype: Tensor;
  /** `[B, N]` */
  readonly mask: Tensor;
}

/**
 * Language model and trunk, on the inputs that `foldExample` feeds. Where predictions recycle, so does this, and only the last
 * pass is differentiated.
 *
 * @departs nothing is placed between two passes, so recycled distances are those of the start
 */
export function trunkPass(
  parameters: Parameters,
  config: FoldModelConfig,
  { batch, crop }: WindowSizes,
): TrunkPass {
  const { trunk: sizes } = config;
  const aatype = input('aatype', [batch, crop], 'int32');
  const mask = input('mask', [batch, crop]);
  const bins = input('positionBins', [batch, crop, crop], 'int32');
  const tokens = input('tokens', [batch, crop + 2], 'int32');
  const esm = parameters.within('esm');
  const { states, attention } = languageModelPass(esm, tokens, config.languageModel);
  const mixed = slice(mixStates(parameters, states), 1, 1, crop + 1);
  const local = localStructureHead(parameters.within('local_structure_head'), mixed);
  const startSingle = embedSequence(parameters, mixed, aatype, sizes.singleChannels);
  const maps = () => concat(attention.map(mapsOfResidues), -1);
  const startPair = config.usesAttentionMaps
    ? embedAttentionMaps(parameters, maps(), sizes.pairChannels)
    : undefined;
  const nothing = {
    single: full([batch, crop, sizes.singleChannels], 0),
    pair: full([batch, crop, crop, sizes.pairChannels], 0),
    atom14: full([batch, crop, 14, 3], 0),
  };
  const trunk = parameters.within('trunk');
  const pass = (recycled: Representations) => {
    const start = trunkStart(trunk, startSingle, { ...nothing, ...recycled }, bins, sizes);
    const pair = startPair ? add(start.pair, startPair) : start.pair;
    return trunkBlocks(trunk, { ...start, pair }, mask, sizes);
  };
  let representations = pass(nothing);
  for (let recycle = 0; recycle < config.numRecycles; recycle++) {
    const { single, pair } = representations;
    representations = pass({ single: stopGradient(single), pair: stopGradient(pair) });
  }
  return { ...representations, local, lastState: states.at(-1)!, aatype, mask };
}

/** Cross entropy of backbone torsions and secondary structure. */
export function localStructureLoss(local: LocalStructure, { batch, crop }: WindowSizes): Tensor {
  const classes = (name: string) =>
    [input(name, [batch, crop], 'int32'), input(`${name}Mask`, [batch, crop])] as const;
  return add(
    crossEntropy(local.torsionLogits, ...classes('torsionClass')),
    crossEntropy(local.secondaryStructureLogits, ...classes('secondaryStructure')),
  );
}

/** Cross entropy of the residues that were hidden from the language model. */
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
