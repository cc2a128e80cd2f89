import type { FoldModelConfig } from '#model/config';
import { distanceReference, distogramLogits } from '#model/heads/distogram';
import { Parameters } from '#model/parameters';
import { add, multiply } from '#tensor/ops';
import type { Dataset } from './dataset.js';
import { distanceFrequencies } from './distance-frequencies.js';
import { distogramLoss, truthInputs } from './fold-losses.js';
import type { Objective } from './objective.js';
import { localStructureLoss, maskedResidueLoss, trunkPass } from './trunk-pass.js';
import { windowData, type WindowSizes } from './window-data.js';

/** Weights against the distances. */
const LOCAL_WEIGHT = 0.3;
const RESIDUE_WEIGHT = 0.1;

/**
 * Trains language model and trunk to say how far apart residues are, without placing them: most of what there is to
 * learn, at two thirds of the cost of folding.
 */
export function distanceObjective(
  config: FoldModelConfig,
  dataset: Dataset,
  sizes: WindowSizes,
): Objective {
  const { positionBins } = config.trunk;
  const parameters = new Parameters();
  const { pair, local, lastState } = trunkPass(parameters, config, sizes);
  const head = parameters.within('distogram_head');
  distanceReference(head, distanceFrequencies(dataset));
  const logits = distogramLogits(head, pair);
  const distogram = distogramLoss(logits, truthInputs(sizes.batch, sizes.crop));
  const localStructure = localStructureLoss(local, sizes);
  const residues = maskedResidueLoss(parameters, lastState, sizes);
  return {
    parameters,
    loss: add(
      add(distogram, multiply(localStructure, LOCAL_WEIGHT)),
      multiply(residues, RESIDUE_WEIGHT),
    ),
    terms: { distogram, localStructure, residues },
    ...windowData(dataset, sizes, { positionBins, hidesResidues: true }),
  };
}
