import type { PredictionEstimate, Workload } from '#architectures/family';
import type { Alphafold2Config, Alphafold2Sizes } from './config.js';
import { predictionBytes, stageCosts, withChunks } from './memory.js';

/** Operations of matrix products a second that two ordinary cores do; with AVX-512 up to twice as many. */
const SPEED = 1.2e11;
/** Bytes a second that they move in everything else. */
const MOVING_SPEED = 2e10;
const BASE_SECONDS = 1;

/**
 * Time and memory of a prediction on two cores, read off the graphs that it will run. Meant to refuse what cannot fit
 * and to tell people how long they will wait; `npm run bench:full-size -- alphafold2` compares it with what is measured.
 *
 * @param workload an alignment of which nothing is said is taken to be as deep as the network reads
 */
export function estimateAlphafold2(
  config: Alphafold2Config,
  workload: Workload,
): PredictionEstimate {
  const sizes = sizesOf(config, workload);
  const chunked = withChunks(config, sizes);
  const costs = stageCosts(chunked, sizes);
  const runs = {
    pass: (workload.numRecycles ?? config.defaults.numRecycles) + 1,
    template: sizes.numTemplates,
    prediction: 1,
  };
  const seconds = costs.reduce((sum, { cost, scopes, per }) => {
    const once = cost.operations / SPEED + cost.movedBytes / MOVING_SPEED;
    return sum + runs[per] * scopes.length * once;
  }, BASE_SECONDS);
  return { seconds, megabytes: Math.ceil(predictionBytes(chunked, sizes, costs) / 1e6) };
}

function sizesOf(
  { defaults, templates }: Alphafold2Config,
  { chainLengths, maxClusters, maxExtra, numRows = Infinity, numTemplates = 0 }: Workload,
): Alphafold2Sizes {
  const numClusters = Math.min(numRows, maxClusters ?? defaults.maxClusters);
  return {
    batch: 1,
    numResidues: chainLengths.reduce((sum, length) => sum + length, 0),
    numClusters,
    numExtra: Math.max(1, Math.min(numRows - numClusters, maxExtra ?? defaults.maxExtra)),
    numTemplates: templates ? Math.min(numTemplates, defaults.maxTemplates) : 0,
  };
}
