import { setImmediate } from 'node:timers/promises';
import { FairLine } from '#process/fair-line';

/** Something that waits for its turn. */
interface Waiting {
  readonly client: string;
  readonly begin: () => void;
}

/** Work of which only so much is done at a time, a little of it for each client, of each in turn. */
export class Turns {
  readonly #most: number;
  readonly #mostEach: number;
  readonly #waiting = new FairLine<Waiting>();
  /** How much is done for each client, where there is any. */
  readonly #running = new Map<string, number>();
  #numRunning = 0;

  /**
   * @param most pieces of work that run at a time
   * @param mostEach of these for one client, so that there is a place for another
   */
  constructor(most: number, mostEach = 1) {
    this.#most = most;
    this.#mostEach = mostEach;
  }

  /**
   * Does some work when the client's turn has come.
   *
   * @param client whose turn it takes
   * @param work what is done
   */
  async run<T>(client: string, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((begin) => {
      this.#waiting.add(client, { client, begin });
      this.#startNext();
    });
    try {
      return await work();
    } finally {
      void this.#passOn(client);
    }
  }

  #startNext(): void {
    if (this.#numRunning >= this.#most) return;
    const next = this.#waiting.next((client) => this.#count(client) < this.#mostEach);
    if (!next) return;
    this.#running.set(next.client, this.#count(next.client) + 1);
    this.#numRunning++;
    next.begin();
  }

  /** Lets everybody else have the event loop, then the next in line its turn. */
  async #passOn(client: string): Promise<void> {
    await setImmediate();
    const left = this.#count(client) - 1;
    if (left > 0) this.#running.set(client, left);
    else this.#running.delete(client);
    this.#numRunning--;
    this.#startNext();
  }

  #count(client: string): number {
    return this.#running.get(client) ?? 0;
  }
}
