import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import type { Predictor } from '#predict/prediction';
import type { JobQueue } from '#store/job-queue';
import type { PredictionStore } from '#store/prediction-store';
import type { ServerConfig } from './config.js';
import type { EventLog } from './jobs/event-log.js';
import type { Metrics } from './metrics.js';
import type { ResultCache } from './results/result-cache.js';
import type { SubmissionReader } from './jobs/submission-reader.js';

/** Everything the app works with. */
export interface AppParts {
  readonly config: ServerConfig;
  readonly store: PredictionStore;
  readonly queue: JobQueue;
  /** The default first. */
  readonly predictors: readonly Predictor[];
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly events: EventLog;
  readonly results: ResultCache;
  readonly reader: SubmissionReader;
  /** Aborts when the server begins to shut down. */
  readonly shutdown: AbortSignal;
  /** Does the model process of this server fail again and again? */
  readonly isModelFailing: () => boolean;
}

/** What a handler is given of a request that has passed its schema. */
export interface Call {
  readonly request: Request;
  readonly response: Response;
  readonly parts: AppParts;
  /** Hash of the API key; empty where keys are off. */
  readonly owner: string;
  /** Path parameter; empty where the route has none. */
  readonly id: string;
  /** Checked query. */
  readonly query: unknown;
  /** Checked JSON body, else undefined. */
  readonly json: unknown;
  /** Body as text, where it is not JSON. */
  readonly text: string;
}

/** Answers one operation. */
export type Handler = (call: Call) => Promise<void> | void;
