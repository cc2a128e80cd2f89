/**
 * @file What each choice of codonfold-small is worth: variants learn distances for the same time, from the shipped
 * language model and a new trunk, and are compared on `val`. Needs the data set.
 *
 * `npm run bench:ablations -- --data DIR --minutes 5 deep wide`; all variants where none is named.
 */
import { parseArgs } from 'node:util';
import type { FoldModelConfig } from '#model/config';
import { CODONFOLD_SMALL } from '#model/presets';
import { forkedEngine } from '#tensor/engine/forked-engine';
import { openDataset, type Dataset } from '#training/dataset';
import { distanceObjective } from '#training/distance-objective';
import { startFromModel, type TrainingStart } from '#training/start-from-model';
import { ADAM, newTrainingState } from '#training/train';
import { Trainer } from '#training/trainer';

/** Short runs are averaged over fewer steps. */
const EMA_DECAY = 0.98;
const PEAK_RATE = 8e-4;
const WARM_UP_STEPS = 50;
const RUNS_PER_STEP = 2;

interface Variant {
  readonly trunk?: Partial<FoldModelConfig['trunk']>;
  /** Residues of a window, and windows in a run: as many pairs in a step as others have. */
  readonly sizes?: { readonly crop: number; readonly batch: number };
  readonly startsFresh?: boolean;
  readonly samplesChains?: boolean;
}

const SIZES = { crop: 64, batch: 4 };
const VARIANTS: Readonly<Record<string, Variant>> = {
  shipped: {},
  deep: { trunk: { numBlocks: 8, pairChannels: 48 } },
  shallow: { trunk: { numBlocks: 2, pairChannels: 96 } },
  narrow: { trunk: { pairChannels: 32 } },
  'triangle-attention': { trunk: { triangleAttention: true } },
  'long-windows': { sizes: { crop: 128, batch: 1 } },
  'short-windows': { sizes: { crop: 32, batch: 16 } },
  'every-chain-alike': { samplesChains: true },
  'no-language-model-training': { startsFresh: true },
};

const NOTHING: TrainingStart['parameters'] = new Map();

async function learn(
  { trunk, sizes = SIZES, startsFresh = false, samplesChains = false }: Variant,
  { dataset, start, seconds }: { dataset: Dataset; start: TrainingStart; seconds: number },
): Promise<{ steps: number; distogram: number }> {
  const config = { ...CODONFOLD_SMALL, trunk: { ...CODONFOLD_SMALL.trunk, ...trunk } };
  const chains = dataset.chains.map((chain) => ({ ...chain, cluster: chain.id }));
  const objective = distanceObjective(
    config,
    samplesChains ? { ...dataset, chains } : dataset,
    sizes,
  );
  const state = newTrainingState('', 1, {
    parameters: startsFresh ? NOTHING : languageModelOf(start),
  });
  const engines = Array.from({ length: RUNS_PER_STEP }, forkedEngine);
  try {
    const trainer = await Trainer.create(engines, objective, state, { runsPerStep: RUNS_PER_STEP });
    while (state.seconds < seconds) {
      const learningRate = PEAK_RATE * Math.min(1, (state.step + 1) / WARM_UP_STEPS);
      await trainer.step({ ...ADAM, emaDecay: EMA_DECAY, learningRate });
    }
    const { distogram } = await trainer.evaluate();
    await trainer.close();
    return { steps: state.step, distogram: distogram! };
  } finally {
    for (const engine of engines) await engine.close();
  }
}

/** A copy of the language model, so that all trunks begin alike. */
function languageModelOf({ parameters }: TrainingStart): TrainingStart['parameters'] {
  const isLanguageModel = (name: string) => name.startsWith('esm') || name.startsWith('local');
  return structuredClone(new Map([...parameters].filter(([name]) => isLanguageModel(name))));
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { data: { type: 'string' }, minutes: { type: 'string', default: '5' } },
});
if (values.data === undefined) throw new Error('say where the data set lies: --data DIR');
const dataset = await openDataset(values.data);
const start = await startFromModel('data/weights/codonfold-small');
for (const name of positionals.length > 0 ? positionals : Object.keys(VARIANTS)) {
  const variant = VARIANTS[name];
  if (!variant) throw new Error(`"${name}" is none of ${Object.keys(VARIANTS).join(', ')}`);
  const seconds = 60 * Number(values.minutes);
  const { steps, distogram } = await learn(variant, { dataset, start, seconds });
  console.log(name.padEnd(28), `${steps} steps`.padStart(12), `${distogram.toFixed(3)} nats`);
}
