/** @file ESMFold and its relatives as a family: chains joined by linkers go in, what concerns real residues comes out. */
import type {
  Folded,
  FoldingControl,
  FoldingModel,
  AttentionControl,
  AttentionNetwork,
  FoldingRequest,
} from '#architectures/family';
import { templateSummary } from '#architectures/requested-templates';
import { scaffoldOf } from '#chain-folding/scaffold';
import { requireShapes } from '#execution/stage-parameters';
import { MAX_PAE } from '#layers/heads/pae';
import { predictedTmScores } from '#layers/heads/predicted-tm-scores';
import { CA_SLOT } from '#structure/residues/atoms';
import type { HostTensor } from '#tensor/tensor';
import type { FoldModelConfig } from './config.js';
import { estimatePrediction } from './estimate.js';
import { featurise, lengthWithLinkers } from './features.js';
import { fold, type FoldOutput } from './fold.js';
import { layTemplates, templatesInUse, type LaidTemplates } from './lay-templates.js';
import { foldingParameters } from './network-stages.js';
import { StageRunner } from './stage-runner.js';
import { attentionStage, languageModelAttentionStage } from './stages.js';
import { templateConfidence, type TemplateConfidence } from './template-confidence.js';

/** A model of the ESMFold family with a configuration of its own. */
export interface EsmfoldModel extends FoldingModel {
  readonly family: 'esmfold';
  readonly config: FoldModelConfig;
}

/** @param config sizes of the model */
export function esmfoldModel(config: FoldModelConfig): EsmfoldModel {
  const { languageModel } = config;
  const { numBlocks, singleChannels, singleHeadChannels } = config.trunk;
  return {
    family: 'esmfold',
    config,
    numBlocks,
    attention: [
      {
        network: 'language-model',
        numBlocks: languageModel.numLayers,
        numHeads: languageModel.numHeads,
      },
      { network: 'trunk', numBlocks, numHeads: singleChannels / singleHeadChannels },
    ],
    numRecycles: config.numRecycles,
    readsAlignments: false,
    stopsEarly: false,
    readsTemplates: config.startsFromFoldedChain ?? false,
    requireWeights(weights) {
      requireShapes(weights, foldingParameters(config));
    },
    estimate: ({ chainLengths, numRecycles = config.numRecycles, graphWeightBytes }) =>
      estimatePrediction(config, lengthWithLinkers(chainLengths), numRecycles, graphWeightBytes),
    start(engine, weights, options) {
      this.requireWeights(weights);
      const runner = new StageRunner(engine, weights, config, options);
      return {
        fold: (request, control) => foldRequest(runner, request, control),
        attention: (request, control) => tellAttention(runner, request, control),
        close: () => runner.close(),
      };
    },
  };
}

async function foldRequest(
  runner: StageRunner,
  request: FoldingRequest,
  { signal, onProgress }: FoldingControl = {},
): Promise<Folded> {
  const features = featurise(request.chains.map(({ sequence }) => sequence));
  const numRecycles = request.numRecycles ?? runner.config.numRecycles;
  const at = { numPasses: numRecycles + 1, numBlocks: runner.config.trunk.numBlocks };
  const rows = (tensor: HostTensor) => pickRows(tensor, features.residues);
  const templates = layTemplates(request);
  const scaffold = templates?.scaffold && scaffoldOf(templates.scaffold, features.aatype);
  /** The structure of a pass, and what can be said of it. */
  const judged = (structure: FoldOutput['structure']) => {
    const atom14 = rows(structure.atom14);
    const plddt = caOf(rows(structure.plddt));
    return { atom14, plddt, ...confidenceByTemplates(atom14, plddt, templates) };
  };
  const output = await fold(runner, features, {
    numRecycles,
    signal,
    scaffold,
    onBlock: (pass, block) => onProgress?.({ ...at, pass, block: block + 1 }),
    onPass: (pass, structure) => {
      const { atom14, plddt } = judged(structure);
      onProgress?.({ ...at, pass: pass + 1, block: 0, atom14, plddt });
    },
  });
  const tmTerms = pickPairs(output.pairHeads.tmTerms, features.residues);
  return {
    numRecycles,
    ...predictedTmScores(tmTerms, chainLengthsOf(request)),
    pae: pickPairs(output.pairHeads.pae, features.residues),
    ...judged(output.structure),
    maxPae: MAX_PAE,
    contacts: pickPairs(output.pairHeads.contacts, features.residues),
    embedding: meanRow(rows(output.startSingle), features.residues.length),
    ...(templates
      ? { templates: await templateSummary(request, templates.all, templatesInUse(templates)) }
      : {}),
  };
}

function chainLengthsOf({ chains }: FoldingRequest): number[] {
  return chains.map(({ sequence }) => sequence.length);
}

/** Nothing where no template was used. */
function confidenceByTemplates(
  atom14: Float32Array,
  plddt: Float32Array,
  laid: LaidTemplates | undefined,
): Partial<TemplateConfidence> {
  if (!laid?.scaffold) return {};
  const { scaffold, used: templates, query: aatype } = laid;
  const trace = atom14.filter((_, at) => Math.floor(at / 3) % 14 === CA_SLOT);
  return templateConfidence({ aatype, templates, scaffold, trace, plddt, maxPae: MAX_PAE });
}

async function tellAttention(
  runner: StageRunner,
  request: FoldingRequest,
  { onBlock, signal }: AttentionControl,
): Promise<void> {
  const features = featurise(request.chains.map(({ sequence }) => sequence));
  const tokens = features.residues.map((residue) => residue + 1); // after the start token
  const tell = (network: AttentionNetwork, block: number, attention: HostTensor): void => {
    const rows = network === 'trunk' ? features.residues : tokens;
    onBlock({ network, block, weights: pickHeads(attention, rows) });
  };
  await fold(runner, features, {
    numRecycles: request.numRecycles,
    signal,
    async onLayer(layer, inputs) {
      const scope = `esm.encoder.layer.${layer}.`;
      const { attention } = await runner.run(languageModelAttentionStage, scope, inputs);
      tell('language-model', layer, attention);
    },
    async onLastPassBlock(block, inputs) {
      const { attention } = await runner.run(attentionStage, `trunk.blocks.${block}.`, inputs);
      tell('trunk', block, attention);
    },
  });
}

/** Rows of a tensor `[1, L, ...]`. */
function pickRows({ shape, data }: HostTensor, rows: Int32Array): Float32Array {
  const size = data.length / shape[1]!;
  const picked = new Float32Array(rows.length * size);
  for (const [to, from] of rows.entries()) {
    picked.set(data.subarray(from * size, (from + 1) * size), to * size);
  }
  return picked;
}

/** Rows and columns of a tensor `[1, L, L]`. */
function pickPairs({ shape, data }: HostTensor, rows: Int32Array): Float32Array {
  const length = shape[1]!;
  const picked = new Float32Array(rows.length ** 2);
  for (const [i, row] of rows.entries()) {
    for (const [j, column] of rows.entries()) {
      picked[i * rows.length + j] = data[row * length + column]!;
    }
  }
  return picked;
}

/** Rows and columns of each head of a tensor `[1, H, L, L]`. @returns `[H, N, N]` */
function pickHeads({ shape, data }: HostTensor, rows: Int32Array): Float32Array {
  const [, numHeads, length] = shape as [number, number, number, number];
  const size = rows.length ** 2;
  const picked = new Float32Array(numHeads * size);
  for (let head = 0; head < numHeads; head++) {
    const ofHead = data.subarray(head * length ** 2, (head + 1) * length ** 2);
    picked.set(pickPairs({ shape: [1, length, length], data: ofHead }, rows), head * size);
  }
  return picked;
}

/** The value of CA among those of the 37 atoms of each residue. */
function caOf(ofAtoms: Float32Array): Float32Array {
  return Float32Array.from({ length: ofAtoms.length / 37 }, (_, i) => ofAtoms[37 * i + CA_SLOT]!);
}

function meanRow(rows: Float32Array, count: number): Float32Array {
  const mean = new Float32Array(rows.length / count);
  for (let i = 0; i < rows.length; i++) mean[i % mean.length]! += rows[i]! / count;
  return mean;
}
