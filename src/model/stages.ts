/**
 * @file A folding model cut into graphs that run one after the other. Language-model layers and trunk blocks
 * are one graph each, run with the weights of every layer in turn, so that a model larger than memory can be
 * streamed and progress can be told.
 */
import { add, input, multiply, slice } from '#tensor/ops';
import { graphOf, type Graph } from '#tensor/graph';
import type { Tensor } from '#tensor/tensor';
import type { FoldModelConfig } from './config.js';
import { embedSequence } from './embedder.js';
import { contactProbability, distogramLogits } from './heads/distogram.js';
import { expectedAlignedError, paeLogits, predictedTmScore } from './heads/pae.js';
import { lddtLogits, plddtFromLogits } from './heads/plddt.js';
import {
  embedTokens,
  finalNorm,
  languageModelLayer,
  tokenMask,
} from './language-model/language-model.js';
import { linearLayer } from './layers.js';
import { Parameters } from './parameters.js';
import { structureModule } from './structure-module/structure-module.js';
import { trunkBlock } from './trunk/block.js';
import { trunkStart } from './trunk/trunk.js';
import { softmax } from '#tensor/ops';

/** Sizes of one run. */
export interface StageSizes {
  readonly batch: number;
  /** Residues, linkers and padding included. */
  readonly numResidues: number;
}
