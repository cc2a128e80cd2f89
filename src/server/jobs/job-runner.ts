import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { FoldError } from '#errors';
import type { Prediction, PredictionProgress, Predictor } from '#predict/prediction';
import { serialisePrediction } from '#predict/files/serialise';
import type { JobQueue } from '#store/queue/job-queue';
import type { JobError, JobRecord, Run } from '#store/job';
import type { PredictionStore } from '#store/prediction-store';
import type { ServerConfig } from '#server/config';
import { type JobEventData, progressEvents, statusEvent } from './job-events.js';
import type { Metrics } from '#server/metrics';

/** Pause before something is tried again that failed for reasons outside. */
const RETRY_MS = 1000;
/** Block progress is told no more often; coordinates always are. */
const PROGRESS_MS = 100;

/** What a runner works with. */
export interface RunnerParts {
  readonly config: ServerConfig;
  readonly store: PredictionStore;
  readonly queue: JobQueue;
  readonly predictors: readonly Predictor[];
  readonly log: Logger;
  readonly metrics: Metrics;
}

interface ActiveRun {
  readonly run: Run;
  readonly abort: AbortController;
}

/** Takes jobs from the queue, runs them and stores what comes out. */
export class JobRunner {
  readonly #parts: RunnerParts;
  readonly #active = new Map<string, ActiveRun>();
  #renewal: NodeJS.Timeout | undefined;
  #deathsInARow = 0;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  /** Whether the model process answers, as far as the last jobs tell. */
  get isModelFailing(): boolean {
    return this.#deathsInARow > this.#parts.config.MAX_RESTARTS;
  }

  start(): void {
    const { config, queue } = this.#parts;
    queue.process((id, signal) => this.#process(id, signal), config.CONCURRENCY);
    this.#renewal = setInterval(() => void this.#renew(), (config.LEASE_SECONDS * 1000) / 3);
  }

  /** Lets running jobs end; those that take longer than the configured time wait for another worker. */
  async drain(): Promise<void> {
    const clock = new AbortController();
    const timer = setTimeout(() => {
      clock.abort();
    }, this.#parts.config.DRAIN_SECONDS * 1000);
    await this.#parts.queue.drain(clock.signal);
    clearTimeout(timer);
    clearInterval(this.#renewal);
  }

  async #process(id: string, signal: AbortSignal): Promise<'done' | 'again'> {
    try {
      for (;;) {
        const run = { id, token: randomUUID() };
        const outcome = await this.#runOnce(run, signal);
        if (outcome !== 'interrupted') return outcome;
      }
    } catch (error) {
      this.#parts.log.error({ err: error, job: id }, 'job could not be run, trying again');
      await delay(RETRY_MS);
      return 'again';
    }
  }

  async #runOnce(run: Run, signal: AbortSignal): Promise<'done' | 'again' | 'interrupted'> {
    const { store, config, log, metrics } = this.#parts;
    const job = await store.runs.start(run, config.LEASE_SECONDS * 1000);
    if (!job) return 'done';
    if (job.interruptions > config.MAX_RESTARTS) {
      await this.#fail(job, run, interruptedTooOften(job.interruptions));
      return 'done';
    }
    log.info({ job: job.id, numResidues: job.numResidues, attempt: job.attempts }, 'job started');
    this.#tell(job, statusEvent('active', job.attempts));
    metrics.waitSeconds(job.numResidues, (Date.now() - job.queuedAt) / 1000);
    const began = performance.now();
    const abort = new AbortController();
    this.#active.set(run.token, { run, abort });
    try {
      const prediction = await this.#predict(job, AbortSignal.any([signal, abort.signal]));
      this.#deathsInARow = 0;
      await this.#save(job, run, prediction);
      metrics.runSeconds(job.numResidues, (performance.now() - began) / 1000);
      return 'done';
    } catch (error) {
      if (!(error instanceof FoldError))
        log.error({ err: error, job: job.id }, 'prediction failed');
      return await this.#afterFailure(job, run, error);
    } finally {
      this.#active.delete(run.token);
    }
  }

  async #predict(job: JobRecord, signal: AbortSignal): Promise<Prediction> {
    const predictor = this.#parts.predictors.find(({ model }) => model.sha256 === job.model.sha256);
    if (!predictor)
      throw new FoldError(
        'MODEL_UNKNOWN',
        `this server no longer has the model ${job.model.name}`,
        {
          hint: 'submit the sequence again',
        },
      );
    let lastTold = 0;
    const onProgress = (progress: PredictionProgress): void => {
      const now = performance.now();
      if (!progress.atom14 && now - lastTold < PROGRESS_MS) return;
      lastTold = now;
      for (const event of progressEvents(progress, job.attempts)) this.#tell(job, event);
    };
    // the result is shared: it knows nobody's name for it
    return predictor.predict({ name: job.id, ...job.request }, { signal, onProgress });
  }

  async #save(job: JobRecord, run: Run, prediction: Prediction): Promise<void> {
    const { meanPlddt, ptm, embedding } = prediction;
    const bytes = await serialisePrediction(prediction);
    const result = { bytes, summary: { meanPlddt, ptm }, embedding };
    const isStored = await this.#persistently(() => this.#parts.store.runs.complete(run, result));
    if (!isStored) return; // cancelled or taken over meanwhile
    this.#parts.metrics.finished('completed');
    this.#tell(job, statusEvent('completed', job.attempts));
  }

  async #afterFailure(
    job: JobRecord,
    run: Run,
    error: unknown,
  ): Promise<'done' | 'again' | 'interrupted'> {
    const code = error instanceof FoldError ? error.code : undefined;
    if (code === 'JOB_CANCELLED') {
      const isReleased = await this.#persistently(() => this.#parts.store.runs.release(run));
      if (isReleased) this.#tell(job, statusEvent('waiting', job.attempts));
      return isReleased ? 'again' : 'done'; // released: the worker leaves; else the job was cancelled
    }
    if (code === 'WORKER_DIED') {
      this.#deathsInARow++;
      this.#parts.log.warn(
        { err: error, job: job.id, attempt: job.attempts },
        'model process died',
      );
      await delay(Math.min(RETRY_MS, 100 * (job.interruptions + 1)));
      return 'interrupted';
    }
    await this.#fail(job, run, publicError(error));
    return 'done';
  }

  async #fail(job: JobRecord, run: Run, error: JobError): Promise<void> {
    if (!(await this.#persistently(() => this.#parts.store.runs.fail(run, error)))) return;
    this.#parts.log.warn({ job: job.id, code: error.code }, 'job failed');
    this.#parts.metrics.finished('failed');
    this.#tell(job, statusEvent('failed', job.attempts));
  }

  /** While the database is away there is nothing better to do than to wait for it: the work is done. */
  async #persistently<T>(write: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (!(error instanceof FoldError) || error.code !== 'STORE_UNAVAILABLE') throw error;
        this.#parts.log.warn({ err: error }, 'the store does not answer, trying again');
        await delay(RETRY_MS);
      }
    }
  }

  async #renew(): Promise<void> {
    const { store, config, log } = this.#parts;
    const active = [...this.#active.values()];
    if (active.length === 0) return;
    try {
      const runs = active.map(({ run }) => run);
      const held = new Set(await store.runs.renew(runs, config.LEASE_SECONDS * 1000));
      for (const { run, abort } of active) if (!held.has(run)) abort.abort();
    } catch (error) {
      log.warn({ err: error }, 'leases could not be renewed');
    }
  }

  #tell({ id }: JobRecord, data: JobEventData): void {
    this.#parts.queue.publish({ jobId: id, data });
  }
}

function interruptedTooOften(times: number): JobError {
  return {
    code: 'JOB_INTERRUPTED',
    detail: `the prediction was interrupted ${times} times: each time its process ended before it did`,
    hint: 'it may need more memory than there is: try a shorter sequence',
  };
}

/** What a job's owner may know of its failure. */
function publicError(error: unknown): JobError {
  if (!(error instanceof FoldError))
    return { code: 'INTERNAL', detail: 'something went wrong on our side' };
  const { code, message, hint } = error;
  return { code, detail: message, ...(hint === undefined ? {} : { hint }) };
}
