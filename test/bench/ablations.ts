/**
 * @file What each choice of codonfold-small is worth: variants learn distances for the same time, from the shipped
 * language model and a new trunk, and are compared on `val`. Needs the data set.
 *
 * `npm run bench:ablations -- --data DIR --minutes 5 shallow narrow`; all variants where none is named.
 */
import { parseArgs } from 'node:util';
import type { FoldModelConfig } from '#architectures/esmfold/config';
import { CODONFOLD_SMALL } from '#architectures/esmfold/presets';
import { forkedEngine } from '#tensor/engine/forked-engine';
import { openDataset, type Dataset } from '#training/data/dataset';
import type { WindowSizes } from '#training/data/window-data';
import {
  DISTANCE_LOSS_WEIGHTS,
  distanceObjective,
  type DistanceLossWeights,
} from '#training/objectives/distance-objective';
import { startFromModel, type TrainingStart } from '#training/run/start-from-model';
import { ADAM, newTrainingState } from '#training/run/train';
import { Trainer } from '#training/run/trainer';

/** Short runs are averaged over fewer steps. */
const EMA_DECAY = 0.98;
const PEAK_RATE = 8e-4;
const FINAL_SHARE = 0.05;
const WARM_UP_STEPS = 50;
const RUNS_PER_STEP = 2;

interface Variant {
  readonly trunk?: Partial<FoldModelConfig['trunk']>;
  readonly numRecycles?: number;
  readonly usesAttentionMaps?: boolean;
  /** What the language model starts from: the shipped weights where absent. */
  readonly startsFresh?: boolean;
  /** As many pairs in a step as others have. */
  readonly sizes?: WindowSizes;
  readonly weights?: Partial<DistanceLossWeights>;
  readonly emaDecay?: number;
  readonly peakRate?: number;
  readonly muon?: readonly string[];
  trainingSet?(dataset: Dataset): Dataset;
}

const MUON = ['trunk.blocks.'];
const SIZES: WindowSizes = { crop: 64, batch: 4 };
const VARIANTS: Readonly<Record<string, Variant>> = {
  shipped: {},
  adam: { muon: [] },
  'adam-at-three-times-the-rate': { muon: [], peakRate: 3 * PEAK_RATE },
  'muon-in-the-language-model': { muon: [...MUON, 'esm.encoder.'] },
  'narrow-and-deep': { trunk: { numBlocks: 4, pairChannels: 64 } },
  'narrower-and-deeper': { trunk: { numBlocks: 8, pairChannels: 48 } },
  shallow: { trunk: { numBlocks: 2 } },
  'wide-and-shallow': { trunk: { numBlocks: 2, pairChannels: 128 } },
  narrow: { trunk: { pairChannels: 48 } },
  'triangle-attention': { trunk: { triangleAttention: true } },
  'no-attention-maps': { usesAttentionMaps: false },
  recycling: { numRecycles: 1 },
  'long-windows': { sizes: { crop: 128, batch: 1 } },
  'short-windows': { sizes: { crop: 32, batch: 16 } },
  'every-chain-alike': { trainingSet: everyChainAlike },
  'quarter-of-the-clusters': { trainingSet: quarterOfTheClusters },
  'no-pretraining': { startsFresh: true },
  'no-hydrogen-bonds': { weights: { hydrogenBonds: 0 } },
  'distogram-alone': { weights: { hydrogenBonds: 0, localStructure: 0, residues: 0 } },
  'no-averaging': { emaDecay: 0 },
};

const NOTHING: TrainingStart['parameters'] = new Map();

/** Steps that fit into the time, and what came of them on windows that are the same for all. */
async function learn(
  variant: Variant,
  { dataset, start, seconds }: { dataset: Dataset; start: TrainingStart; seconds: number },
): Promise<{ steps: number; distogram: number }> {
  const { trunk, numRecycles = 0, sizes = SIZES, weights, emaDecay = EMA_DECAY } = variant;
  const { muon = MUON, peakRate = PEAK_RATE, usesAttentionMaps = true } = variant;
  const config = {
    ...CODONFOLD_SMALL,
    trunk: { ...CODONFOLD_SMALL.trunk, ...trunk },
    numRecycles,
    usesAttentionMaps,
  };
  const trainingSet = variant.trainingSet?.(dataset) ?? dataset;
  const parameters = variant.startsFresh ? NOTHING : languageModelOf(start);
  const state = newTrainingState('', 1, { parameters });
  const engines = Array.from({ length: RUNS_PER_STEP }, forkedEngine);
  try {
    const objective = distanceObjective(config, trainingSet, sizes, {
      ...DISTANCE_LOSS_WEIGHTS,
      ...weights,
    });
    const trainer = await Trainer.create(engines, objective, state, {
      runsPerStep: RUNS_PER_STEP,
      muon,
    });
    while (state.seconds < seconds) {
      const learningRate = peakRate * shareOfPeak(state.step, state.seconds / seconds);
      await trainer.step({ ...ADAM, emaDecay, learningRate });
    }
    await trainer.close();
    const judge = await Trainer.create(engines, distanceObjective(config, dataset, SIZES), state);
    const { distogram } = await judge.evaluate();
    await judge.close();
    return { steps: state.step, distogram: distogram! };
  } finally {
    for (const engine of engines) await engine.close();
  }
}

/** Warm-up by steps, then a cosine by time. */
function shareOfPeak(step: number, progress: number): number {
  const cosine = (1 + Math.cos(Math.PI * progress)) / 2;
  return Math.min(1, (step + 1) / WARM_UP_STEPS) * (FINAL_SHARE + (1 - FINAL_SHARE) * cosine);
}

/** Clusters of many chains are drawn more often. */
function everyChainAlike(dataset: Dataset): Dataset {
  const chains = dataset.chains.map((chain) => ({ ...chain, cluster: chain.id }));
  return { ...dataset, chains };
}

function quarterOfTheClusters(dataset: Dataset): Dataset {
  const clusters = [...new Set(dataset.chains.map(({ cluster }) => cluster))];
  const kept = new Set(clusters.filter((_, i) => i % 4 === 0));
  const chains = dataset.chains.filter(
    ({ cluster, split }) => split !== 'train' || kept.has(cluster),
  );
  return { ...dataset, chains };
}

/** A copy of the language model, so that all trunks begin alike. */
function languageModelOf({ parameters }: TrainingStart): TrainingStart['parameters'] {
  const parts = ['esm.', 'esm_s_', 'local_structure_head.'];
  const isLanguageModel = (name: string) => parts.some((part) => name.startsWith(part));
  return structuredClone(new Map([...parameters].filter(([name]) => isLanguageModel(name))));
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { data: { type: 'string' }, minutes: { type: 'string', default: '5' } },
});
if (values.data === undefined) throw new Error('say where the data set lies: --data DIR');
const dataset = await openDataset(values.data);
const start = await startFromModel('data/weights/codonfold-small', CODONFOLD_SMALL);
for (const name of positionals.length > 0 ? positionals : Object.keys(VARIANTS)) {
  const variant = VARIANTS[name];
  if (!variant) throw new Error(`"${name}" is none of ${Object.keys(VARIANTS).join(', ')}`);
  const seconds = 60 * Number(values.minutes);
  const { steps, distogram } = await learn(variant, { dataset, start, seconds });
  console.log(name.padEnd(28), `${steps} steps`.padStart(12), `${distogram.toFixed(3)} nats`);
}
