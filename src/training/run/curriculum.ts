import type { FoldModelConfig } from '#architectures/esmfold/config';
import type { Dataset } from '#training/data/dataset';
import type { NaturalSequences } from '#training/data/natural-sequences';
import { distanceObjective } from '#training/objectives/distance-objective';
import { encoderObjective } from '#training/objectives/encoder-objective';
import type { Objective } from '#training/objectives/objective';
import {
  structureObjective,
  type StructureLossWeights,
} from '#training/objectives/structure-objective';

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
  /** Prefixes of parameters that this stage leaves as they are. */
  readonly holds?: readonly string[];
  /** Prefixes of parameters whose matrices move by Muon; everything else moves by Adam. */
  readonly muon?: readonly string[];
  objective(config: FoldModelConfig, data: TrainingData): Objective;
}

const STRUCTURE_WEIGHTS: StructureLossWeights = {
  backbone: 0.5,
  localDistance: 1,
  torsion: 0.5,
  confidence: 0.2,
  alignedError: 0.2,
  connection: 1,
};

/** A stage that learns distances in windows of one size. */
function distanceStage(stage: Omit<Stage, 'objective'>, crop: number): Stage {
  return {
    ...stage,
    muon: ['trunk.blocks.'],
    objective: (config, { dataset }) =>
      distanceObjective(config, dataset, { batch: stage.batch, crop }),
  };
}

/** A stage that learns structure module and confidence in windows of one size. */
function structureStage(stage: Omit<Stage, 'objective' | 'holds'>, crop: number): Stage {
  return {
    ...stage,
    // Frames stay where the distances folded them: moving them well takes longer than there was, and breaks bonds first.
    holds: ['trunk.structure_module.bb_update.'],
    objective: (config, { dataset }) =>
      structureObjective(config, dataset, { batch: stage.batch, crop, weights: STRUCTURE_WEIGHTS }),
  };
}

/**
 * Cheap signals first: local structure from the sequence; then distances, many short windows before few long ones, at last
 * most chains whole; then frames, on chains that the distances folded.
 */
export const CURRICULUM: readonly Stage[] = [
  {
    name: 'encoder',
    steps: 6300,
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
      steps: 1300,
      warmupSteps: 100,
      peakLearningRate: 1e-3,
      batch: 4,
      runsPerStep: 2,
      evaluateEvery: 300,
    },
    64,
  ),
  distanceStage(
    {
      name: 'distances-long',
      steps: 1800,
      warmupSteps: 100,
      peakLearningRate: 7e-4,
      batch: 2,
      runsPerStep: 2,
      evaluateEvery: 300,
    },
    128,
  ),
  distanceStage(
    {
      name: 'distances-whole',
      steps: 90,
      warmupSteps: 20,
      peakLearningRate: 2e-4,
      batch: 1,
      runsPerStep: 2,
      evaluateEvery: 90,
    },
    256,
  ),
  structureStage(
    {
      name: 'structure-short',
      steps: 300,
      warmupSteps: 50,
      peakLearningRate: 7e-4,
      batch: 2,
      runsPerStep: 2,
      evaluateEvery: 300,
    },
    128,
  ),
  // Most chains whole: in windows, confidence never sees how far wrong a long chain goes.
  structureStage(
    {
      name: 'structure-long',
      steps: 2000,
      warmupSteps: 50,
      peakLearningRate: 4e-4,
      batch: 1,
      runsPerStep: 2,
      evaluateEvery: 500,
    },
    256,
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
