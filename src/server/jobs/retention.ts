import type { Logger } from 'pino';
import { resultsLimitOf, type ServerSettings } from '#server/settings';
import type { ResultFiles } from '#server/results/result-files';
import type { PredictionStore } from '#store/prediction-store';

const MILLISECONDS_PER_DAY = 86_400_000;
const SWEEP_MS = 60_000;
/** Deleted at a stretch: a few milliseconds each. */
const AT_A_TIME = 50;

/** What a result takes in a database, with pages that are not full and its row. */
const OVERHEAD = 1.5;

/** What is freed beyond that, as a share of all, so that not every result has to wait for room. */
const SLACK = 0.05;

/** What {@link Retention} works with. */
export interface RetentionServices {
  readonly store: Pick<PredictionStore, 'submissions' | 'room'>;
  readonly results: Pick<ResultFiles, 'forget'>;
  readonly settings: ServerSettings;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** Deletes predictions that are older than they are kept, and results that take more space than they may. */
export class Retention {
  readonly #services: RetentionServices;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> | undefined;

  constructor(services: RetentionServices) {
    this.#services = services;
  }

  start(): void {
    this.#timer = setInterval(() => void this.sweep(), SWEEP_MS).unref();
    void this.sweep();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping;
  }

  /** Deletes what is to go now; calls at the same time share one sweep. */
  sweep(): Promise<void> {
    this.#sweeping ??= this.#sweepAll()
      .catch((error: unknown) => {
        this.#services.log.warn({ err: error }, 'old predictions could not be deleted');
      })
      .finally(() => (this.#sweeping = undefined));
    return this.#sweeping;
  }

  /**
   * Makes room for a result in a database that is as large as it may be.
   *
   * @param numBytes of the result
   * @returns false where there is none, whatever is deleted
   */
  async makeRoom(numBytes: number): Promise<boolean> {
    const { store, settings, log } = this.#services;
    const most = resultsLimitOf(settings);
    let numDisplaced = 0;
    for (;;) {
      const missing = OVERHEAD * numBytes - (await store.room());
      if (missing <= 0) break;
      const free = missing + (Number.isFinite(most) ? SLACK * most : 0);
      const numRemoved = await this.#remove(
        await store.submissions.displaced({ most, free }, AT_A_TIME),
      );
      if (numRemoved === 0) return false;
      numDisplaced += numRemoved;
    }
    if (numDisplaced > 0) log.info({ numDisplaced }, 'results were deleted to make room');
    return true;
  }

  async #sweepAll(): Promise<void> {
    const { store, settings, log, now = Date.now } = this.#services;
    const { submissions } = store;
    const limit = resultsLimitOf(settings);
    const numDisplaced = Number.isFinite(limit)
      ? await this.#removeAll(() => submissions.displaced({ most: limit, free: 0 }, AT_A_TIME))
      : 0;
    if (numDisplaced > 0) log.info({ numDisplaced }, 'results were deleted to make room');
    if (settings.KEEP_DAYS === undefined) return;
    const oldest = now() - MILLISECONDS_PER_DAY * settings.KEEP_DAYS;
    const numOld = await this.#removeAll(() => submissions.endedBefore(oldest, AT_A_TIME));
    if (numOld === 0) return;
    await submissions.tidy(oldest);
    log.info({ numOld }, 'predictions were deleted because of their age');
  }

  /** Deletes what is found until nothing is. @returns how many */
  async #removeAll(find: () => Promise<readonly string[]>): Promise<number> {
    let numRemoved = 0;
    for (;;) {
      const more = await this.#remove(await find());
      if (more === 0) return numRemoved;
      numRemoved += more;
    }
  }

  async #remove(ids: readonly string[]): Promise<number> {
    const { store, results } = this.#services;
    let numRemoved = 0;
    for (const id of ids)
      if (await store.submissions.remove(id)) {
        results.forget(id);
        numRemoved++;
      }
    return numRemoved;
  }
}
