import type { Running } from '#server/jobs/lanes';

const MILLISECONDS_PER_SECOND = 1000;

/**
 * The turns of work that others come before. When they have had some times as long as it is estimated to take, it has a
 * turn of that length, as if it were one of them; where that was not enough the next is twice as long and comes after twice
 * the time. So with four times others lose a fifth of their time at most, however wrong the estimate, and it ends however
 * many they are.
 */
export class LateTurn {
  readonly #work: Running;
  readonly #othersFirst: number;
  readonly #onOver: () => void;
  #seconds: number;
  #state: 'waits' | 'is next' | 'has it' = 'waits';
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param work as others see it in its turn
   * @param othersFirst how long others go first, in times as long as a turn lasts
   * @param onOver called at the end of each turn
   */
  constructor(work: Running, othersFirst: number, onOver: () => void) {
    this.#work = work;
    this.#othersFirst = othersFirst;
    this.#onOver = onOver;
    this.#seconds = work.estimate.seconds;
    this.#wait();
  }

  /**
   * Asked whenever there is a place for one more.
   *
   * @returns what has the place, undefined where it is the others'
   */
  take(): Running | undefined {
    if (this.#state === 'waits') return undefined;
    if (this.#state === 'is next') {
      this.#state = 'has it';
      this.#after(this.#seconds, () => {
        this.#seconds *= 2;
        this.#wait();
        this.#onOver();
      });
    }
    return this.#work;
  }

  /** The work is done. */
  close(): void {
    clearTimeout(this.#timer);
    const hadIt = this.#state === 'has it';
    this.#state = 'waits';
    if (hadIt) this.#onOver();
  }

  #wait(): void {
    this.#state = 'waits';
    this.#after(this.#othersFirst * this.#seconds, () => {
      this.#state = 'is next';
    });
  }

  #after(seconds: number, then: () => void): void {
    this.#timer = setTimeout(then, MILLISECONDS_PER_SECOND * seconds).unref();
  }
}
