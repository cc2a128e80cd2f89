/** @file Entry of a forked process that runs graphs on onnxruntime with one thread; see `forked-engine.ts`. */
import type { Executable } from './engine.js';
import type { EngineAnswer, EngineRequest } from './forked-engine.js';
import { nodeModels } from './onnxruntime-node.js';
import { TensorExchange } from './tensor-exchange.js';

interface OpenModel {
  readonly executable: Executable;
  readonly feeds: TensorExchange;
  readonly results: TensorExchange;
}

const models = new Map<number, OpenModel>();

async function handle(request: EngineRequest): Promise<void> {
  const { model: id } = request;
  if (request.kind === 'open') {
    const { encoded, feeds, results } = request;
    models.set(id, {
      executable: await nodeModels(1)({ encoded, inputs: feeds.tensors, outputs: results.tensors }),
      feeds: new TensorExchange(feeds.path, feeds.tensors),
      results: new TensorExchange(results.path, results.tensors),
    });
    return;
  }
  const { executable, feeds, results } = models.get(id)!;
  if (request.kind === 'run') {
    results.write(await executable.run(feeds.read()));
    return;
  }
  models.delete(id);
  feeds.close();
  results.close();
  await executable.dispose();
}

process.on('message', (request: EngineRequest) => {
  // A parent that has gone needs no answer; its end is a 'disconnect'.
  const answer = (message: EngineAnswer) => process.send?.(message, undefined, {}, () => undefined);
  handle(request).then(
    () => answer({ id: request.id }),
    (error: unknown) => answer({ id: request.id, failure: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
// Ctrl-C and a closed terminal reach the whole group: the parent decides when it has what it needs.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
