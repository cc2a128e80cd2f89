import { FoldError } from '#errors';

/** Limits how much of something one client has at a time. */
export class Places {
  readonly #most: number;
  readonly #what: string;
  readonly #taken = new Map<string, number>();

  /**
   * @param most for one client; 0: any number
   * @param what is counted, for the error
   */
  constructor(most: number, what: string) {
    this.#most = most;
    this.#what = what;
  }

  /**
   * Takes a place.
   *
   * @param client whose it is
   * @returns gives it back; to be called once
   * @throws FoldError `CLIENT_LIMIT`
   */
  enter(client: string): () => void {
    const taken = this.#taken.get(client) ?? 0;
    if (this.#most > 0 && taken >= this.#most)
      throw new FoldError('CLIENT_LIMIT', `you have ${taken} ${this.#what} open already`, {
        hint: 'wait for some of them to end',
      });
    this.#taken.set(client, taken + 1);
    return () => {
      const left = this.#taken.get(client)! - 1;
      if (left > 0) this.#taken.set(client, left);
      else this.#taken.delete(client);
    };
  }
}
