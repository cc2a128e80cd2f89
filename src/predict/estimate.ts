import type { FoldModelConfig } from '#model/config';
import type { PredictionEstimate } from './prediction.js';

/** Node, onnxruntime and compiled graphs. */
const BASE_MEGABYTES = 260;
const BASE_SECONDS = 0.7;
/** Copies of the pair representation that live at once in a block. */
const PAIR_COPIES = 14;
/** Floating-point operations a second that two ordinary cores do on these graphs. */
const SPEED = 3e10;

/** Learned numbers of the language model, of one trunk block, and of the structure module; roughly. */
function parameterCounts({ languageModel, trunk, structureModule }: FoldModelConfig) {
  const { channels, transitionChannels, numLayers } = languageModel;
  const { singleChannels, pairChannels, pairTransitionFactor, triangleAttention } = trunk;
  return {
    languageModel: numLayers * (4 * channels ** 2 + 2 * channels * transitionChannels),
    perResidue: 13 * singleChannels ** 2,
    perPair: pairChannels ** 2 * (12 + 2 * pairTransitionFactor + (triangleAttention ? 10 : 0)),
    structureModule: 20 * structureModule.singleChannels ** 2,
  };
}

/**
 * Time and memory of a prediction on two cores. Meant to refuse what cannot fit and to tell people how long they
 * will wait; `npm run bench` compares it with what is measured.
 *
 * @param numResidues over all chains
 */
export function estimatePrediction(
  config: FoldModelConfig,
  numResidues: number,
  numRecycles: number,
): PredictionEstimate {
  const counts = parameterCounts(config);
  const { numBlocks, pairChannels, triangleAttention, pairHeadChannels, chunkSize } = config.trunk;
  const pairs = numResidues ** 2;
  const perBlock =
    numResidues * counts.perResidue +
    pairs * counts.perPair +
    pairs * numResidues * pairChannels * (triangleAttention ? 6 : 2);
  const passes = numRecycles + 1;
  const operations =
    2 *
    (numResidues * counts.languageModel +
      passes * (numBlocks * perBlock + numResidues * counts.structureModule));
  const attentionHeads = triangleAttention ? pairChannels / pairHeadChannels : 0;
  const attention = 2 * attentionHeads * pairs * Math.min(numResidues, chunkSize ?? numResidues);
  const numbers = PAIR_COPIES * pairs * pairChannels + attention;
  const weights = counts.languageModel + numBlocks * (counts.perResidue + counts.perPair);
  return {
    seconds: BASE_SECONDS + operations / SPEED,
    megabytes: Math.ceil(BASE_MEGABYTES + (4 * (numbers + weights)) / 1e6),
  };
}
