/** @file Memory that a prediction needs, read off the graphs that it runs, and how it is made to fit. */
import type { Fitted } from '#execution/graph-runner';
import { graphCost, type GraphCost } from '#execution/graph-cost';
import { refuseWhatCannotFit } from '#execution/refuse-what-cannot-fit';
import {
  holdWeights,
  type WeightHolding,
  type WeightKeeping,
  type WeightRoom,
  type WeightSizes,
} from '#execution/weight-holding';
import { sizeOf } from '#tensor/shape';
import type { Alphafold2Config, Alphafold2Sizes } from './config.js';
import { NUM_MSA_CHANNELS } from './features/network-input.js';
import { alphafold2Parameters, networkStages, type NetworkStage } from './network-stages.js';

const BYTES = 4;
/** Node, onnxruntime and compiled graphs. */
const BASE_BYTES = 450e6;
/** What engines take beyond what a graph's results need, as memory is had in pieces that double in size. */
const ENGINE_OVERHEAD = 1.6;
/** Of chains up to {@link CHUNKED_LENGTH}, what a piece of a layer takes; larger pieces are slower. */
const CHUNK_BYTES = 256e6;
/** Pieces grow with the pair representation of longer chains, so that their number does not. */
const CHUNKED_LENGTH = 512;
/** A piece of a layer takes at most this part of the memory there is, */
const CHUNK_PART = 1 / 8;
/** but not less than this part of what it would else. */
const LEAST_CHUNK = 1 / 8;
/**
 * Graphs stay compiled where all of them take no more than this. An engine keeps the memory of each that is; to compile
 * larger ones again in each pass takes a small part of the pass.
 */
const KEPT_BYTES = 0.5e9;

/** A stage with what one run of it takes. */
export interface StageCost extends NetworkStage {
  readonly cost: GraphCost;
}

/** What each stage takes that a prediction of these sizes runs. */
export function stageCosts(config: Alphafold2Config, sizes: Alphafold2Sizes): StageCost[] {
  const { templates, ...withoutTemplates } = config;
  const run = sizes.numTemplates > 0 && templates ? config : withoutTemplates;
  return networkStages(run).map((stage) => ({
    ...stage,
    cost: graphCost(stage.build(sizes, run).graph),
  }));
}

/** The configuration with pieces of layers as large as they are in so much memory. */
export function withChunks(
  config: Alphafold2Config,
  { numResidues }: Alphafold2Sizes,
  memoryBytes = Infinity,
): Alphafold2Config {
  if (config.chunkBytes !== undefined) return config;
  const best = CHUNK_BYTES * Math.max(1, (numResidues / CHUNKED_LENGTH) ** 2);
  const most = Math.max(LEAST_CHUNK * best, CHUNK_PART * memoryBytes);
  return { ...config, chunkBytes: Math.min(best, most) };
}

/** What a prediction has in memory beside its weights. */
interface Work {
  readonly bytes: number;
  /** Whether only the graph that runs is compiled. */
  readonly oneGraphAtOnce: boolean;
}

function workOf(
  config: Alphafold2Config,
  sizes: Alphafold2Sizes,
  costs: readonly StageCost[],
): Work {
  const engine = costs.map(({ cost }) => ENGINE_OVERHEAD * cost.peakBytes);
  const allGraphs = engine.reduce((sum, bytes) => sum + bytes);
  const oneGraphAtOnce = allGraphs > KEPT_BYTES;
  const graphs = oneGraphAtOnce ? Math.max(...engine) : allGraphs;
  return { bytes: BASE_BYTES + heldBytes(config, sizes) + graphs, oneGraphAtOnce };
}

/** Features, and representations on their way from graph to graph. */
function heldBytes(config: Alphafold2Config, sizes: Alphafold2Sizes): number {
  const { numResidues, numClusters, numExtra, numTemplates } = sizes;
  const { msaChannels, pairChannels, extraMsa, templates } = config;
  const pair = numResidues ** 2 * pairChannels;
  const rows = (numClusters + numTemplates) * msaChannels;
  const waiting = numExtra * extraMsa.msaChannels;
  const features = numClusters * NUM_MSA_CHANNELS + 4 * numExtra;
  const templatePairs = numTemplates * numResidues ** 2 * (templates?.channels ?? 0);
  // Before a block, after it, and not yet collected.
  const moving = 3 * pair + numResidues * Math.max(3 * rows, rows + 3 * waiting);
  return BYTES * (moving + numResidues * features + templatePairs + numResidues ** 2);
}

/** Names of tensors of a block that is not the first of its stack. */
const LATER_BLOCK = /\.blocks\.[1-9]/;

function weightSizes(config: Alphafold2Config): WeightSizes {
  const parameters = [...alphafold2Parameters(config)];
  const bytesOf = (shapes: typeof parameters) =>
    shapes.reduce((sum, [, shape]) => sum + BYTES * sizeOf(shape), 0);
  return {
    decodedBytes: bytesOf(parameters),
    // A streamed tensor passes through a buffer in its own precision.
    streamedBytes: 1.5 * bytesOf(parameters.filter(([name]) => !LATER_BLOCK.test(name))),
  };
}

/**
 * How the weights of a network are held while it runs, and what they take.
 *
 * @param room that there is; of a first run where absent
 */
function weightMemory(
  config: Alphafold2Config,
  room?: WeightRoom,
): { bytes: number; holding: WeightHolding } {
  return holdWeights(weightSizes(config), room);
}

/**
 * Bytes that a prediction takes, weights and program included.
 *
 * @param costs of all stages, as {@link stageCosts} gives them
 */
export function predictionBytes(
  config: Alphafold2Config,
  sizes: Alphafold2Sizes,
  costs: readonly StageCost[],
): number {
  return workOf(config, sizes, costs).bytes + weightMemory(config).bytes;
}

/**
 * Fits a network to memory: by the rows that it updates at once, and by how it holds its weights.
 *
 * @param memoryBytes what the prediction may use
 * @param keeping of weights
 * @throws FoldError `MEMORY_ESTIMATE` when it cannot fit
 */
export function fitAlphafold2(
  config: Alphafold2Config,
  sizes: Alphafold2Sizes,
  memoryBytes: number,
  keeping: WeightKeeping = {},
): Fitted<Alphafold2Config> {
  const chunked = withChunks(config, sizes, memoryBytes);
  const costs = stageCosts(chunked, sizes);
  const { bytes, oneGraphAtOnce } = workOf(chunked, sizes, costs);
  const room = { ...keeping, memoryBytes, workBytes: bytes };
  refuseWhatCannotFit(`${sizes.numResidues} residues`, {
    needed: bytes + weightMemory(config, keeping.areInGraphs ? room : undefined).bytes,
    available: memoryBytes,
  });
  const { holding } = weightMemory(config, room);
  const graphs = () => costs.map(({ build }) => build(sizes, chunked).graph);
  return { config: chunked, holding, oneGraphAtOnce, graphs };
}
