import type {
  AttentionMap,
  Prediction,
  PredictionProgress,
  PredictionRequest,
} from '#predict/prediction';
import type { Device } from '#tensor/engine/device';
import type { EngineFacts } from '#tensor/engine/engine';

/** What a model process is told at its start, as JSON. */
export interface ModelTask {
  readonly pathOrName: string;
  /** Of the weights, which its parent has hashed. */
  readonly sha256: string;
  readonly device?: Device | undefined;
  readonly numThreads?: number | undefined;
  readonly sharesWeights?: boolean;
  /** How much it gives way to other processes, 0 to 19. */
  readonly niceness?: number;
}

/** What a model process computes on. */
export interface OpenedEngine {
  readonly facts: EngineFacts;
  /** Why `auto` passed over a better device whose libraries are installed. */
  readonly passedOver?: string | undefined;
}

/** What the parent asks of the model process. */
export type WorkerRequest =
  | { readonly id: number; readonly kind: 'engine' }
  | { readonly id: number; readonly kind: 'predict'; readonly request: PredictionRequest }
  | {
      readonly id: number;
      readonly kind: 'attention';
      readonly request: PredictionRequest;
      readonly select: { readonly block: number; readonly head: number };
    };

/** What the model process answers. */
export type WorkerMessage =
  | { readonly id: number; readonly kind: 'progress'; readonly progress: PredictionProgress }
  | { readonly id: number; readonly kind: 'prediction'; readonly prediction: Prediction }
  | { readonly id: number; readonly kind: 'attention'; readonly attention: AttentionMap }
  | { readonly id: number; readonly kind: 'engine'; readonly engine: OpenedEngine }
  | {
      readonly id: number;
      readonly kind: 'failed';
      /** Error code of a `FoldError`; absent for a bug. */
      readonly code?: string | undefined;
      readonly message: string;
      readonly hint?: string | undefined;
    };
