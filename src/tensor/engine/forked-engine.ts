import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { FoldError } from '#errors';
import { AskedProcess } from '#process/asked-process';
import { KEEP_MEMORY } from '#process/fork-process';
import { lowerToOnnx } from '#tensor/onnx/lower';
import { encodeModel } from '#tensor/onnx/model';
import type { HostTensor } from '#tensor/tensor';
import type { Engine } from './engine.js';
import { checkedFeeds, inputsOf, outputsOf, type TensorSpec } from './feeds.js';
import { PROVIDERS } from './providers.js';
import { makeExchangeFolder, removeExchangeFolder, TensorExchange } from './tensor-exchange.js';

/** What the child is asked; the numbers of a run are in the exchange files. */
export type EngineQuestions = {
  readonly open: (asked: {
    readonly model: number;
    readonly encoded: Uint8Array;
    readonly feeds: ExchangeFile;
    readonly results: ExchangeFile;
  }) => void;
  readonly run: (model: number) => void;
  readonly close: (model: number) => void;
};

interface ExchangeFile {
  readonly path: string;
  readonly tensors: readonly TensorSpec[];
}

/** An engine that must be closed. */
export interface ForkedEngine extends Engine {
  close(): Promise<void>;
}

/**
 * An engine of one thread in a process of its own. Training runs several side by side, each on its own examples: unlike
 * threads within an operation they never wait for each other, which tells where other work shares the cores.
 */
export function forkedEngine(): ForkedEngine {
  const folder = makeExchangeFolder();
  const child = new AskedProcess<EngineQuestions>({
    parent: import.meta.url,
    entry: 'engine-process',
    environment: KEEP_MEMORY,
    startsOnce: true,
    whenDied: (how) =>
      new FoldError('PROCESS_DIED', `an engine process ended (${how})`, {
        hint: 'it may have run out of memory; the last checkpoint is whole',
      }),
  });
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
      await child.ask('open', { model, encoded, feeds: inputs, results: outputs });
      // Both sides have the files open: without names they vanish with the processes, however those end.
      for (const { path } of [inputs, outputs]) rmSync(path);
      let isOpen = true;
      let last: Promise<unknown> = Promise.resolve();
      const run = async (given: Readonly<Record<string, HostTensor>>) => {
        feeds.write(Object.fromEntries(checkedFeeds(inputs.tensors, given)));
        await child.ask('run', model);
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
          await child.ask('close', model);
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
