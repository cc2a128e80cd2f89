import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { FoldError } from '#errors';
import type { HelperAnswer, HelperQuestion } from './helper-answers.js';
import { ToldError } from './problem.js';

/** Whether this runs from TypeScript sources, as tests and development do. */
const IS_SOURCE = import.meta.url.endsWith('.ts');

interface Pending<Answer> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Does what would hold up the server for too long in a process of its own, which starts with the first question and
 * again should it end.
 */
export class HelperProcess<Question, Answer> {
  readonly #entry: string;
  readonly #pending = new Map<number, Pending<Answer>>();
  #child: ChildProcess | undefined;
  #count = 0;

  /** @param name of the module beside this one that calls `answerQuestions` */
  constructor(name: string) {
    const file = `./${name}${IS_SOURCE ? '.ts' : '.js'}`;
    this.#entry = fileURLToPath(new URL(file, import.meta.url));
  }

  /** @throws FoldError that the answer ended with; `WORKER_DIED` where the process ended */
  ask(question: Question): Promise<Answer> {
    this.#child ??= this.#start();
    const child = this.#child;
    const id = this.#count++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      child.send({ id, question } satisfies HelperQuestion<Question>);
    });
  }

  close(): void {
    this.#child?.kill();
  }

  #start(): ChildProcess {
    const child = fork(this.#entry, [], {
      serialization: 'advanced',
      execArgv: IS_SOURCE ? ['--conditions=source', '--import', 'tsx'] : [],
    });
    child.on('message', (answer: HelperAnswer<Answer>) => {
      this.#receive(answer);
    });
    child.on('error', () => {
      if (child.pid === undefined) this.#forgetChild(); // it could not start: no exit follows
    });
    child.on('exit', () => {
      this.#forgetChild();
    });
    child.unref();
    child.channel?.unref();
    return child;
  }

  #forgetChild(): void {
    this.#child = undefined;
    for (const { reject } of this.#pending.values())
      reject(new FoldError('WORKER_DIED', 'a helper process ended', { hint: 'try again' }));
    this.#pending.clear();
  }

  #receive(answer: HelperAnswer<Answer>): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if ('value' in answer) {
      pending?.resolve(answer.value);
      return;
    }
    const { message, known } = answer.error;
    pending?.reject(known ? new ToldError(known.code, known.problem) : new Error(message));
  }
}
