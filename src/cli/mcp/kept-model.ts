import { openFirst, type EngineFlags } from '#cli/engine-options';
import { forkedPredictor, type ForkedPredictor } from '#predict/node/forked-predictor';

/** An agent that thinks for longer waits for the model to start again; its memory is free meanwhile. */
const IDLE_MS = 5 * 60_000;

/** The model that folded last stays in memory for a while: the next request is likely to want it too. */
export class KeptModel {
  #open: { readonly key: string; readonly predictor: ForkedPredictor } | undefined;
  #timer: NodeJS.Timeout | undefined;

  /**
   * Does some work with a model, one after the other: another model that is open is closed before.
   *
   * @param name of the model
   * @param engine what computes
   * @throws FoldError as `forkedPredictor`; `ENGINE_UNAVAILABLE`; what the work throws
   */
  async use<T>(
    name: string,
    engine: EngineFlags,
    work: (predictor: ForkedPredictor) => Promise<T>,
  ): Promise<T> {
    clearTimeout(this.#timer);
    try {
      return await work(await this.#opened(name, engine));
    } finally {
      this.#timer = setTimeout(() => void this.close(), IDLE_MS).unref();
    }
  }

  /** Frees its memory. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    const open = this.#open;
    this.#open = undefined;
    await open?.predictor.close();
  }

  async #opened(name: string, engine: EngineFlags): Promise<ForkedPredictor> {
    const { device, precision, threads } = engine;
    const key = JSON.stringify([name, device]);
    if (this.#open?.key === key) return this.#open.predictor;
    await this.close();
    const predictor = forkedPredictor(name, { device, precision, numThreads: threads });
    this.#open = { key, predictor };
    await openFirst(predictor, engine);
    return predictor;
  }
}
