import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import type { Predictor } from '#predict/prediction';
import type { JobBus } from '#store/bus/job-bus';
import type { PredictionStore } from '#store/prediction-store';
import type { ServerSettings } from './settings.js';
import type { Caller } from './http/callers.js';
import type { EventLog } from '#server/jobs/event-log';
import type { ModelHealth } from '#server/jobs/model-health';
import type { Metrics } from './metrics.js';
import type { TemplateSearch } from './templates/template-search.js';
import type { Turns } from './turns.js';
import type { Installations } from './models/installations.js';
import type { MutantScores } from './mutants/mutant-scores.js';
import type { AttentionDesk } from './results/attention-desk.js';
import type { Outbox } from './results/outbox.js';
import type { ResultFiles } from './results/result-files.js';
import type { ReadRequest } from './http/read-request.js';
import type { RequestReader } from './http/request-reader.js';

/** Everything the app works with. */
export interface Services {
  readonly settings: ServerSettings;
  readonly store: PredictionStore;
  readonly bus: JobBus;
  /** The default first. */
  readonly predictors: readonly Predictor[];
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly events: EventLog;
  readonly results: ResultFiles;
  readonly attention: AttentionDesk;
  readonly mutants: MutantScores;
  readonly outbox: Outbox;
  /** Of what takes milliseconds of the event loop: long lists, many records. */
  readonly turns: Turns;
  readonly reader: RequestReader;
  readonly health: ModelHealth;
  readonly installations: Installations;
  readonly templateSearch: TemplateSearch;
  /** Deletes older results where the store has no room for so many bytes. @returns false where that is not enough */
  readonly makeRoom: (numBytes: number) => Promise<boolean>;
  /** Aborts when the server begins to shut down. */
  readonly shutdown: AbortSignal;
}

/** What a handler is given of a request that has passed its schema. */
export interface Call {
  readonly request: Request;
  readonly response: Response;
  readonly services: Services;
  readonly caller: Caller;
  /** Path parameter; empty where the route has none. */
  readonly id: string;
  /** Checked query. */
  readonly query: unknown;
  /** Takes in the body and reads it, with the options of the query or with these. */
  readonly readBody: (options?: unknown) => Promise<ReadRequest>;
}

/** Answers one operation. */
export type Handler = (call: Call) => Promise<void> | void;
