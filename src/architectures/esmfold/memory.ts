/** @file Memory that a prediction needs, and the rows of the pair representation that it updates at once. */
import type { Fitted } from '#execution/graph-runner';
import { refuseWhatCannotFit } from '#execution/refuse-what-cannot-fit';
import type { StageSizes } from '#execution/stage';
import {
  holdWeights,
  type WeightHolding,
  type WeightKeeping,
  type WeightRoom,
  type WeightSizes,
} from '#execution/weight-holding';
import { NUM_DISTOGRAM_BINS } from '#layers/heads/distogram';
import type { FoldModelConfig } from './config.js';
import type { LanguageModelConfig } from './language-model/language-model.js';
import { foldingStages, languageModelStages } from './network-stages.js';

/** Node, onnxruntime and compiled graphs. */
const BASE_BYTES = 350e6;
/** The graphs of a fold beyond those of a language model. */
const FOLD_BYTES = 100e6;
/** Copies of the pair representation that live at once: in the engine, between graphs, and not yet collected. */
const PAIR_COPIES = 21;
/** Copies of the attention maps of all layers: of each, joined, and in the engine. */
const MAP_COPIES = 3;
/** Copies of the distogram where the chain folds by it: logits, energies, and in the engine. */
const DISTOGRAM_COPIES = 3;
/** Rows updated at once may need so much: with more, a block of 384 residues took 1.4 times as long. */
const CHUNK_BYTES = 256e6;
/** Rows updated at once may need this part of the memory there is. */
const CHUNK_PART = 1 / 8;
/** Copies of the attention maps of a language-model layer that live at once, contacts included. */
const LANGUAGE_MAPS = 4;
const BYTES = 4;

/** Learned numbers of each part of a model; roughly. */
export function parameterCounts({ languageModel, trunk, structureModule }: FoldModelConfig) {
  const { channels, transitionChannels, numLayers } = languageModel;
  const { singleChannels, pairChannels, pairTransitionFactor, triangleAttention } = trunk;
  return {
    languageLayer: 4 * channels ** 2 + 2 * channels * transitionChannels,
    numLayers,
    /** Of one trunk block, those that act on each residue, and on each pair. */
    perResidue: 13 * singleChannels ** 2,
    perPair: pairChannels ** 2 * (12 + 2 * pairTransitionFactor + (triangleAttention ? 10 : 0)),
    structureModule: 20 * structureModule.singleChannels ** 2,
  };
}

function weightSizes(config: FoldModelConfig): WeightSizes {
  const { languageLayer, numLayers, perResidue, perPair, structureModule } =
    parameterCounts(config);
  const block = perResidue + perPair;
  const all = numLayers * languageLayer + config.trunk.numBlocks * block + structureModule;
  // A streamed tensor passes through a buffer in its own precision.
  const streamed = 1.5 * languageLayer + block + structureModule;
  return { decodedBytes: BYTES * all, streamedBytes: BYTES * streamed };
}

/**
 * How the weights of a folding model are held while it runs, and what they take.
 *
 * @param room that there is; of a first run where absent
 */
export function weightMemory(
  config: FoldModelConfig,
  room?: WeightRoom,
): { bytes: number; holding: WeightHolding } {
  return holdWeights(weightSizes(config), room);
}

/** Bytes that one row of the pair representation needs while it is updated. */
function rowBytes({ trunk }: FoldModelConfig, numResidues: number): number {
  const { pairChannels, pairHeadChannels, pairTransitionFactor, triangleAttention } = trunk;
  const numHeads = pairChannels / pairHeadChannels;
  const attention = triangleAttention
    ? 6 * numResidues * pairChannels + 2 * numHeads * numResidues ** 2
    : 0;
  return BYTES * Math.max(attention, 2 * pairTransitionFactor * numResidues * pairChannels);
}

/**
 * Rows of the pair representation to update at once.
 *
 * @param memoryBytes what the prediction may use
 * @returns what the configuration says, where it does; nothing for all rows
 */
export function chooseChunkSize(
  config: FoldModelConfig,
  numResidues: number,
  memoryBytes = Infinity,
): number | undefined {
  if (config.trunk.chunkSize !== undefined) return config.trunk.chunkSize;
  const budget = Math.min(CHUNK_BYTES, CHUNK_PART * memoryBytes);
  const rows = Math.max(1, Math.floor(budget / rowBytes(config, numResidues)));
  return rows < numResidues ? rows : undefined;
}

/** Numbers of each pair of residues that live at once. */
function pairChannelsAtOnce({ trunk, languageModel, ...config }: FoldModelConfig): number {
  const { numLayers, numHeads } = languageModel;
  const pair = PAIR_COPIES * trunk.pairChannels;
  const maps = config.usesAttentionMaps ? MAP_COPIES * numLayers * numHeads : 0;
  if (trunk.numBlocks === 0) return Math.max(pair, maps); // the maps are gone before much else is there
  const folds = config.startsFromFoldedChain;
  return pair + maps + (folds ? DISTOGRAM_COPIES * NUM_DISTOGRAM_BINS : 0);
}

/** What a prediction has in memory beside its weights, at most. */
function foldWorkBytes(config: FoldModelConfig, numResidues: number, memoryBytes: number): number {
  const rows = chooseChunkSize(config, numResidues, memoryBytes) ?? numResidues;
  const pairs = BYTES * numResidues ** 2 * pairChannelsAtOnce(config);
  return BASE_BYTES + FOLD_BYTES + pairs + rows * rowBytes(config, numResidues);
}

/**
 * Largest number of bytes that a prediction has in memory, weights and program included: in a first run, where nothing
 * else is said. Later runs may keep weights, but only where there is room, so this is what must be free.
 *
 * @param numResidues over all chains, linkers included
 * @param memoryBytes what it may use
 * @param keeping of weights
 */
export function predictionBytes(
  config: FoldModelConfig,
  numResidues: number,
  memoryBytes = Infinity,
  keeping: WeightKeeping = {},
): number {
  const workBytes = foldWorkBytes(config, numResidues, memoryBytes);
  return workBytes + weightMemory(config, { ...keeping, memoryBytes, workBytes }).bytes;
}

/**
 * Fits a folding model to memory: by the rows that it updates at once, and by how it holds its weights.
 *
 * @param memoryBytes what the prediction may use
 * @param keeping of weights
 * @throws {@link FoldError} `MEMORY_ESTIMATE` when it cannot fit
 */
export function fitFolding(
  config: FoldModelConfig,
  sizes: StageSizes,
  memoryBytes: number,
  keeping: WeightKeeping = {},
): Fitted<FoldModelConfig> {
  const { batch, numResidues } = sizes;
  const share = memoryBytes / batch;
  refuseWhatCannotFit(`${numResidues} residues`, {
    needed: predictionBytes(config, numResidues, share, keeping.areInGraphs ? keeping : {}),
    available: share,
  });
  const workBytes = batch * foldWorkBytes(config, numResidues, share);
  const { holding } = weightMemory(config, { ...keeping, memoryBytes, workBytes });
  const chunkSize = chooseChunkSize(config, numResidues, share);
  const chunked =
    chunkSize === undefined ? config : { ...config, trunk: { ...config.trunk, chunkSize } };
  const graphs = () => foldingStages(chunked).map(({ build }) => build(sizes, chunked).graph);
  return { config: chunked, holding, graphs };
}

/**
 * Lets a language model run where it fits; only how it holds its weights is adapted.
 *
 * @param memoryBytes what the run may use
 * @param keeping of weights
 * @throws {@link FoldError} `MEMORY_ESTIMATE` when it cannot fit
 */
export function fitLanguageModel(
  config: LanguageModelConfig,
  sizes: StageSizes,
  memoryBytes: number,
  keeping: WeightKeeping = {},
): Fitted<LanguageModelConfig> {
  refuseWhatCannotFit(`${sizes.numResidues} residues`, {
    needed: languageModelBytes(config, sizes),
    available: memoryBytes,
  });
  const workBytes = languageWorkBytes(config, sizes);
  const room = { ...keeping, memoryBytes, workBytes };
  const graphs = () => languageModelStages(config).map(({ build }) => build(sizes, config).graph);
  return { config, holding: holdWeights(languageWeightSizes(config), room).holding, graphs };
}

/** Largest number of bytes that the first run of a language model has in memory, weights and program included. */
export function languageModelBytes(config: LanguageModelConfig, sizes: StageSizes): number {
  return languageWorkBytes(config, sizes) + holdWeights(languageWeightSizes(config)).bytes;
}

function languageWeightSizes({
  numLayers,
  channels,
  transitionChannels,
}: LanguageModelConfig): WeightSizes {
  const layer = 4 * channels ** 2 + 2 * channels * transitionChannels;
  return { decodedBytes: BYTES * numLayers * layer, streamedBytes: 1.5 * BYTES * layer };
}

function languageWorkBytes(
  { channels, transitionChannels, numHeads }: LanguageModelConfig,
  { batch, numResidues }: StageSizes,
): number {
  const perToken = 10 * channels + 3 * transitionChannels + LANGUAGE_MAPS * numHeads * numResidues;
  return BASE_BYTES + BYTES * batch * (numResidues + 2) * perToken;
}
