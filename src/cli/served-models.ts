import { Option } from 'commander';
import { availableCores } from '#machine/available-cores';
import { forkedPredictor } from '#predict/node/forked-predictor';
import { DEFAULT_MODEL } from '#predict/node/load-model';
import type { Predictor } from '#predict/prediction';
import { predictorPool } from '#server/jobs/predictor-pool';

/** The option by which `serve` and `worker` are told their models. */
export function modelsOption(): Option {
  return new Option('--model <name|dir...>', 'models to offer, the default first').default([
    DEFAULT_MODEL,
  ]);
}

/**
 * The models of a server or worker, each in as many processes as predictions may run at a time, which share the cores.
 *
 * @param names of models, or their folders
 * @param concurrency predictions at a time
 * @param threads of each; an equal share of the cores where absent
 */
export function servedModels(
  names: readonly string[],
  concurrency: number,
  threads = Math.max(1, Math.floor(availableCores() / concurrency)),
): Predictor[] {
  const options = { numThreads: threads, sharesWeights: concurrency > 1 };
  return names.map((name) =>
    predictorPool(Array.from({ length: concurrency }, () => forkedPredictor(name, options))),
  );
}
