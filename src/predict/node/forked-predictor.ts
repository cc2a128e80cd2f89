import { FoldError } from '#errors';
import { keptBytes } from '#execution/stage-weights';
import type { Predictor } from '#predict/prediction';
import { predictorFacts } from '#predict/predictor';
import { AskedProcess } from '#process/asked-process';
import { KEEP_MEMORY } from '#process/fork-process';
import type { EngineFacts } from '#tensor/engine/engine';
import { hasWeightsInGraphs } from '#tensor/engine/providers';
import { loadModel } from './load-model.js';
import type { ModelQuestions, ModelTask, OpenedEngine } from './model-questions.js';

interface ForkOptions extends Omit<ModelTask, 'pathOrName' | 'known'> {
  /** How much the process gives way to others, 0 to 19. */
  readonly niceness?: number;
}

/** A predictor that can open its engine before there is something to predict. */
export interface ForkedPredictor extends Predictor {
  /** @throws FoldError `ENGINE_UNAVAILABLE` */
  openEngine(): Promise<OpenedEngine>;
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
  const graphWeightBytes = keptBytes(model.weights, true);
  model.weights.close();
  const { niceness, ...opening } = options;
  const { sha256, files } = model;
  const task: ModelTask = { ...opening, pathOrName, known: { sha256, files } };
  const modelProcess = new AskedProcess<ModelQuestions>({
    parent: import.meta.url,
    entry: 'model-process',
    arguments: [JSON.stringify(task)],
    environment: KEEP_MEMORY,
    niceness,
    whenDied: (how) =>
      new FoldError('PROCESS_DIED', `the model process ended (${how})`, {
        hint: 'it may have run out of memory; try a shorter sequence',
      }),
  });
  let engine: EngineFacts | undefined;
  const facts = predictorFacts(model);
  const areWeightsInGraphs = (): boolean =>
    hasWeightsInGraphs(engine?.device ?? options.device ?? 'auto');
  return {
    ...facts,
    estimate: (workload) =>
      facts.estimate(areWeightsInGraphs() ? { ...workload, graphWeightBytes } : workload),
    files: files.map(({ path }) => path),
    get engine() {
      return engine;
    },
    async predict(request, { signal, onProgress } = {}) {
      const prediction = await modelProcess.ask('predict', request, {
        signal,
        onNews: onProgress,
      });
      engine = prediction.engine;
      return prediction;
    },
    attention: (request, { onBlock, signal }) =>
      modelProcess.ask('attention', request, { signal, onNews: onBlock }),
    async openEngine() {
      const opened = await modelProcess.ask('engine', undefined);
      engine = opened.facts;
      return opened;
    },
    close: () => modelProcess.close(),
  };
}
