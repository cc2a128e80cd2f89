/** @file AlphaFold 2 as a family: chains and their alignment go in, a structure with its confidence comes out. */
import type { Alignment } from '#alignment/alignment';
import { alignmentOfChains } from '#alignment/alignment-of-chains';
import { coverageOf } from '#alignment/coverage';
import { FoldError } from '#errors';
import {
  alignmentId,
  type AlignmentSummary,
  type Folded,
  type FoldingControl,
  type FoldingModel,
  type FoldingRequest,
  type PredictionEstimate,
  type RequestedAlignment,
} from '#architectures/family';
import { templateSummary } from '#architectures/requested-templates';
import { requireShapes } from '#execution/stage-parameters';
import { MAX_PAE } from '#layers/heads/pae';
import { predictedTmScores } from '#layers/heads/predicted-tm-scores';
import type { HostTensor } from '#tensor/tensor';
import type { Alphafold2Config } from './config.js';
import { estimateAlphafold2 } from './estimate.js';
import { featurise, type RowSampling } from './features/featurise.js';
import { fold, numBlocksOf } from './fold.js';
import { layTemplates } from './features/lay-templates.js';
import { alphafold2Parameters } from './network-stages.js';
import { Alphafold2Runner } from './runner.js';

/** A model of the AlphaFold 2 family with a configuration of its own. */
export interface Alphafold2Model extends FoldingModel {
  readonly family: 'alphafold2';
  readonly config: Alphafold2Config;
}

/**
 * @param config sizes of the network
 * @throws FoldError `WEIGHTS_MISMATCH` where it has no head for aligned errors
 */
export function alphafold2Model(config: Alphafold2Config): Alphafold2Model {
  const { defaults } = config;
  if (!config.predictsAlignedError)
    throw new FoldError('WEIGHTS_MISMATCH', 'this network predicts no aligned error', {
      hint: 'take the model of the same number with "ptm" in its name',
    });
  return {
    family: 'alphafold2',
    config,
    numBlocks: numBlocksOf({ config }),
    attention: [], // none is shown
    numRecycles: defaults.numRecycles,
    readsAlignments: true,
    stopsEarly: true,
    readsTemplates: config.templates !== undefined,
    requireWeights(weights) {
      requireShapes(weights, alphafold2Parameters(config));
    },
    estimate: remembered((workload) => estimateAlphafold2(config, workload)),
    start(engine, weights, options) {
      const runner = new Alphafold2Runner(engine, weights, config, options);
      return {
        fold: (request, control) => foldRequest(runner, request, control),
        attention: () =>
          Promise.reject(
            new FoldError('REQUEST_INVALID', 'attention of AlphaFold 2 models is not shown'),
          ),
        close: () => runner.close(),
      };
    },
  };
}

/** Estimates that are kept: lists of models ask for the same few, and each takes a good part of a second. */
const MAX_REMEMBERED = 1000;

/** The same estimates, each made once. */
function remembered(estimate: FoldingModel['estimate']): FoldingModel['estimate'] {
  const known = new Map<string, PredictionEstimate>();
  return (workload) => {
    const key = JSON.stringify(workload);
    const made = known.get(key) ?? estimate(workload);
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(key, made);
    return made;
  };
}

async function foldRequest(
  runner: Alphafold2Runner,
  request: FoldingRequest,
  { signal, onProgress }: FoldingControl = {},
): Promise<Folded> {
  const chains = request.chains.map(({ sequence }) => sequence);
  const alignment =
    request.alignment &&
    alignmentOfChains(chains, new TextEncoder().encode(request.alignment.text));
  const sampling = samplingOf(request.alignment, runner.config);
  const templates = layTemplates(request, runner.config.defaults);
  const features = featurise({ chains, alignment, templates: templates?.placed }, sampling);
  const numRecycles = request.numRecycles ?? runner.config.defaults.numRecycles;
  const at = { numPasses: numRecycles + 1, numBlocks: numBlocksOf(runner) };
  const output = await fold(runner, features, {
    numRecycles,
    recycleTolerance: request.recycleTolerance,
    signal,
    onBlock: (pass, block) => onProgress?.({ ...at, pass, block: block + 1 }),
    onPass: (pass, { atom14, plddt, change }) =>
      onProgress?.({
        ...at,
        pass: pass + 1,
        block: 0,
        atom14: atom14.data as Float32Array,
        plddt: plddt.data as Float32Array,
        ...(change === undefined ? {} : { change }),
      }),
  });
  return {
    numRecycles: output.numPasses - 1,
    ...recyclingOf(request, numRecycles),
    atom14: output.atom14.data as Float32Array,
    plddt: output.plddt.data as Float32Array,
    ...predictedTmScores(
      output.tmTerms!.data,
      chains.map(({ length }) => length),
    ),
    pae: output.pae!.data as Float32Array,
    maxPae: MAX_PAE,
    contacts: output.contacts.data as Float32Array,
    embedding: meanRow(output.single),
    ...(request.alignment && alignment
      ? { alignment: await summaryOf(request.alignment, alignment) }
      : {}),
    ...(templates
      ? { templates: await templateSummary(request, templates.all, templates.used) }
      : {}),
  };
}

function recyclingOf(
  { recycleTolerance: tolerance }: FoldingRequest,
  mostRecycles: number,
): Pick<Folded, 'recycling'> {
  return tolerance === undefined ? {} : { recycling: { mostRecycles, tolerance } };
}

function samplingOf(
  { maxClusters, maxExtra, sampling = 'random', seed = 0 }: Partial<RequestedAlignment> = {},
  { defaults }: Alphafold2Config,
): RowSampling {
  return {
    maxClusters: maxClusters ?? defaults.maxClusters,
    maxExtra: maxExtra ?? defaults.maxExtra,
    sampling,
    seed,
  };
}

async function summaryOf(
  requested: RequestedAlignment,
  alignment: Alignment,
): Promise<AlignmentSummary> {
  const { numRows, effectiveNumber, depth, bands } = coverageOf(alignment);
  const { numColumns } = alignment;
  return {
    request: await alignmentId(requested),
    numRows,
    effectiveNumber: Number(effectiveNumber.value.toFixed(2)),
    depth: Array.from(depth),
    bands: Array.from(bands.identity, (identity, band) => ({
      identity: Number(identity.toFixed(4)),
      covered: Array.from(
        bands.covered.subarray(band * numColumns, (band + 1) * numColumns),
        (share) => Math.round((100 * share) / 255),
      ),
    })),
  };
}

/** Mean over the N residues of a representation `[N, C]`. */
function meanRow({ shape, data }: HostTensor): Float32Array {
  const [numResidues, numChannels] = shape as [number, number];
  const mean = new Float32Array(numChannels);
  for (let i = 0; i < data.length; i++) mean[i % numChannels]! += data[i]! / numResidues;
  return mean;
}
