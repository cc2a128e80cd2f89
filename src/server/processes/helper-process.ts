import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { FoldError } from '#errors';
import { FairLine } from './fair-line.js';
import { type HelperAnswer, READY } from './helper-answers.js';
import { ToldError } from '#server/http/problem';

/** Whether this runs from TypeScript sources, as tests and development do. */
const IS_SOURCE = import.meta.url.endsWith('.ts');
const MILLISECONDS_PER_SECOND = 1000;

interface Task<Question, Answer> {
  readonly client: string;
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** Who asks. */
export interface Asker {
  /** Whose turn it takes. */
  readonly client?: string;
  /** Aborts when nobody waits for the answer any longer. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Does what would hold up the server for too long in a process of its own, which starts with the first question and
 * again should it end. It works on one question at a time, of each client in turn; one that takes too long, or that nobody waits for any
 * longer, ends with the process, and the next question gets a new one.
 */
export class HelperProcess<Question, Answer> {
  readonly #entry: string;
  readonly #deadlineSeconds: number;
  readonly #waiting = new FairLine<Task<Question, Answer>>();
  #active: Task<Question, Answer> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #child: ChildProcess | undefined;
  #isReady = false;

  /**
   * @param parent `import.meta.url` of the module that asks
   * @param name path from there to the module that calls `answerQuestions`, without its ending
   * @param deadlineSeconds how long one question may take once the process is at work on it
   */
  constructor(parent: string, name: string, deadlineSeconds: number) {
    const file = `./${name}${IS_SOURCE ? '.ts' : '.js'}`;
    this.#entry = fileURLToPath(new URL(file, parent));
    this.#deadlineSeconds = deadlineSeconds;
  }

  /**
   * @param question goes to the process when its turn has come
   * @param asker whose turn it takes, and a signal that aborts when nobody waits for the answer any longer
   * @throws FoldError that the answer ended with; `WORKER_DIED` where the process ended, `HELPER_TIMEOUT`,
   *   `JOB_CANCELLED` after the signal
   */
  async ask(question: Question, { client = '', signal }: Asker = {}): Promise<Answer> {
    let giveUp = (): void => undefined;
    try {
      return await new Promise((resolve, reject) => {
        const task = { client, question, resolve, reject };
        giveUp = () => {
          this.#fail(task, nobodyWaits());
        };
        signal?.addEventListener('abort', giveUp);
        this.#waiting.add(client, task);
        if (signal?.aborted) giveUp();
        else this.#startNext();
      });
    } finally {
      signal?.removeEventListener('abort', giveUp);
    }
  }

  close(): void {
    this.#child?.kill();
  }

  #startNext(): void {
    if (this.#active) return;
    const task = this.#waiting.next();
    if (!task) return;
    this.#active = task;
    this.#child ??= this.#start();
    if (this.#isReady) this.#setDeadline(task);
    this.#child.send({ question: task.question });
  }

  #setDeadline(task: Task<Question, Answer>): void {
    this.#timer = setTimeout(() => {
      this.#fail(task, tookTooLong(this.#deadlineSeconds));
    }, MILLISECONDS_PER_SECOND * this.#deadlineSeconds);
    this.#timer.unref();
  }

  #start(): ChildProcess {
    this.#isReady = false;
    const child = fork(this.#entry, [], {
      serialization: 'advanced',
      execArgv: IS_SOURCE ? ['--conditions=source', '--import', 'tsx'] : [],
    });
    child.on('message', (message: typeof READY | HelperAnswer<Answer>) => {
      if (child === this.#child) this.#receive(message);
    });
    child.on('error', () => {
      if (child.pid === undefined) this.#hasEnded(child); // it could not start: no exit follows
    });
    child.on('exit', () => {
      this.#hasEnded(child);
    });
    child.unref();
    child.channel?.unref();
    return child;
  }

  #hasEnded(child: ChildProcess): void {
    if (child !== this.#child) return; // stopped by `#fail`: another may be at work already
    this.#child = undefined;
    this.#end()?.reject(
      new FoldError('WORKER_DIED', 'a helper process ended', { hint: 'try again' }),
    );
    this.#startNext();
  }

  /** Gives up a task wherever it stands; only the end of the process ends one that has begun. */
  #fail(task: Task<Question, Answer>, error: FoldError): void {
    task.reject(error);
    this.#waiting.delete(task.client, task);
    if (task !== this.#active) return;
    this.#end();
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
    this.#startNext();
  }

  #receive(answer: typeof READY | HelperAnswer<Answer>): void {
    if (answer === READY) {
      this.#isReady = true;
      if (this.#active) this.#setDeadline(this.#active);
      return;
    }
    const task = this.#end();
    if ('value' in answer) task?.resolve(answer.value);
    else {
      const { message, known } = answer.error;
      task?.reject(known ? new ToldError(known.code, known.problem) : new Error(message));
    }
    this.#startNext();
  }

  /** The task that was being worked on. */
  #end(): Task<Question, Answer> | undefined {
    clearTimeout(this.#timer);
    const task = this.#active;
    this.#active = undefined;
    return task;
  }
}

function nobodyWaits(): FoldError {
  return new FoldError('JOB_CANCELLED', 'nobody waits for the answer any longer');
}

function tookTooLong(seconds: number): FoldError {
  return new FoldError('HELPER_TIMEOUT', `this took more than ${seconds} s and was stopped`, {
    hint: 'send less at a time',
  });
}
