import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import type { Predictor } from '#predict/prediction';
import type { JobQueue } from '#store/queue/job-queue';
import type { PredictionStore } from '#store/prediction-store';
import type { ServerConfig } from './config.js';
import type { Caller } from './http/callers.js';
import type { EventLog } from '#server/jobs/event-log';
import type { Metrics } from './metrics.js';
import type { ResultCache } from '#server/results/result-cache';
import type { SubmissionReader } from '#server/jobs/submission-reader';

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
  readonly caller: Caller;
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
