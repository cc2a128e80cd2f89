import type { PredictionEstimate } from '#architectures/family';
import { lengthBucket } from '#execution/length-bucket';
import type { FoldModelConfig } from './config.js';
import { parameterCounts, predictionBytes, weightMemory } from './memory.js';

const BASE_SECONDS = 0.7;
/** Floating-point operations a second that two ordinary cores do on these graphs; with AVX-512 twice as many. */
const SPEED = 8e10;
/** Seconds to fold and relax a chain by its distances, for each pair of residues. */
const FOLDING_SECONDS = 2e-5;
/** Weights a second that are read from the page cache and decoded. */
const READING_SPEED = 1e9;

/**
 * Time and memory of a prediction on two cores. Meant to refuse what cannot fit and to tell people how long they
 * will wait; `npm run bench:full-size` compares it with what is measured.
 *
 * @param numResidues over all chains
 * @param graphWeightBytes of weights that are part of graphs; absent where they are fed
 */
export function estimatePrediction(
  config: FoldModelConfig,
  numResidues: number,
  numRecycles: number,
  graphWeightBytes?: number,
): PredictionEstimate {
  const { languageLayer, numLayers, perResidue, perPair, structureModule } =
    parameterCounts(config);
  const { numBlocks, pairChannels, triangleAttention } = config.trunk;
  const pairs = numResidues ** 2;
  const passes = numRecycles + 1;
  const perBlock =
    numResidues * perResidue +
    pairs * perPair +
    pairs * numResidues * pairChannels * (triangleAttention ? 6 : 2);
  const operations =
    2 *
    (numResidues * numLayers * languageLayer +
      passes * (numBlocks * perBlock + numResidues * structureModule));
  const streamed = numLayers * languageLayer + passes * numBlocks * (perResidue + perPair);
  const folding = config.startsFromFoldedChain ? passes * pairs * FOLDING_SECONDS : 0;
  const reading = weightMemory(config).holding === 'streamed' ? streamed / READING_SPEED : 0;
  const bytes =
    graphWeightBytes === undefined
      ? predictionBytes(config, numResidues)
      : predictionBytes(config, lengthBucket(numResidues), Infinity, {
          keptBytes: graphWeightBytes,
          areInGraphs: true,
        });
  return {
    seconds: BASE_SECONDS + operations / SPEED + folding + reading,
    megabytes: Math.ceil(bytes / 1e6),
  };
}
