import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { FoldError } from '#errors';
import { lowerToOnnx } from '#tensor/onnx/lower';
import { encodeModel } from '#tensor/onnx/model';
import type { HostTensor } from '#tensor/tensor';
import type { Engine } from './engine.js';
import { checkedFeeds, inputsOf, outputsOf, type TensorSpec } from './feeds.js';
import { forkProcess, whenEnded } from './fork-process.js';
import { PROVIDERS } from './providers.js';
import { makeExchangeFolder, removeExchangeFolder, TensorExchange } from './tensor-exchange.js';

/** What the child is asked. */
export type EngineRequest = { readonly id: number; readonly model: number } & (
  | {
      readonly kind: 'open';
      readonly encoded: Uint8Array;
      readonly feeds: ExchangeFile;
      readonly results: ExchangeFile;
    }
  | { readonly kind: 'run' }
  | { readonly kind: 'close' }
);

interface ExchangeFile {
  readonly path: string;
  readonly tensors: readonly TensorSpec[];
}

/** What the child answers; the numbers are in the exchange files. */
export interface EngineAnswer {
  readonly id: number;
  readonly failure?: string;
}

/** An engine that must be closed. */
export interface ForkedEngine extends Engine {
  close(): Promise<void>;
}

type RequestBody<Request = EngineRequest> = Request extends EngineRequest
  ? Omit<Request, 'id'>
  : never;

/**
 * An engine of one thread in a process of its own. Training runs several side by side, each on its own examples: unlike
 * threads within an operation they never wait for each other, which tells where other work shares the cores.
 */
export function forkedEngine(): ForkedEngine {
  const folder = makeExchangeFolder();
  const child = new EngineChild();
  let numModels = 0;
  return {
    name: 'onnxruntime-forked',
    async compile(graph) {
      const model = numModels++;
      const file = (part: string, tensors: readonly TensorSpec[]) => ({
        path: join(folder, `${model}.${part}`),
        tensors,
      });
      const inputs = file('feeds', inputsOf(graph));
      const outputs = file('results', outputsOf(graph));
      const feeds = new TensorExchange(inputs.path, inputs.tensors);
      const results = new TensorExchange(outputs.path, outputs.tensors);
      const encoded = encodeModel(lowerToOnnx(graph, PROVIDERS.cpu));
      await child.ask({ kind: 'open', model, encoded, feeds: inputs, results: outputs });
      // Both sides have the files open: without names they vanish with the processes, however those end.
      for (const { path } of [inputs, outputs]) rmSync(path);
      let isOpen = true;
      let last: Promise<unknown> = Promise.resolve();
      const run = async (given: Readonly<Record<string, HostTensor>>) => {
        feeds.write(Object.fromEntries(checkedFeeds(inputs.tensors, given)));
        await child.ask({ kind: 'run', model });
        return results.read();
      };
      return {
        run(given) {
          if (!isOpen)
            return Promise.reject(new FoldError('ENGINE_FAILED', 'the graph was disposed of'));
          // The files hold the tensors of one run at a time.
          const result = last.then(() => run(given));
          last = result.catch(() => undefined);
          return result;
        },
        async dispose() {
          isOpen = false;
          await last;
          await child.ask({ kind: 'close', model });
          feeds.close();
          results.close();
        },
      };
    },
    async close() {
      await child.close();
      removeExchangeFolder(folder);
    },
  };
}

/** The child, and who waits for its answers. */
class EngineChild {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  #count = 0;
  #end: FoldError | undefined;

  constructor() {
    this.#child = forkProcess(import.meta.url, 'engine-process');
    this.#child.on('message', ({ id, failure }: EngineAnswer) => {
      const task = this.#waiting.get(id); // none for an answer behind the exit
      this.#waiting.delete(id);
      if (failure === undefined) task?.resolve();
      else task?.reject(new FoldError('ENGINE_FAILED', failure));
    });
    whenEnded(this.#child, (how) => {
      this.#end = new FoldError('WORKER_DIED', `an engine process ended (${how})`, {
        hint: 'it may have run out of memory; the last checkpoint is whole',
      });
      for (const { reject } of this.#waiting.values()) reject(this.#end);
      this.#waiting.clear();
    });
  }

  ask(request: RequestBody): Promise<void> {
    if (this.#end) return Promise.reject(this.#end);
    const id = this.#count++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ ...request, id });
    });
  }

  async close(): Promise<void> {
    if (this.#end) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.disconnect();
    await ended;
  }
}
