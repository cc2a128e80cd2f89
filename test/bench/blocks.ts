import { parseAlphafold2Config } from '#architectures/alphafold2/config-file';
import { evoformerStage, extraBlockStage } from '#architectures/alphafold2/stages';
import { ESM2, ESMFOLD_V1 } from '#architectures/esmfold/public-models';
import { blockStage, languageModelStage } from '#architectures/esmfold/stages';
import { stage } from '#execution/stage';
import { structureModule } from '#layers/structure-module/structure-module';
import { full, input } from '#tensor/ops';
import { graphOf, type Graph } from '#tensor/graph';
import type { HostTensor, Tensor } from '#tensor/tensor';
import { publishedAlphafold2Config } from '#weights/alphafold2/published-config';
import { randomTensor } from '../helpers/random.js';
import type { Benchmark } from './benchmark.js';

const BAR = 0.65;
const alphafold2 = parseAlphafold2Config(
  publishedAlphafold2Config({ has: () => true }, 'finetuning_ptm_1.pt', 'openfold'),
);

/**
 * A block of AlphaFold 2 over an alignment, of the published sizes.
 *
 * @param kind of the Evoformer, or of the stack for extra rows
 * @param n residues
 * @param rows of the alignment
 */
export function alphafold2BlockBenchmark(
  kind: 'evoformer' | 'extra',
  n: number,
  rows: number,
): Benchmark {
  const isExtra = kind === 'extra';
  const config = isExtra ? alphafold2.extraMsa : alphafold2.evoformer;
  const sizes = {
    batch: 1,
    numResidues: n,
    numClusters: rows,
    numExtra: rows,
    numTemplates: 0,
  } as const;
  const build = isExtra ? extraBlockStage : evoformerStage;
  const { outputs } = build(sizes, alphafold2).graph;
  const options = {
    globalColumns: isExtra,
    msaHeadChannels: config.msaAttention.headChannels,
    pairHeadChannels: config.pair.attention.headChannels,
  };
  return {
    name: `${isExtra ? 'extra block' : 'Evoformer block'} N=${n} rows=${rows}`,
    outputs,
    feeds: feedsOf(graphOf(outputs)),
    torch: { case: 'evoformer_block', options },
    bar: BAR,
  };
}

/**
 * A layer of an ESM-2 language model.
 *
 * @param n residues
 */
export function languageModelBenchmark(size: keyof typeof ESM2, n: number): Benchmark {
  const config = { ...ESMFOLD_V1, languageModel: ESM2[size] };
  const { hidden } = languageModelStage({ batch: 1, numResidues: n }, config).graph.outputs;
  return {
    name: `ESM-2 ${size} layer N=${n}`,
    outputs: { hidden },
    feeds: feedsOf(graphOf({ hidden })),
    torch: { case: 'language_model_layer', options: { numHeads: config.languageModel.numHeads } },
    bar: 0.8,
    int8Bar: 0.4,
  };
}

/**
 * A block of ESMFold's folding trunk.
 *
 * @param n residues
 */
export function trunkBlockBenchmark(n: number): Benchmark {
  const { outputs } = blockStage({ batch: 1, numResidues: n }, ESMFOLD_V1).graph;
  const { singleHeadChannels, pairHeadChannels } = ESMFOLD_V1.trunk;
  return {
    name: `ESMFold trunk block N=${n}`,
    outputs,
    feeds: feedsOf(graphOf(outputs)),
    torch: { case: 'trunk_block', options: { singleHeadChannels, pairHeadChannels } },
    bar: BAR,
  };
}

/**
 * What a prediction by ESMFold on the 3B language model consists of, with three recycles, but for its small parts.
 *
 * @param n residues
 */
export function predictionBenchmarks(n: number): Benchmark[] {
  const { languageModel, trunk, numRecycles } = ESMFOLD_V1;
  const numPasses = numRecycles + 1;
  return [
    { ...languageModelBenchmark('3B', n), times: languageModel.numLayers },
    { ...trunkBlockBenchmark(n), times: numPasses * trunk.numBlocks },
    { ...structureModuleBenchmark(n), times: numPasses },
  ];
}

/**
 * ESMFold's structure module up to its last frames.
 *
 * @param n residues
 */
export function structureModuleBenchmark(n: number): Benchmark {
  const sizes = ESMFOLD_V1.structureModule;
  const { graph } = stage((parameters) => {
    const single = input('single', [1, n, sizes.singleChannels]);
    const pair = input('pair', [1, n, n, sizes.pairChannels]);
    const rest = { aatype: input('aatype', [1, n], 'int32'), mask: full([1, n], 1) };
    const { state, frames } = structureModule(parameters, { single, pair, ...rest }, sizes).at(-1)!;
    return { state, quaternion: frames.quaternion, translation: frames.translation };
  });
  return {
    name: `structure module N=${n}`,
    outputs: graph.outputs,
    feeds: feedsOf(graph),
    torch: { case: 'structure_module', options: sizes },
    bar: BAR,
  };
}

function feedsOf({ inputs }: Graph): Record<string, HostTensor> {
  return Object.fromEntries(
    [...inputs].map(([name, tensor], i) => [name, numbersFor(name, tensor, i)]),
  );
}

/** Weights of the size that training gives, everything else around 0; no place is masked. */
function numbersFor(name: string, { shape }: Tensor, seed: number): HostTensor {
  if (/mask$/i.test(name)) return { shape, data: randomTensor(shape, seed).data.fill(1) };
  if (!/weight$/.test(name)) return randomTensor(shape, seed);
  if (shape.length === 1) return randomTensor(shape, seed, [0.8, 1.2]);
  const spread = shape.at(-1)! ** -0.5;
  return randomTensor(shape, seed, [-spread, spread]);
}
