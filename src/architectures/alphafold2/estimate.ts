import type { PredictionEstimate, Workload } from '#architectures/family';
import { graphCost } from '#execution/graph-cost';
import type { Alphafold2Config } from './config.js';
import type { Alphafold2Sizes } from './sizes.js';
import * as stages from './stages.js';

/** Operations a second that two ordinary cores do on these graphs; with AVX-512 twice as many. */
const SPEED = 8e10;
const BASE_SECONDS = 1;
/** Node, onnxruntime and compiled graphs. */
const BASE_BYTES = 450e6;
/** Learned numbers of the published networks, as float32. */
const BYTES = 4;

/**
 * Time and memory of a prediction on two cores, from the graphs that it will run.
 *
 * @param config of the network, with the chunks that a run will have
 * @param workload whose alignment is taken to be as deep as the network reads
 */
export function estimateAlphafold2(
  config: Alphafold2Config,
  { chainLengths, numRecycles, maxClusters, maxExtra }: Workload,
): PredictionEstimate {
  const { defaults, extraMsa, evoformer } = config;
  const sizes: Alphafold2Sizes = {
    batch: 1,
    numResidues: chainLengths.reduce((sum, length) => sum + length, 0),
    numClusters: maxClusters ?? defaults.maxClusters,
    numExtra: maxExtra ?? defaults.maxExtra,
    numTemplates: 0,
  };
  const extra = graphCost(stages.extraBlockStage(sizes, config).graph);
  const block = graphCost(stages.evoformerStage(sizes, config).graph);
  const structure = graphCost(stages.structureStage(sizes, config).graph);
  const perPass =
    extraMsa.numBlocks * extra.operations +
    evoformer.numBlocks * block.operations +
    structure.operations;
  const numPasses = (numRecycles ?? defaults.numRecycles) + 1;
  const largest = Math.max(extra.peakBytes, block.peakBytes, structure.peakBytes);
  return {
    seconds: BASE_SECONDS + (numPasses * perPass) / SPEED,
    megabytes: Math.ceil((BASE_BYTES + largest + representationBytes(sizes, config)) / 1e6),
  };
}

/** What stays in memory between stages: representations as they were fed, as they came back, and as recycled. */
function representationBytes(
  { numResidues, numClusters, numExtra }: Alphafold2Sizes,
  { msaChannels, pairChannels, extraMsa }: Alphafold2Config,
): number {
  const pair = numResidues ** 2 * pairChannels;
  const rows = numResidues * (numClusters * msaChannels + numExtra * extraMsa.msaChannels);
  return BYTES * (3 * pair + 2 * rows);
}
