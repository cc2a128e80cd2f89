import type { PackedAttention } from '#predict/packed-attention';
import type { Prediction, PredictionProgress, PredictionRequest } from '#predict/prediction';
import type { KnownModelFiles } from './load-model.js';
import type { EngineFacts } from '#tensor/engine/engine';
import type { EngineWishes } from '#tensor/engine/open-engine';

/** What a model process is told at its start, as JSON. */
export interface ModelTask extends Pick<EngineWishes, 'device' | 'precision' | 'numThreads'> {
  readonly pathOrName: string;
  /** What its parent has found. */
  readonly known: KnownModelFiles;
  /** Whether other processes run the same model: large weights then stay in the page cache, once for all. */
  readonly sharesWeights?: boolean;
}

/** What a model process computes on. */
export interface OpenedEngine {
  readonly facts: EngineFacts;
  /** Why `auto` passed over a better device whose libraries are installed. */
  readonly passedOver?: string | undefined;
}

/** What the parent asks of the model process. */
export type ModelQuestions = {
  readonly engine: () => OpenedEngine;
  readonly predict: (
    request: PredictionRequest,
    tell: (progress: PredictionProgress) => void,
  ) => Prediction;
  readonly attention: (
    request: PredictionRequest,
    tell: (attention: PackedAttention) => void,
  ) => void;
};
