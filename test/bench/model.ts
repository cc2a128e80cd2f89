import type { FoldModelConfig } from '#architectures/esmfold/config';
import { CODONFOLD_SMALL } from '#architectures/esmfold/presets';
import * as stages from '#architectures/esmfold/stages';
import type { Stage, StageSizes } from '#execution/stage';
import { sizeOf } from '#tensor/shape';
import type { HostTensor, Tensor } from '#tensor/tensor';
import { randomTensor } from '../helpers/random.js';
import type { Benchmark } from './benchmark.js';

const { languageModel, trunk, numRecycles } = CODONFOLD_SMALL;
const NUM_PASSES = numRecycles + 1;

type StageBuilder = (sizes: StageSizes, config: FoldModelConfig) => Stage;

/** The stages of a prediction, and how often each runs. */
const STAGES: Readonly<Record<string, readonly [StageBuilder, number]>> = {
  'language-model layer': [stages.languageModelStage, languageModel.numLayers],
  embedder: [stages.embedStage, 1],
  'start of the pairs': [stages.pairStartStage, 1],
  'start of a pass': [stages.passStage, NUM_PASSES],
  'trunk block': [stages.blockStage, NUM_PASSES * trunk.numBlocks],
  'structure module': [stages.structureStage, NUM_PASSES],
  'pair heads': [stages.pairHeadStage, 1],
};

/**
 * Each stage of the model that we ship, with random weights.
 *
 * @param n residues
 * @param batch sequences in one call
 */
export function modelBenchmarks(n: number, batch = 1): Benchmark[] {
  return Object.entries(STAGES).map(([name, [build, times]]) => {
    const { graph } = build({ batch, numResidues: n }, CODONFOLD_SMALL);
    const feeds = [...graph.inputs].map(([input, tensor]) => [input, numbersFor(input, tensor)]);
    return {
      name: `${name} N=${n}`,
      outputs: graph.outputs,
      feeds: Object.fromEntries(feeds) as Benchmark['feeds'],
      times,
    };
  });
}

function numbersFor(name: string, { shape, dtype }: Tensor): HostTensor {
  if (dtype === 'int32') return { shape, data: new Int32Array(sizeOf(shape)) };
  if (/mask$/i.test(name)) return { shape, data: new Float32Array(sizeOf(shape)).fill(1) };
  return randomTensor(shape, 1, [-0.1, 0.1]);
}
