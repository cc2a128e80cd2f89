import type { ChildProcess } from 'node:child_process';
import { FoldError } from '#errors';
import { FairLine } from './fair-line.js';
import { forkProcess, whenEnded, type Fork } from './fork-process.js';
import {
  errorOf,
  type Answered,
  type Asked,
  type Message,
  type Question,
  type Questions,
  type Told,
} from './messages.js';
import { Assembly, type Piece, piecesOf } from './pieces.js';

const MILLISECONDS_PER_SECOND = 1000;

/** Which process is asked, and what becomes of those who ask where it cannot answer. */
export interface AskedProcessOptions extends Fork {
  /** How long one question may take once the process is at work on it; without end where absent. */
  readonly deadlineSeconds?: number;
  /** The error for those who wait when the process ended by itself. */
  readonly whenDied: (how: string) => FoldError;
  /** Whether the end of the process is the end of all: what it was told before would be missing in another. */
  readonly startsOnce?: boolean;
}

/** Who asks. */
export interface Asker<News = never> {
  /** Whose turn it takes. */
  readonly client?: string;
  /** Aborts when nobody waits for the answer any longer. */
  readonly signal?: AbortSignal | undefined;
  /** Told how far the answer is. */
  readonly onNews?: ((news: News) => void) | undefined;
}

interface Task extends Question {
  readonly client: string;
  readonly onNews: ((news: never) => void) | undefined;
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Does work in a process of its own, which starts with the first question and again should it end. It works on one
 * question at a time, of each client in turn. One that takes too long, or that nobody waits for any longer, ends with the
 * process, since nothing else stops a computation; the next question gets a new one.
 */
export class AskedProcess<All extends Questions> {
  readonly #options: AskedProcessOptions;
  readonly #waiting = new FairLine<Task>();
  #active: Task | undefined;
  #timer: NodeJS.Timeout | undefined;
  #child: ChildProcess | undefined;
  #isReady = false;
  #end: FoldError | undefined;

  constructor(options: AskedProcessOptions) {
    this.#options = options;
  }

  /**
   * @param name of the question
   * @param question goes to the process when its turn has come
   * @throws FoldError that the answer ended with; as `whenDied` says where the process ended; `HELPER_TIMEOUT` after the
   *   deadline; `JOB_CANCELLED` after the signal, and when the process is closed meanwhile
   */
  async ask<Name extends keyof All & string>(
    name: Name,
    question: Asked<All, Name>,
    { client = '', signal, onNews }: Asker<Told<All, Name>> = {},
  ): Promise<Answered<All, Name>> {
    if (this.#end) throw this.#end;
    let giveUp = (): void => undefined;
    try {
      return await new Promise((resolve, reject) => {
        const task: Task = { name, question, client, onNews, resolve, reject };
        giveUp = () => {
          this.#fail(task, cancelled(signal?.reason));
        };
        signal?.addEventListener('abort', giveUp);
        this.#waiting.add(client, task);
        if (signal?.aborted) giveUp();
        else this.#startNext();
      });
    } finally {
      // A signal may outlive thousands of questions, and would keep what they were answered.
      signal?.removeEventListener('abort', giveUp);
    }
  }

  /**
   * Cancels what waits, and ends the process with what it is at work on; resolves when it has ended. The next question
   * starts another, so this also frees the memory of one that is not needed for a while.
   */
  async close(): Promise<void> {
    if (this.#options.startsOnce) this.#end ??= cancelled();
    const child = this.#child;
    this.#child = undefined;
    this.#done()?.reject(this.#options.whenDied('it was closed'));
    this.#rejectWaiting(cancelled());
    if (child) await stop(child);
  }

  #startNext(): void {
    if (this.#active) return;
    const task = this.#waiting.next();
    if (!task) {
      this.#keepAlive(false);
      return;
    }
    this.#active = task;
    this.#child ??= this.#start();
    this.#keepAlive(true);
    if (this.#isReady) this.#setDeadline(task);
    this.#send(task, this.#child).catch((error: unknown) => {
      this.#fail(task, error as Error); // it holds what cannot be sent
    });
  }

  /** Sends a question piece by piece, each when the one before has been written. */
  async #send(task: Task, child: ChildProcess): Promise<void> {
    const { name, question } = task;
    for (const piece of piecesOf({ name, question })) {
      if (task !== this.#active || child !== this.#child) return;
      await new Promise<void>((resolve) => {
        // where it fails the process has ended, which is told elsewhere
        child.send(piece, undefined, {}, () => {
          resolve();
        });
      });
    }
  }

  /** An idle child does not keep this process running; one that somebody waits for does. */
  #keepAlive(isAwaited: boolean): void {
    for (const one of [this.#child, this.#child?.channel]) {
      if (isAwaited) one?.ref();
      else one?.unref();
    }
  }

  #setDeadline(task: Task): void {
    const { deadlineSeconds } = this.#options;
    if (deadlineSeconds === undefined) return;
    this.#timer = setTimeout(() => {
      this.#fail(task, tookTooLong(deadlineSeconds));
    }, MILLISECONDS_PER_SECOND * deadlineSeconds);
    this.#timer.unref();
  }

  #start(): ChildProcess {
    this.#isReady = false;
    const child = forkProcess(this.#options);
    const assembly = new Assembly();
    child.on('message', (piece: Piece) => {
      if (child !== this.#child) return;
      const whole = assembly.add(piece);
      if (whole) this.#receive(whole.message as Message);
    });
    whenEnded(child, (how) => {
      if (child === this.#child) this.#hasDied(this.#options.whenDied(how));
    });
    return child;
  }

  #hasDied(error: FoldError): void {
    this.#child = undefined;
    this.#done()?.reject(error);
    if (this.#options.startsOnce) {
      this.#end = error;
      this.#rejectWaiting(error);
    }
    this.#startNext();
  }

  #rejectWaiting(error: FoldError): void {
    for (let task = this.#waiting.next(); task; task = this.#waiting.next()) task.reject(error);
  }

  /** Gives up a task wherever it stands; only the end of the process ends one that has begun. */
  #fail(task: Task, error: Error): void {
    task.reject(error);
    this.#waiting.delete(task.client, task);
    if (task !== this.#active) return;
    this.#done();
    if (this.#child) void stop(this.#child);
    this.#child = undefined;
    this.#startNext();
  }

  #receive(message: Message): void {
    if (message.kind === 'ready') {
      this.#isReady = true;
      if (this.#active) this.#setDeadline(this.#active);
      return;
    }
    if (message.kind === 'news') {
      this.#active?.onNews?.(message.news as never);
      return;
    }
    const task = this.#done();
    if (message.kind === 'answer') task?.resolve(message.answer as never);
    else task?.reject(errorOf(message.failure));
    this.#startNext();
  }

  /** The task that was being worked on. */
  #done(): Task | undefined {
    clearTimeout(this.#timer);
    const task = this.#active;
    this.#active = undefined;
    return task;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  const hasEnded = child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  if (hasEnded) return;
  child.ref(); // its end is waited for
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

/** @param reason of the signal, where that is one of our errors */
function cancelled(reason?: unknown): FoldError {
  return reason instanceof FoldError
    ? reason
    : new FoldError('JOB_CANCELLED', 'the work was cancelled');
}

function tookTooLong(seconds: number): FoldError {
  return new FoldError('HELPER_TIMEOUT', `this took more than ${seconds} s and was stopped`, {
    hint: 'send less at a time',
  });
}
