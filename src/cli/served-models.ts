import { Option } from 'commander';
import { availableCores } from '#machine/available-cores';
import { forkedPredictor } from '#predict/node/forked-predictor';
import { DEFAULT_MODEL } from '#predict/node/load-model';
import type { Predictor } from '#predict/prediction';
import { EXPRESS_LANES } from '#server/jobs/lanes';
import { predictorPool } from '#server/jobs/predictor-pool';

/** How much processes give way: long predictions to the server and to short ones, attention to all. */
const NICENESS = { usual: 3, attention: 19 } as const;

/** The option by which `serve` and `worker` are told their models. */
export function modelsOption(): Option {
  return new Option('--model <name|dir...>', 'models to offer, the default first').default([
    DEFAULT_MODEL,
  ]);
}

/**
 * The models of a server or worker, each in as many processes as predictions may run at a time, which share the cores,
 * and some that start only when they are needed: for short predictions beside long ones, and for attention.
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
  const usual = { numThreads: threads, sharesWeights: concurrency > 1, niceness: NICENESS.usual };
  const beside = { numThreads: threads, sharesWeights: true };
  return names.map((name) =>
    predictorPool({
      usual: Array.from({ length: concurrency }, () => forkedPredictor(name, usual)),
      express: Array.from({ length: EXPRESS_LANES }, () => forkedPredictor(name, beside)),
      attention: forkedPredictor(name, { ...beside, niceness: NICENESS.attention }),
    }),
  );
}
