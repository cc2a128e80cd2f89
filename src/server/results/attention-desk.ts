import type { Logger } from 'pino';
import { FoldError } from '#errors';
import { refuseWhatCannotFit } from '#execution/refuse-what-cannot-fit';
import type { Predictor } from '#predict/prediction';
import { alignmentOfJob } from '#server/jobs/stored-alignment';
import { FairLine } from '#process/fair-line';
import type { Running } from '#server/jobs/lanes';
import { templatesOfJob } from '#server/templates/stored-templates';
import type { JobRecord } from '#store/job';
import type { PredictionStore } from '#store/prediction-store';
import {
  attentionBytes,
  attentionName,
  AttentionMaps,
  type WantedAttention,
} from './attention-maps.js';
import { LateTurn } from './late-turn.js';

/** Most predictions whose attention one client may wait for; each is a run of the model. */
const MAX_WAITING = 16;
/** How often room in memory is looked for. */
const LOOK_MS = 500;
/** Runs at a time. */
export const ATTENTION_LANES = 2;
/** How long a run may be that starts beside another, as a share of the other. */
const SHORT_SHARE = 0.5;
/** How long predictions go first, in times as long as a turn of the run: of one alone, and of one beside another. */
const [PREDICTIONS_FIRST, PREDICTIONS_FIRST_BESIDE] = [4, 8];

/** What {@link AttentionDesk} works with. */
export interface AttentionDeskServices {
  readonly store: PredictionStore;
  readonly predictors: readonly Predictor[];
  readonly log: Logger;
  /** Memory in MB for predictions and attention together. */
  readonly budget: number;
  /** How much of it predictions take at the moment. */
  readonly taken: () => number;
  /** Called when a run no longer has the place that {@link AttentionDesk.takeTurn} gave it. */
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
  readonly wanted: WantedAttention;
  readonly client: string;
  /** How many wait for it. */
  numAskers: number;
  readonly maps: Promise<Maps>;
  readonly resolve: (maps: Maps) => void;
  readonly reject: (error: unknown) => void;
}

/** What came out of a run, by name. */
type Maps = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/**
 * Computes attention, of each client in turn, beside predictions and in memory that these leave; one run gives the maps of
 * all heads. One that takes at most half as long starts beside another client's, so nobody's short run waits for another's
 * long one. A run that predictions have left too little for too long has turns as if it were one of them. What was begun is
 * finished and kept with the result, whether its asker is still there or not.
 */
export class AttentionDesk {
  readonly #services: AttentionDeskServices;
  readonly #tasks = new Map<string, Task>();
  readonly #waiting = new FairLine<Task>();
  readonly #closing = new AbortController();
  /** Runs under way, each with its turns; the one that began first is first. */
  readonly #running = new Map<Task, LateTurn>();

  constructor(services: AttentionDeskServices) {
    this.#services = services;
  }

  /** The run whose turn it is where there is a place for a prediction; undefined most of the time. */
  takeTurn(): Running | undefined {
    for (const [task, turn] of [...this.#running].reverse()) {
      const running = task.numAskers > 0 ? turn.take() : undefined;
      if (running) return running;
    }
    return undefined;
  }

  /**
   * Attention as it is kept, computed where it is not.
   *
   * @param job completed
   * @param wanted what of its attention
   * @param asker who asks
   * @throws FoldError `CLIENT_LIMIT`, `WAIT_TIMEOUT`, `JOB_CANCELLED` where the asker has gone, and those of `Predictor`
   */
  async attention(
    job: JobRecord,
    wanted: WantedAttention,
    asker: AttentionAsker,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const name = attentionName(wanted);
    const { attention } = this.#predictorOf(job).model;
    for (;;) {
      const kept = await this.#services.store.results.readAttention(job.id, name);
      if (kept?.length === attentionBytes(wanted, attention, job.numResidues)) return kept;
      const task = this.#tasks.get(job.id) ?? this.#begin({ job, wanted, client: asker.client });
      task.numAskers++;
      try {
        const found = (await unlessGone(task.maps, asker)).get(name);
        if (found) return found; // else that run was for another block of a large model
      } finally {
        task.numAskers--;
        if (task.numAskers === 0 && this.#waiting.delete(task.client, task))
          this.#tasks.delete(job.id);
      }
    }
  }

  close(): void {
    this.#closing.abort();
  }

  #begin(asked: Pick<Task, 'job' | 'wanted' | 'client'>): Task {
    const { job, client } = asked;
    if (this.#waiting.count(client) >= MAX_WAITING)
      throw new FoldError(
        'CLIENT_LIMIT',
        `you wait for the attention of ${MAX_WAITING} predictions already`,
        {
          hint: 'ask for more when these are done',
        },
      );
    let [resolve, reject]: [Task['resolve'], Task['reject']] = [() => undefined, () => undefined];
    const maps = new Promise<Maps>((...settle) => {
      [resolve, reject] = settle;
    });
    const task: Task = { ...asked, numAskers: 0, maps, resolve, reject };
    this.#tasks.set(job.id, task);
    this.#waiting.add(client, task);
    // whoever waits is told about a failure; nobody may be waiting
    void maps.finally(() => this.#tasks.delete(job.id)).catch(() => undefined);
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
    const { job, client, resolve, reject } = task;
    const { onTurnOver = () => undefined } = this.#services;
    const othersFirst = this.#running.size === 0 ? PREDICTIONS_FIRST : PREDICTIONS_FIRST_BESIDE;
    const turn = new LateTurn({ client, estimate: job.estimate }, othersFirst, onTurnOver);
    this.#running.set(task, turn);
    try {
      const maps = await this.#compute(task);
      await this.#keep(job, maps);
      resolve(maps);
    } catch (error) {
      reject(error);
    }
    this.#running.delete(task);
    turn.close();
    this.#startNext();
    this.#startNext();
  }

  /** Memory in MB for a run: what predictions and the runs that began before it do not take. */
  #roomFor(task: Task): number {
    let room = this.#services.budget - this.#services.taken();
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
  async #compute(task: Task): Promise<Maps> {
    const { job, wanted } = task;
    const { budget } = this.#services;
    const predictor = this.#predictorOf(job);
    const { megabytes } = job.estimate;
    refuseWhatCannotFit(
      'attention',
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
        const alignment = await alignmentOfJob(this.#services.store, job);
        const templates = await templatesOfJob(this.#services.store, job);
        const request = { ...job.request, name: job.id, alignment, templates };
        const maps = new AttentionMaps(wanted, predictor.model.attention, job.numResidues);
        const onBlock = maps.add.bind(maps);
        await predictor.attention(request, { signal, onBlock });
        return maps.all();
      } catch (error) {
        if (!giveWay.signal.aborted) throw error;
      } finally {
        clearInterval(look);
      }
    }
  }

  async #keep(job: JobRecord, maps: Maps): Promise<void> {
    try {
      await this.#services.store.results.keepAttention(job.id, maps);
    } catch (error) {
      this.#services.log.warn({ err: error, job: job.id }, 'attention could not be kept');
    }
  }

  #predictorOf({ model: { sha256 } }: JobRecord): Predictor {
    const predictor = this.#services.predictors.find(({ model }) => model.sha256 === sha256);
    if (!predictor) throw new Error('internal: attention of a model that is not here');
    return predictor;
  }
}

function nobodyWaits(): FoldError {
  return new FoldError('JOB_CANCELLED', 'nobody waits for the attention any longer');
}

async function unlessGone(maps: Promise<Maps>, asker: AttentionAsker): Promise<Maps> {
  const over = new AbortController();
  const signal = AbortSignal.any([asker.signal, over.signal]);
  const timeUp = pause(asker.ms, signal).then(() => {
    if (signal.aborted) throw nobodyWaits();
    throw new FoldError('WAIT_TIMEOUT', 'the attention is not there yet', {
      hint: 'ask for it later: it is kept once it is computed',
    });
  });
  try {
    return await Promise.race([maps, timeUp]);
  } finally {
    over.abort();
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
