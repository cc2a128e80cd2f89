import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { FoldError } from '#errors';
import type { FileAnswer, FileRequest } from './file-process.js';
import type { ResultFile } from './render-file.js';

/** Whether this runs from TypeScript sources, as tests and development do. */
const IS_SOURCE = import.meta.url.endsWith('.ts');
const ENTRY = fileURLToPath(
  new URL(IS_SOURCE ? './file-process.ts' : './file-process.js', import.meta.url),
);

interface Pending {
  readonly resolve: (file: ResultFile) => void;
  readonly reject: (error: Error) => void;
}

/** Makes result files in a process of its own, which starts with the first one and again should it end. */
export class FileMaker {
  readonly #pending = new Map<number, Pending>();
  #child: ChildProcess | undefined;
  #count = 0;

  /**
   * Makes one file.
   *
   * @param request a stored prediction and the name of the file
   * @throws FoldError `PREDICTION_DAMAGED`, `STRUCTURE_UNWRITABLE`, `WORKER_DIED` where the process ended
   */
  make(request: Omit<FileRequest, 'id'>): Promise<ResultFile> {
    this.#child ??= this.#start();
    const child = this.#child;
    const id = this.#count++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      child.send({ ...request, id } satisfies FileRequest);
    });
  }

  close(): void {
    this.#child?.kill();
  }

  #start(): ChildProcess {
    const child = fork(ENTRY, [], {
      serialization: 'advanced',
      execArgv: IS_SOURCE ? ['--conditions=source', '--import', 'tsx'] : [],
    });
    child.on('message', (answer: FileAnswer) => {
      this.#receive(answer);
    });
    child.on('error', () => undefined); // an exit follows
    child.on('exit', () => {
      this.#child = undefined;
      for (const { reject } of this.#pending.values())
        reject(
          new FoldError('WORKER_DIED', 'the process that writes files ended', {
            hint: 'try again',
          }),
        );
      this.#pending.clear();
    });
    child.unref();
    child.channel?.unref();
    return child;
  }

  #receive(answer: FileAnswer): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if ('file' in answer) {
      pending?.resolve(answer.file);
      return;
    }
    const { code, message, hint } = answer.error;
    const error =
      code === undefined
        ? new Error(message)
        : new FoldError(code, message, hint === undefined ? {} : { hint });
    pending?.reject(error);
  }
}
