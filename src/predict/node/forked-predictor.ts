import type { ChildProcess } from 'node:child_process';
import { FoldError, type ErrorCode } from '#errors';
import type { PredictionProgress, Predictor } from '#predict/prediction';
import { predictorFacts } from '#predict/predictor';
import type { Device } from '#tensor/engine/device';
import { forkProcess, whenEnded } from '#tensor/engine/fork-process';
import { loadModel } from './load-model.js';
import type { ModelTask, OpenedEngine, WorkerMessage, WorkerRequest } from './worker-protocol.js';

interface ForkOptions {
  /** Threads of the engine; as many as there are cores for this process where absent. */
  readonly numThreads?: number | undefined;
  /** What computes; `auto` where absent. */
  readonly device?: Device | undefined;
  /** Whether other processes run the same model: large weights then stay in the page cache, once for all. */
  readonly sharesWeights?: boolean;
  /** How much the process gives way to others, 0 to 19. */
  readonly niceness?: number;
}

/** A predictor that can open its engine before there is something to predict. */
export interface ForkedPredictor extends Predictor {
  /** @throws FoldError `ENGINE_UNAVAILABLE` */
  engine(): Promise<OpenedEngine>;
}

/** What the model process is asked, but for the number of the request. */
type Question<Request = WorkerRequest> = Request extends WorkerRequest
  ? Omit<Request, 'id'>
  : never;

interface Task {
  readonly request: WorkerRequest;
  readonly onProgress: ((progress: PredictionProgress) => void) | undefined;
  readonly resolve: (message: WorkerMessage) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Runs a model in a forked process, one request at a time. Cancelling ends the process; the next request starts
 * another.
 *
 * @param pathOrName of the model
 * @throws FoldError when the model cannot be opened
 */
export function forkedPredictor(pathOrName: string, options: ForkOptions = {}): ForkedPredictor {
  const model = loadModel(pathOrName);
  model.weights.close();
  const task: ModelTask = { ...options, pathOrName, sha256: model.sha256 };
  const modelProcess = new ModelProcess([JSON.stringify(task)]);
  return {
    ...predictorFacts(model),
    async predict(request, { signal, onProgress } = {}) {
      const answer = await modelProcess.ask({ kind: 'predict', request }, signal, onProgress);
      if (answer.kind !== 'prediction') throw new Error(`internal: unexpected ${answer.kind}`);
      return answer.prediction;
    },
    async attention(request, select, { signal } = {}) {
      const answer = await modelProcess.ask({ kind: 'attention', request, select }, signal);
      if (answer.kind !== 'attention') throw new Error(`internal: unexpected ${answer.kind}`);
      return answer.attention;
    },
    async engine() {
      const answer = await modelProcess.ask({ kind: 'engine' }, undefined);
      if (answer.kind !== 'engine') throw new Error(`internal: unexpected ${answer.kind}`);
      return answer.engine;
    },
    close: () => modelProcess.close(),
  };
}

/** The child, and the requests that wait for it. */
class ModelProcess {
  readonly #arguments: readonly string[];
  readonly #waiting: Task[] = [];
  #child: ChildProcess | undefined;
  #active: Task | undefined;
  #count = 0;

  constructor(childArguments: readonly string[]) {
    this.#arguments = childArguments;
  }

  async ask(
    question: Question,
    signal: AbortSignal | undefined,
    onProgress?: (progress: PredictionProgress) => void,
  ): Promise<WorkerMessage> {
    if (signal?.aborted) throw cancelled();
    const request: WorkerRequest = { ...question, id: this.#count++ };
    let cancel: (() => void) | undefined;
    try {
      return await new Promise<WorkerMessage>((resolve, reject) => {
        const task: Task = { request, onProgress, resolve, reject };
        cancel = () => {
          this.#cancel(task);
        };
        signal?.addEventListener('abort', cancel);
        this.#waiting.push(task);
        this.#next();
      });
    } finally {
      // A signal may outlive thousands of requests, and would keep what they were answered.
      if (cancel) signal?.removeEventListener('abort', cancel);
    }
  }

  async close(): Promise<void> {
    for (const task of this.#waiting.splice(0)) task.reject(cancelled());
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.ref(); // an idle child does not keep this process alive, but its end is waited for
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  #next(): void {
    if (this.#active) return;
    this.#active = this.#waiting.shift();
    if (!this.#active) {
      this.#child?.unref();
      this.#child?.channel?.unref();
      return;
    }
    this.#child ??= this.#start();
    this.#child.ref();
    this.#child.channel?.ref();
    this.#child.send(this.#active.request);
  }

  #start(): ChildProcess {
    const child = forkProcess(import.meta.url, 'model-process', this.#arguments);
    child.on('message', (message: WorkerMessage) => {
      this.#receive(message);
    });
    whenEnded(child, (how) => {
      if (this.#child === child) this.#child = undefined;
      this.#fail(
        new FoldError('WORKER_DIED', `the model process ended (${how})`, {
          hint: 'it may have run out of memory; try a shorter sequence',
        }),
        child,
      );
    });
    return child;
  }

  #receive(message: WorkerMessage): void {
    const task = this.#active;
    if (task?.request.id !== message.id) return;
    if (message.kind === 'progress') {
      task.onProgress?.(message.progress);
      return;
    }
    this.#active = undefined;
    if (message.kind === 'failed') task.reject(toError(message));
    else task.resolve(message);
    this.#next();
  }

  #cancel(task: Task): void {
    const position = this.#waiting.indexOf(task);
    if (position >= 0) this.#waiting.splice(position, 1);
    else if (this.#active === task) {
      this.#active = undefined;
      this.#child?.removeAllListeners('exit');
      this.#child?.kill('SIGKILL');
      this.#child = undefined;
    } else return; // it has ended already
    task.reject(cancelled());
    this.#next();
  }

  #fail(error: FoldError, child: ChildProcess): void {
    if (this.#child !== undefined && this.#child !== child) return;
    const task = this.#active;
    this.#active = undefined;
    task?.reject(error);
    this.#next();
  }
}

function cancelled(): FoldError {
  return new FoldError('JOB_CANCELLED', 'the prediction was cancelled');
}

function toError({ code, message, hint }: WorkerMessage & { kind: 'failed' }): Error {
  if (code === undefined) return new Error(message);
  return new FoldError(code as ErrorCode, message, hint === undefined ? {} : { hint });
}
