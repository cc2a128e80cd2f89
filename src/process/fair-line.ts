/** A line in which clients take turns: one thing of each after the other, within a client in the order of arrival. */
export class FairLine<T> {
  /** By client, the one whose turn is next first. */
  readonly #waiting = new Map<string, Set<T>>();

  add(client: string, item: T): void {
    const own = this.#waiting.get(client) ?? new Set();
    this.#waiting.set(client, own.add(item));
  }

  /** @returns whether it waited */
  delete(client: string, item: T): boolean {
    const own = this.#waiting.get(client);
    if (!own?.delete(item)) return false;
    if (own.size === 0) this.#waiting.delete(client);
    return true;
  }

  /**
   * Takes out what is next.
   *
   * @param mayHave whether a client may have a turn now with the first thing that it waits for
   */
  next(mayHave: (client: string, item: T) => boolean = () => true): T | undefined {
    for (const [client, own] of this.#waiting) {
      const [item] = own;
      if (!mayHave(client, item!)) continue;
      own.delete(item!);
      this.#waiting.delete(client);
      if (own.size > 0) this.#waiting.set(client, own); // its next turn comes after all others
      return item;
    }
    return undefined;
  }

  /** How many things of a client wait. */
  count(client: string): number {
    return this.#waiting.get(client)?.size ?? 0;
  }
}
