import type { FoldModelConfig } from '#model/config';
import { encoderObjective } from './encoder-objective.js';
import type { Dataset } from './dataset.js';
import type { NaturalSequences } from './natural-sequences.js';
import type { Objective } from './objective.js';

/** What training reads. */
export interface TrainingData {
  readonly dataset: Dataset;
  readonly natural: NaturalSequences | undefined;
}

/** One stage of training. */
export interface Stage {
  readonly name: string;
  readonly steps: number;
  readonly warmupSteps: number;
  readonly peakLearningRate: number;
  /** Examples in one step. */
  readonly batch: number;
  /** Steps between two evaluations. */
  readonly evaluateEvery: number;
  objective(config: FoldModelConfig, data: TrainingData): Objective;
}

/** Cheap signals first: local structure from the sequence, then distances, then frames. */
export const CURRICULUM: readonly Stage[] = [
  {
    name: 'encoder',
    steps: 6000,
    warmupSteps: 200,
    peakLearningRate: 1e-3,
    batch: 16,
    evaluateEvery: 300,
    objective: (config, data) =>
      encoderObjective(config, data, { batch: 16, crop: 128, residueWeight: 0.5 }),
  },
];

/** Share of the peak learning rate that a stage ends with. */
const FINAL_SHARE = 0.1;

/** Linear warm-up, then a cosine down to a tenth of the peak. */
export function learningRate(
  { steps, warmupSteps, peakLearningRate }: Stage,
  step: number,
): number {
  if (step < warmupSteps) return (peakLearningRate * (step + 1)) / warmupSteps;
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, steps - warmupSteps));
  const cosine = (1 + Math.cos(Math.PI * progress)) / 2;
  return peakLearningRate * (FINAL_SHARE + (1 - FINAL_SHARE) * cosine);
}
