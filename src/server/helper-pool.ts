import type { Asked, Answered, Questions, Told } from '#process/messages';
import type { AskedProcess, AskedProcessOptions, Asker } from '#process/asked-process';
import { helperProcess } from './helper-process.js';
import { Turns } from './turns.js';

/** One client's slow question leaves a process for another's. */
const NUM_PROCESSES = 2;

/** Processes that answer the same questions, of which no client has more than one at a time. */
export class HelperPool<All extends Questions> {
  readonly #helpers: readonly AskedProcess<All>[];
  /** Those that have nothing to do; the last is asked next, so that the others need not even start. */
  readonly #idle: AskedProcess<All>[];
  readonly #turns = new Turns(NUM_PROCESSES);

  /** @param options as of `helperProcess` */
  constructor(options: Omit<AskedProcessOptions, 'whenDied'>) {
    this.#helpers = Array.from({ length: NUM_PROCESSES }, () => helperProcess<All>(options));
    this.#idle = [...this.#helpers];
  }

  /**
   * @param name of the question
   * @param question goes to a process when its turn has come
   * @param asker whose turn it takes, and until when anybody waits
   * @throws FoldError as `AskedProcess.ask`
   */
  async ask<Name extends keyof All & string>(
    name: Name,
    question: Asked<All, Name>,
    asker: Asker<Told<All, Name>> = {},
  ): Promise<Answered<All, Name>> {
    return this.#turns.run(asker.client ?? '', () => {
      const helper = this.#idle.pop()!;
      return helper.ask(name, question, asker).finally(() => this.#idle.push(helper));
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#helpers.map((helper) => helper.close()));
  }
}
