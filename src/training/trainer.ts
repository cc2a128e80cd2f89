import { FoldError } from '#errors';
import type { Parameters } from '#model/parameters';
import { graphOf } from '#tensor/graph';
import { gradients } from '#tensor/gradients';
import type { Engine, Executable } from '#tensor/engine/engine';
import { sameShape } from '#tensor/shape';
import type { HostTensor } from '#tensor/tensor';
import { adamStep, globalNorm, startTraining, type AdamOptions } from './adam.js';
import type { TrainingState } from './checkpoint.js';
import { initialiseWeights } from './initialise.js';
import type { Metrics, Objective } from './objective.js';
import { Random } from './random.js';

/** Prefixes of output names, which must not meet input names. */
const GRADIENT = 'gradient/';
const TERM = 'term/';

/** What one step found. */
export interface StepReport {
  readonly loss: number;
  readonly gradientNorm: number;
  readonly terms: Metrics;
  readonly seconds: number;
}

/** Trains one objective: holds its compiled graphs and moves the state's parameters. */
export class Trainer {
  readonly #objective: Objective;
  readonly #state: TrainingState;
  readonly #trained: readonly string[];
  readonly #stepGraph: Executable;
  readonly #evaluationGraph: Executable;

  private constructor(
    objective: Objective,
    state: TrainingState,
    trained: readonly string[],
    graphs: { step: Executable; evaluation: Executable },
  ) {
    this.#objective = objective;
    this.#state = state;
    this.#trained = trained;
    this.#stepGraph = graphs.step;
    this.#evaluationGraph = graphs.evaluation;
  }

  /**
   * Compiles the graphs and gives starting values to parameters that the state does not have yet.
   *
   * @param state changed in place from here on
   * @throws {@link FoldError} `WEIGHTS_MISMATCH` naming a tensor that the state has in another shape
   */
  static async create(
    engine: Engine,
    objective: Objective,
    state: TrainingState,
  ): Promise<Trainer> {
    const { parameters, loss, terms } = objective;
    checkShapes(parameters, state);
    const random = new Random(state.randomState);
    for (const [name, { shape, data }] of initialiseWeights(parameters, random, state.parameters)) {
      if (!state.parameters.has(name))
        state.parameters.set(name, { shape, ...startTraining(data) });
    }
    state.randomState = random.state;
    const trained = [...parameters.all].filter(([, { isTrained }]) => isTrained);
    const byName = gradients(
      loss,
      trained.map(([, { tensor }]) => tensor),
    ).map((gradient, i) => [GRADIENT + trained[i]![0], gradient] as const);
    const named = Object.entries(terms).map(([name, term]) => [TERM + name, term] as const);
    const scalars = { loss, ...Object.fromEntries(named) };
    return new Trainer(
      objective,
      state,
      trained.map(([name]) => name),
      {
        step: await engine.compile(graphOf({ ...scalars, ...Object.fromEntries(byName) })),
        evaluation: await engine.compile(graphOf(scalars)),
      },
    );
  }

  /** One step of Adam on fresh examples. */
  async step(options: AdamOptions): Promise<StepReport> {
    const state = this.#state;
    const started = performance.now();
    const random = new Random(state.randomState);
    const examples = this.#objective.sample(random);
    const results = await this.#stepGraph.run({ ...this.#feeds('values'), ...examples });
    const gradientOf = (name: string) => results[GRADIENT + name]!.data as Float32Array;
    const gradientNorm = globalNorm(this.#trained.map(gradientOf));
    state.randomState = random.state;
    state.step++;
    state.totalSteps++;
    if (Number.isFinite(gradientNorm)) {
      const clip = Math.min(1, options.maxGradientNorm / (gradientNorm + 1e-12));
      for (const name of this.#trained) {
        const parameter = state.parameters.get(name)!;
        const weightDecay = parameter.shape.length > 1 ? options.weightDecay : 0;
        adamStep(parameter, gradientOf(name), state.step, clip, { ...options, weightDecay });
      }
    }
    const seconds = (performance.now() - started) / 1000;
    state.seconds += seconds;
    return { ...this.#scalars(results), gradientNorm, seconds };
  }

  /** Mean metrics over the validation set, with the averaged weights. */
  async evaluate(): Promise<Metrics> {
    const weights = this.#feeds('ema');
    const totals: Record<string, number> = {};
    let count = 0;
    for (const examples of this.#objective.validation()) {
      const { loss, terms } = this.#scalars(
        await this.#evaluationGraph.run({ ...weights, ...examples }),
      );
      for (const [name, value] of Object.entries({ loss, ...terms })) {
        totals[name] = (totals[name] ?? 0) + value;
      }
      count++;
    }
    return Object.fromEntries(Object.entries(totals).map(([name, sum]) => [name, sum / count]));
  }

  /** Frees the compiled graphs. */
  async close(): Promise<void> {
    await this.#stepGraph.dispose();
    await this.#evaluationGraph.dispose();
  }

  #feeds(part: 'values' | 'ema'): Record<string, HostTensor> {
    return Object.fromEntries(
      [...this.#state.parameters].map(([name, parameter]) => [
        name,
        { shape: parameter.shape, data: parameter[part] },
      ]),
    );
  }

  #scalars(results: Record<string, HostTensor>): { loss: number; terms: Metrics } {
    const names = Object.keys(this.#objective.terms);
    return {
      loss: results['loss']!.data[0]!,
      terms: Object.fromEntries(names.map((name) => [name, results[TERM + name]!.data[0]!])),
    };
  }
}

function checkShapes(parameters: Parameters, state: TrainingState): void {
  for (const [name, { tensor }] of parameters.all) {
    const known = state.parameters.get(name);
    if (!known || sameShape(known.shape, tensor.shape)) continue;
    throw new FoldError(
      'WEIGHTS_MISMATCH',
      `"${name}" has shape [${known.shape.join(', ')}] in the checkpoint, the model needs [${tensor.shape.join(', ')}]`,
      { hint: 'the checkpoint belongs to a model of other sizes: start in an empty folder' },
    );
  }
}
