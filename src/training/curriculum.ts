import type { FoldModelConfig } from '#model/config';
import { encoderObjective } from './encoder-objective.js';
import { distanceObjective } from './distance-objective.js';
import { foldObjective, type FoldLossWeights } from './fold-objective.js';
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
  /** Examples in one run of the graph. */
  readonly batch: number;
  /** Runs in one step; 1 where absent. */
  readonly runsPerStep?: number;
  /** Steps between two evaluations. */
  readonly evaluateEvery: number;
  /** Prefixes of parameters that begin anew with this stage. */
  readonly restarts?: readonly string[];
  objective(config: FoldModelConfig, data: TrainingData): Objective;
}

const FOLD_WEIGHTS: FoldLossWeights = {
  backbone: 1,
  torsion: 0.5,
  distogram: 1,
  confidence: 0.05,
  alignedError: 0.05,
  connection: 1,
  localStructure: 0.2,
};

/** A stage that learns distances in windows of one size. */
function distanceStage(stage: Omit<Stage, 'objective'>, crop: number): Stage {
  return {
    ...stage,
    objective: (config, { dataset }) =>
      distanceObjective(config, dataset, { batch: stage.batch, crop }),
  };
}

/** A stage that folds windows of one size. */
function foldStage(
  stage: Omit<Stage, 'objective'>,
  crop: number,
  weights: FoldLossWeights = FOLD_WEIGHTS,
): Stage {
  return {
    ...stage,
    objective: (config, { dataset }) =>
      foldObjective(config, dataset, { batch: stage.batch, crop, weights }),
  };
}

/** Cheap signals first: local structure from the sequence; then folding, many short windows before few long ones. */
export const CURRICULUM: readonly Stage[] = [
  {
    name: 'encoder',
    steps: 3500,
    warmupSteps: 200,
    peakLearningRate: 1e-3,
    batch: 8,
    runsPerStep: 2,
    evaluateEvery: 300,
    objective: (config, data) =>
      encoderObjective(config, data, { batch: 8, crop: 128, residueWeight: 0.5 }),
  },
  distanceStage(
    {
      name: 'distances-short',
      steps: 2400,
      warmupSteps: 100,
      peakLearningRate: 8e-4,
      batch: 4,
      runsPerStep: 2,
      evaluateEvery: 300,
    },
    64,
  ),
  distanceStage(
    {
      name: 'distances-long',
      steps: 3000,
      warmupSteps: 100,
      peakLearningRate: 6e-4,
      batch: 2,
      runsPerStep: 2,
      evaluateEvery: 300,
    },
    128,
  ),
  foldStage(
    {
      name: 'fold-final',
      steps: 900,
      warmupSteps: 20,
      peakLearningRate: 2e-4,
      batch: 1,
      evaluateEvery: 300,
    },
    144,
  ),
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
