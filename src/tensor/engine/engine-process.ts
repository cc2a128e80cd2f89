/** @file Entry of a forked process that runs graphs on onnxruntime with one thread; see `forked-engine.ts`. */
import { answerQuestions } from '#process/answer-questions';
import type { Executable } from './engine.js';
import type { EngineQuestions } from './forked-engine.js';
import { nodeModels } from './onnxruntime-node.js';
import { TensorExchange } from './tensor-exchange.js';

interface OpenModel {
  readonly executable: Executable;
  readonly feeds: TensorExchange;
  readonly results: TensorExchange;
}

const models = new Map<number, OpenModel>();

answerQuestions<EngineQuestions>({
  async open({ model, encoded, feeds, results }) {
    models.set(model, {
      executable: await nodeModels(1)({ encoded, inputs: feeds.tensors, outputs: results.tensors }),
      feeds: new TensorExchange(feeds.path, feeds.tensors),
      results: new TensorExchange(results.path, results.tensors),
    });
  },
  async run(model) {
    const { executable, feeds, results } = models.get(model)!;
    results.write(await executable.run(feeds.read()));
  },
  async close(model) {
    const { executable, feeds, results } = models.get(model)!;
    models.delete(model);
    feeds.close();
    results.close();
    await executable.dispose();
  },
});
// Ctrl-C and a closed terminal reach the whole group: the parent decides when it has what it needs.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
