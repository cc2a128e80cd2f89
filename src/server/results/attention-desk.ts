import type { Logger } from 'pino';
import { FoldError } from '#errors';
import { refuseWhatCannotFit } from '#execution/refuse-what-cannot-fit';
import type { Predictor } from '#predict/prediction';
import { alignmentOfJob } from '#server/jobs/stored-alignment';
import { FairLine } from '#process/fair-line';
import type { Running } from '#server/jobs/lanes';
import { templatesOfJob } from '#server/templates/stored-templates';
import type { JobRecord } from '#store/job';
import type { AttentionSelect, PredictionStore } from '#store/prediction-store';
import { LateTurn } from './late-turn.js';

/** Most maps that one client may wait for; each is a run of the model. */
const MAX_WAITING = 16;
/** How often room in memory is looked for. */
const LOOK_MS = 500;
/** Maps that are computed at a time. */
export const ATTENTION_LANES = 2;
/** How long a map may be that starts beside another, as a share of the other. */
const SHORT_SHARE = 0.5;
/** How long predictions go first, in times as long as a turn of the map: of one alone, and of one beside another. */
const [PREDICTIONS_FIRST, PREDICTIONS_FIRST_BESIDE] = [4, 8];

/** What {@link AttentionDesk} works with. */
export interface AttentionDeskParts {
  readonly store: PredictionStore;
  readonly predictors: readonly Predictor[];
  readonly log: Logger;
  /** Memory in MB for predictions and attention together. */
  readonly budget: number;
  /** How much of it predictions take at the moment. */
  readonly taken: () => number;
  /** Called when a map no longer has the place that {@link AttentionDesk.takeTurn} gave it. */
  readonly onTurnOver?: () => void;
}

/** Who asks for attention. */
export interface AttentionAsker {
  /** Whose turn it takes. */
  readonly client: string;
  /** Aborts when the asker has gone. */
  readonly signal: AbortSignal;
  /** How long the asker waits at most. */
  readonly ms: number;
}

interface Task {
  readonly job: JobRecord;
  readonly select: AttentionSelect;
  readonly client: string;
  /** How many wait for it. */
  numAskers: number;
  readonly weights: Promise<Weights>;
  readonly resolve: (weights: Weights) => void;
  readonly reject: (error: unknown) => void;
}

/** `[N, N]` little-endian float32. */
type Weights = Uint8Array<ArrayBuffer>;

/**
 * Computes attention maps, of each client in turn, beside predictions and in memory that these leave. One that takes at
 * most half as long starts beside another client's, so nobody's short map waits for another's long one. A map that
 * predictions have left too little for too long has turns as if it were one of them. What was begun is finished and kept
 * with the result, whether its asker is still there or not.
 */
export class AttentionDesk {
  readonly #parts: AttentionDeskParts;
  readonly #tasks = new Map<string, Task>();
  readonly #waiting = new FairLine<Task>();
  readonly #closing = new AbortController();
  /** Maps under way, each with its turns; the one that began first is first. */
  readonly #running = new Map<Task, LateTurn>();

  constructor(parts: AttentionDeskParts) {
    this.#parts = parts;
  }

  /** The map whose turn it is where there is a place for a prediction; undefined most of the time. */
  takeTurn(): Running | undefined {
    for (const [task, turn] of [...this.#running].reverse()) {
      const running = task.numAskers > 0 ? turn.take() : undefined;
      if (running) return running;
    }
    return undefined;
  }

  /**
   * Attention weights, kept ones or computed.
   *
   * @param job completed
   * @param select which block and head of its model
   * @param asker who asks
   * @throws FoldError `CLIENT_LIMIT`, `WAIT_TIMEOUT`, `JOB_CANCELLED` where the asker has gone, and those of `Predictor`
   */
  async weights(job: JobRecord, select: AttentionSelect, asker: AttentionAsker): Promise<Weights> {
    const kept = await this.#parts.store.results.readAttention(job.id, select);
    if (kept?.length === sizeOf(job)) return kept;
    const key = `${job.id}/${select.block}/${select.head}`;
    const task = this.#tasks.get(key) ?? this.#begin(key, { job, select, client: asker.client });
    task.numAskers++;
    try {
      return await unlessGone(task.weights, asker);
    } finally {
      task.numAskers--;
      if (task.numAskers === 0 && this.#waiting.delete(task.client, task)) this.#tasks.delete(key);
    }
  }

  close(): void {
    this.#closing.abort();
  }

  #begin(key: string, wanted: Pick<Task, 'job' | 'select' | 'client'>): Task {
    const { client } = wanted;
    if (this.#waiting.count(client) >= MAX_WAITING)
      throw new FoldError('CLIENT_LIMIT', `you wait for ${MAX_WAITING} attention maps already`, {
        hint: 'ask for more when they are there',
      });
    let [resolve, reject]: [Task['resolve'], Task['reject']] = [() => undefined, () => undefined];
    const weights = new Promise<Weights>((...settle) => {
      [resolve, reject] = settle;
    });
    weights.catch(() => undefined); // those who wait are told; there may be none
    const task: Task = { ...wanted, numAskers: 0, weights, resolve, reject };
    this.#tasks.set(key, task);
    this.#waiting.add(client, task);
    void weights.finally(() => this.#tasks.delete(key)).catch(() => undefined);
    this.#startNext();
    return task;
  }

  #startNext(): void {
    const running = [...this.#running.keys()];
    if (running.length >= ATTENTION_LANES) return;
    const task = this.#waiting.next((client, { job }) =>
      running.every(
        (other) =>
          other.client !== client &&
          job.estimate.seconds <= SHORT_SHARE * other.job.estimate.seconds,
      ),
    );
    if (task) void this.#run(task);
  }

  async #run(task: Task): Promise<void> {
    const { job, select, client, resolve, reject } = task;
    const { onTurnOver = () => undefined } = this.#parts;
    const othersFirst = this.#running.size === 0 ? PREDICTIONS_FIRST : PREDICTIONS_FIRST_BESIDE;
    const turn = new LateTurn({ client, estimate: job.estimate }, othersFirst, onTurnOver);
    this.#running.set(task, turn);
    try {
      const weights = await this.#compute(task);
      await this.#keep(job, select, weights);
      resolve(weights);
    } catch (error) {
      reject(error);
    }
    this.#running.delete(task);
    turn.close();
    this.#startNext();
    this.#startNext();
  }

  /** Memory in MB for a map: what predictions and the maps that began before it do not take. */
  #roomFor(task: Task): number {
    let room = this.#parts.budget - this.#parts.taken();
    for (const other of this.#running.keys()) {
      if (other === task) break;
      room -= other.job.estimate.megabytes;
    }
    return room;
  }

  /**
   * Predictions come first: attention waits until they leave it room, as long as anybody waits for it, and begins again
   * when they need it back.
   */
  async #compute(task: Task): Promise<Weights> {
    const { job, select } = task;
    const { predictors, budget } = this.#parts;
    const predictor = predictors.find(({ model }) => model.sha256 === job.model.sha256);
    if (!predictor) throw new Error('internal: attention of a model that is not here');
    const { megabytes } = job.estimate;
    refuseWhatCannotFit(
      'the attention map',
      { needed: 1e6 * megabytes, available: 1e6 * budget },
      'the operator can set a larger MEMORY_LIMIT_MB',
    );
    const hasRoom = (): boolean => megabytes <= this.#roomFor(task);
    const closing = this.#closing.signal;
    for (;;) {
      while (!hasRoom() && !closing.aborted) {
        await pause(LOOK_MS, closing);
        if (task.numAskers === 0) throw nobodyWaits();
      }
      if (closing.aborted)
        throw new FoldError('SHUTTING_DOWN', 'the server is shutting down', {
          hint: 'ask for it again later',
        });
      const giveWay = new AbortController();
      const look = setInterval(() => {
        if (!hasRoom()) giveWay.abort();
      }, LOOK_MS);
      const signal = AbortSignal.any([giveWay.signal, closing]);
      try {
        const alignment = await alignmentOfJob(this.#parts.store, job);
        const templates = await templatesOfJob(this.#parts.store, job);
        const request = { ...job.request, name: job.id, alignment, templates };
        const { weights } = await predictor.attention(request, select, { signal });
        return new Uint8Array(
          weights.buffer as ArrayBuffer,
          weights.byteOffset,
          weights.byteLength,
        );
      } catch (error) {
        if (!giveWay.signal.aborted) throw error;
      } finally {
        clearInterval(look);
      }
    }
  }

  async #keep(job: JobRecord, select: AttentionSelect, weights: Weights): Promise<void> {
    try {
      await this.#parts.store.results.keepAttention(job.id, select, weights);
    } catch (error) {
      this.#parts.log.warn({ err: error, job: job.id }, 'attention could not be kept');
    }
  }
}

function sizeOf({ numResidues }: JobRecord): number {
  return Float32Array.BYTES_PER_ELEMENT * numResidues * numResidues;
}

function nobodyWaits(): FoldError {
  return new FoldError('JOB_CANCELLED', 'nobody waits for the attention map any longer');
}

async function unlessGone(weights: Promise<Weights>, asker: AttentionAsker): Promise<Weights> {
  const over = new AbortController();
  const signal = AbortSignal.any([asker.signal, over.signal]);
  const timeUp = pause(asker.ms, signal).then(() => {
    if (signal.aborted) throw nobodyWaits();
    throw new FoldError('WAIT_TIMEOUT', 'the attention map is not there yet', {
      hint: 'ask for it later: it is kept once it is computed',
    });
  });
  try {
    return await Promise.race([weights, timeUp]);
  } finally {
    over.abort();
    timeUp.catch(() => undefined);
  }
}

/** Ends after a while, or at once with the signal. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms).unref();
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
