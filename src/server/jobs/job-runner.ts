import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { FoldError } from '#errors';
import { serialisePrediction } from '#predict/files/serialise';
import type { Prediction, PredictionProgress, Predictor } from '#predict/prediction';
import { type ServerSettings, memoryBudgetOf } from '#server/settings';
import type { Metrics } from '#server/metrics';
import type { JobBus } from '#store/bus/job-bus';
import { SEARCH_KINDS, type JobError, type JobRecord, type Run, type SearchKind } from '#store/job';
import type { Claim, Claimed, PredictionStore } from '#store/prediction-store';
import { type JobEventData, progressEvents, searchEvent, statusEvent } from './job-events.js';
import { roomBeside, type Running } from './lanes.js';
import type { ModelHealth } from './model-health.js';
import { searchRelatives } from './search-relatives.js';
import { alignmentOfJob } from './stored-alignment.js';
import { templatesOfJob } from '#server/templates/stored-templates';
import type { TemplateSearch } from '#server/templates/template-search';

/** Pause before something is tried again that failed for reasons outside. */
const RETRY_MS = 1000;
/** Messages can get lost on their way, so the store is asked as well. */
const POLL_MS = 1000;
/** Block progress is told no more often; coordinates always are. */
const PROGRESS_MS = 100;
/** How long aborted runs may take to end. */
const ABORT_MS = 5000;

/** What a runner works with. */
export interface RunnerServices {
  readonly settings: ServerSettings;
  readonly store: PredictionStore;
  readonly bus: JobBus;
  readonly predictors: readonly Predictor[];
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly health: ModelHealth;
  readonly templateSearch: Pick<TemplateSearch, 'find'>;
  /** Asked where there is a place for a job: what has it, though it is not a prediction. */
  readonly takeTurn?: () => Running | undefined;
  /** Deletes older results where the store has no room for so many bytes. @returns false where that is not enough */
  readonly makeRoom?: (numBytes: number) => Promise<boolean>;
}

interface Started {
  readonly job: JobRecord;
  readonly run: Run;
  /** Whether it runs beside longer ones. */
  readonly isExpress: boolean;
}

interface ActiveRun extends Started {
  /** Whose turn it was. */
  readonly client: string;
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/** Takes jobs from the store, runs them and stores what comes out. */
export class JobRunner {
  readonly #services: RunnerServices;
  readonly #active = new Map<string, ActiveRun>();
  readonly #timers: NodeJS.Timeout[] = [];
  #leave: (() => void) | undefined;
  #filling: Promise<void> | undefined;
  #isFillDue = false;
  #isDraining = false;

  constructor(services: RunnerServices) {
    this.#services = services;
  }

  /** Memory in MB that the running predictions need, as estimated. */
  get megabytes(): number {
    return this.#folding.reduce((sum, { job }) => sum + job.estimate.megabytes, 0);
  }

  /** Runs that compute; a search takes neither memory nor the place of a prediction. */
  get #folding(): ActiveRun[] {
    return [...this.#active.values()].filter(({ job }) => !job.searches);
  }

  start(): void {
    const { bus, settings } = this.#services;
    const fill = (): void => void this.#fill();
    this.#leave = bus.attend({
      wake: fill,
      cancel: (jobId) => {
        for (const { job, abort } of this.#active.values()) if (job.id === jobId) abort.abort();
      },
    });
    const renewal = (): void => void this.#renew();
    this.#timers.push(
      setInterval(fill, POLL_MS),
      setInterval(renewal, (settings.LEASE_SECONDS * 1000) / 3),
    );
    fill();
  }

  /** Lets running jobs end; those that take longer than the configured time wait for another worker. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    this.#leave?.();
    await this.#filling;
    for (const { job, abort } of this.#active.values()) if (job.searches) abort.abort(); // it goes on elsewhere
    const ends = Promise.all([...this.#active.values()].map(({ ended }) => ended));
    const clock = new AbortController();
    const pause = (ms: number): Promise<unknown> =>
      delay(ms, undefined, { signal: clock.signal }).catch(() => undefined);
    const last = pause(1000 * this.#services.settings.DRAIN_SECONDS).then(() => {
      for (const { abort } of this.#active.values()) abort.abort();
      return pause(ABORT_MS); // a store that is away must not keep the process from ending
    });
    await Promise.race([ends, last]);
    clock.abort();
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** Starts jobs as long as there is room for them, one call at a time. */
  async #fill(): Promise<void> {
    this.#isFillDue = true;
    this.#filling ??= this.#startAll().finally(() => (this.#filling = undefined));
    await this.#filling;
  }

  async #startAll(): Promise<void> {
    try {
      // set while waiting
      while (this.#isFillDue) {
        this.#isFillDue = false;
        while ((await this.#startNext()) || (await this.#startSearches()));
      }
    } catch (error) {
      this.#services.log.warn({ err: error }, 'no job could be taken, trying again');
    }
  }

  async #startNext(): Promise<boolean> {
    const { store, settings, predictors } = this.#services;
    const active = this.#folding.map(({ job, client, isExpress }) => ({
      estimate: job.estimate,
      client,
      isExpress,
    }));
    const numUsual = active.filter(({ isExpress }) => !isExpress).length;
    const other = numUsual < settings.CONCURRENCY ? this.#services.takeTurn?.() : undefined;
    const running = other ? [...active, other] : active;
    const limits = { concurrency: settings.CONCURRENCY, megabytes: memoryBudgetOf(settings) };
    const room = roomBeside(running, limits);
    if (!room || this.#isDraining) return false;
    const token = randomUUID();
    const models = predictors.map(({ model }) => model.sha256);
    const leaseMs = settings.LEASE_SECONDS * 1000;
    const claim = { token, leaseMs, models, ...room };
    const claimed = (await store.runs.claim(claim)) ?? (await this.#claimAdopted(claim));
    if (!claimed) return false;
    this.#begin(claimed, token, room.seconds !== undefined);
    return true;
  }

  /** Begins the next search of each kind. @returns whether any began */
  async #startSearches(): Promise<boolean> {
    let hasBegun = false;
    for (const kind of SEARCH_KINDS) hasBegun = (await this.#startSearch(kind)) || hasBegun;
    return hasBegun;
  }

  /** Begins the next search of a kind; one at a time, since whoever is asked answers one question at a time. */
  async #startSearch(kind: SearchKind): Promise<boolean> {
    const { store, settings, predictors } = this.#services;
    const isSearching = [...this.#active.values()].some(({ job }) => job.searches === kind);
    if (isSearching || this.#isDraining) return false;
    const token = randomUUID();
    const models = predictors.map(({ model }) => model.sha256);
    const leaseMs = settings.LEASE_SECONDS * 1000;
    const claimed = await store.runs.claim({ token, leaseMs, models, searches: kind });
    if (!claimed) return false;
    this.#begin(claimed, token, false);
    return true;
  }

  #begin({ job, client }: Claimed, token: string, isExpress: boolean): void {
    const [run, abort] = [{ id: job.id, token }, new AbortController()];
    const ended = this.#run({ job, run, isExpress }, abort.signal)
      .catch((error: unknown) => {
        this.#services.log.error({ err: error, job: job.id }, 'run was lost, its lease will end');
      })
      .then(() => {
        this.#active.delete(token);
        void this.#fill();
      });
    this.#active.set(token, { run, job, client, isExpress, abort, ended });
  }

  /**
   * Who has nothing to do takes over jobs that wait for other weights of its models: the program was updated while they
   * waited.
   */
  async #claimAdopted(claim: Claim): Promise<Claimed | undefined> {
    const { store, predictors, log } = this.#services;
    if (claim.seconds !== undefined) return undefined;
    const numAdopted = await store.runs.adopt(predictors.map(({ model }) => model));
    if (numAdopted === 0) return undefined;
    log.info({ numAdopted }, 'jobs of another version run with the weights of this one');
    return store.runs.claim(claim);
  }

  async #run({ job, run, isExpress }: Started, signal: AbortSignal): Promise<void> {
    const { settings, log, metrics } = this.#services;
    if (job.interruptions > settings.MAX_RESTARTS) {
      await this.#fail(job, run, interruptedTooOften(job.interruptions));
      return;
    }
    log.info({ job: job.id, numResidues: job.numResidues, attempt: job.attempts }, 'job started');
    this.#tell(job, statusEvent('active', job.attempts));
    if (!job.searches) metrics.waitSeconds(job.numResidues, (Date.now() - job.queuedAt) / 1000);
    const began = performance.now();
    try {
      if (job.searches) {
        await this.#search(job, run, signal);
        return;
      }
      const prediction = await this.#predict(job, { signal, isExpress });
      await this.#save(job, run, { prediction, signal });
      metrics.runSeconds(job.numResidues, (performance.now() - began) / 1000);
    } catch (error) {
      if (!(error instanceof FoldError))
        log.error({ err: error, job: job.id }, 'prediction failed');
      await this.#afterFailure(job, run, { error, signal });
    }
  }

  /** Searches for the relatives of a job and for their structures; the job then waits to be computed. */
  async #search(job: JobRecord, run: Run, signal: AbortSignal): Promise<void> {
    const { settings, store, bus, log, templateSearch } = this.#services;
    let numTold = 0;
    const onMessage = (message: string): void => {
      this.#tell(job, searchEvent(message, job.attempts, ++numTold));
    };
    const alignment = await searchRelatives(job.request, settings, {
      signal,
      onProgress: ({ step, message }) => {
        if (step === 'submit') log.info({ job: job.id, server: settings.MSA_SERVER }, message);
        onMessage(message);
      },
    });
    const templates = await templateSearch.find(job.request, { signal, onMessage });
    const found = { ...(alignment ? { alignment } : {}), ...(templates ? { templates } : {}) };
    const numBytes = (alignment?.length ?? 0) + (templates?.length ?? 0);
    const write = () => store.runs.found(run, found);
    if (!(await this.#persistently(write, { signal, numBytes }))) return;
    this.#tell(job, statusEvent('waiting', job.attempts));
    bus.wake();
  }

  async #predict(
    job: JobRecord,
    options: { readonly signal: AbortSignal; readonly isExpress: boolean },
  ): Promise<Prediction> {
    const predictor = this.#services.predictors.find(
      ({ model }) => model.sha256 === job.model.sha256,
    );
    if (!predictor) throw new Error('internal: the job was claimed for a model that is here');
    let lastTold = 0;
    const onProgress = (progress: PredictionProgress): void => {
      const now = performance.now();
      if (!progress.atom14 && now - lastTold < PROGRESS_MS) return;
      lastTold = now;
      for (const event of progressEvents(progress, job.attempts)) this.#tell(job, event);
    };
    const alignment = await alignmentOfJob(this.#services.store, job);
    const templates = await templatesOfJob(this.#services.store, job);
    // the result is shared: it knows nobody's name for it
    const request = { ...job.request, name: job.id, alignment, templates };
    return predictor.predict(request, { ...options, onProgress });
  }

  async #save(
    job: JobRecord,
    run: Run,
    { prediction, signal }: { readonly prediction: Prediction; readonly signal: AbortSignal },
  ): Promise<void> {
    const { meanPlddt, ptm, complex } = prediction;
    const bytes = await serialisePrediction(prediction);
    const result = {
      bytes,
      summary: { meanPlddt, ptm, ...(complex ? { iptm: complex.iptm } : {}) },
    };
    const write = () => this.#services.store.runs.complete(run, result);
    // false: cancelled or taken over meanwhile
    if (!(await this.#persistently(write, { signal, numBytes: bytes.length }))) return;
    this.#services.metrics.finished('completed');
    this.#tell(job, statusEvent('completed', job.attempts));
  }

  async #afterFailure(
    job: JobRecord,
    run: Run,
    { error, signal }: { readonly error: unknown; readonly signal: AbortSignal },
  ): Promise<void> {
    const code = error instanceof FoldError ? error.code : undefined;
    const isInterrupted = code === 'PROCESS_DIED';
    if (!isInterrupted && code !== 'JOB_CANCELLED') {
      await this.#fail(job, run, publicError(error), signal);
      return;
    }
    if (isInterrupted) {
      const { log } = this.#services;
      log.warn({ err: error, job: job.id, attempt: job.attempts }, 'model process died');
      await delay(Math.min(RETRY_MS, 100 * (job.interruptions + 1)));
    }
    const write = () => this.#services.store.runs.release(run, isInterrupted);
    const isReleased = await this.#persistently(write, { signal });
    if (isReleased) this.#tell(job, statusEvent('waiting', job.attempts));
  }

  async #fail(job: JobRecord, run: Run, error: JobError, signal?: AbortSignal): Promise<void> {
    const write = () => this.#services.store.runs.fail(run, error);
    if (!(await this.#persistently(write, { signal }))) return;
    this.#services.log.warn({ job: job.id, code: error.code }, 'job failed');
    if (!job.searches) this.#services.health.doubt(job.model.sha256);
    this.#services.metrics.finished('failed');
    this.#tell(job, statusEvent('failed', job.attempts));
  }

  /**
   * While the database is away there is nothing better to do than to wait for it: the work is done. But whoever cancels
   * or shuts down does not wait: then the lease ends, and the job is computed again where it is still wanted.
   */
  async #persistently(
    write: () => Promise<boolean>,
    {
      signal,
      numBytes = 0,
    }: { readonly signal: AbortSignal | undefined; readonly numBytes?: number },
  ): Promise<boolean> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (!(error instanceof FoldError) || error.code !== 'STORE_UNAVAILABLE') throw error;
        this.#services.log.warn({ err: error }, 'the store does not answer, trying again');
        await this.#makeRoom(numBytes);
        await delay(RETRY_MS, undefined, signal ? { signal } : {}).catch(() => undefined);
        if (signal?.aborted) return false;
      }
    }
  }

  /** @throws FoldError `STORE_FULL` where there will never be room */
  async #makeRoom(numBytes: number): Promise<void> {
    const { makeRoom, log } = this.#services;
    if (!makeRoom || numBytes === 0) return;
    const hasRoom = await makeRoom(numBytes).catch((error: unknown) => {
      log.warn({ err: error }, 'nothing could be deleted to make room');
      return true; // the store is away, or its disk is full: that can change
    });
    if (!hasRoom)
      throw new FoldError('STORE_FULL', 'the database has no room for the result', {
        hint: 'the operator can set a larger STORE_MAX_MB',
      });
  }

  async #renew(): Promise<void> {
    const { store, settings, log } = this.#services;
    try {
      const active = [...this.#active.values()];
      if (active.length > 0) {
        const runs = active.map(({ run }) => run);
        const held = new Set(await store.runs.renew(runs, settings.LEASE_SECONDS * 1000));
        for (const { run, abort } of active) if (!held.has(run)) abort.abort();
      }
      if ((await store.runs.recover(false)) > 0) void this.#fill();
    } catch (error) {
      log.warn({ err: error }, 'leases could not be renewed');
    }
  }

  #tell({ id }: JobRecord, data: JobEventData): void {
    this.#services.bus.publish({ jobId: id, data });
  }
}

function interruptedTooOften(times: number): JobError {
  return {
    code: 'JOB_INTERRUPTED',
    detail: `the prediction was interrupted ${times} times: each time its process ended before it did`,
    hint: 'it may need more memory than there is: try a shorter sequence',
  };
}

/** What those who asked for a job may know of its failure. */
function publicError(error: unknown): JobError {
  if (!(error instanceof FoldError))
    return { code: 'INTERNAL', detail: 'something went wrong on our side' };
  const { code, message, hint } = error;
  return { code, detail: message, ...(hint === undefined ? {} : { hint }) };
}
