import { setImmediate } from 'node:timers/promises';
import { FairLine } from '#process/fair-line';

/** Work that takes milliseconds of the event loop, a little at a time, of each client in turn. */
export class Turns {
  readonly #most: number;
  readonly #waiting = new FairLine<() => void>();
  #running = 0;

  /** @param most pieces of work that run at a time */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Does some work when the client's turn has come.
   *
   * @param client whose turn it takes
   * @param work what is done
   */
  async run<T>(client: string, work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#most)
      await new Promise<void>((begin) => {
        this.#waiting.add(client, begin);
      });
    else this.#running++;
    try {
      return await work();
    } finally {
      void this.#passOn();
    }
  }

  /** Lets everybody else have the event loop, then the next in line its turn. */
  async #passOn(): Promise<void> {
    await setImmediate();
    const next = this.#waiting.next();
    if (next) next();
    else this.#running--;
  }
}
