import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Predictor } from '#predict/prediction';

/** How long after a model has failed it is tried again. */
const AGAIN_MS = 30_000;
/** Any short protein. */
const TRIAL = { name: 'trial', chains: [{ id: 'A', sequence: 'MKTAYIAKQR' }], numRecycles: 0 };

/**
 * Whether the models work. A job that failed may have itself to blame, so the model is then tried with a short protein;
 * a model that fails with it is tried again and again, so that it counts as well without any request that succeeds.
 */
export class ModelHealth {
  readonly #predictors: readonly Predictor[];
  readonly #log: Logger;
  readonly #againMs: number;
  readonly #closing = new AbortController();
  readonly #failing = new Set<Predictor>();
  readonly #onTrial = new Set<Predictor>();

  /**
   * @param predictors the models
   * @param log told when one does not work
   * @param againMs pause between trials
   */
  constructor(predictors: readonly Predictor[], log: Logger, againMs = AGAIN_MS) {
    this.#predictors = predictors;
    this.#log = log;
    this.#againMs = againMs;
  }

  /** Names of the models that do not work. */
  get failing(): string[] {
    return [...this.#failing].map(({ model }) => model.name);
  }

  /** Tries a model after a job has failed, unless it is being tried already. */
  doubt(sha256: string): void {
    const predictor = this.#predictors.find(({ model }) => model.sha256 === sha256);
    if (!predictor || this.#onTrial.has(predictor)) return;
    this.#onTrial.add(predictor);
    void this.#tryUntilWell(predictor).finally(() => this.#onTrial.delete(predictor));
  }

  close(): void {
    this.#closing.abort();
  }

  async #tryUntilWell(predictor: Predictor): Promise<void> {
    const { signal } = this.#closing;
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      try {
        await predictor.predict(TRIAL, { signal });
        this.#failing.delete(predictor);
        return;
      } catch (error) {
        if (isOver()) return;
        this.#failing.add(predictor);
        this.#log.error({ err: error, model: predictor.model.name }, 'the model does not work');
        await delay(this.#againMs, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
  }
}
