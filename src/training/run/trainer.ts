import { FoldError } from '#errors';
import type { Parameters } from '#layers/parameters';
import type { Engine, Executable } from '#tensor/engine/engine';
import { gradients } from '#tensor/gradients';
import { graphOf, type Graph } from '#tensor/graph';
import { sameShape } from '#tensor/shape';
import { Random } from '#training/data/random';
import type { Feeds, Metrics, Objective } from '#training/objectives/objective';
import { addGradient, globalNorm, startTraining, type AdamOptions } from '#training/optimise/adam';
import { Optimiser } from '#training/optimise/optimiser';
import type { TrainingState } from './checkpoint.js';
import { initialiseWeights } from './initialise.js';

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

/** How examples are spread over engines. */
export interface TrainerOptions {
  /** Runs of the objective's graph in one step; their gradients are averaged. */
  readonly runsPerStep?: number;
  /** Prefixes of parameters that are not moved. */
  readonly holds?: readonly string[];
  /** Prefixes of parameters whose matrices move by Muon; everything else moves by Adam. */
  readonly muon?: readonly string[];
}

/** Steps in a row that may give no finite gradients; such a step moves nothing. */
const MAX_LOST_STEPS = 10;

/** Trains one objective: holds its compiled graphs and moves the state's parameters. */
export class Trainer {
  readonly #objective: Objective;
  readonly #state: TrainingState;
  readonly #trained: readonly string[];
  /** One for each engine. */
  readonly #preparations: readonly Executable[];
  readonly #stepGraphs: readonly Executable[];
  readonly #evaluationGraph: Executable;
  readonly #optimiser: Optimiser;
  readonly #runsPerStep: number;
  readonly #random: Random;
  /** Examples of the next step, drawn while engines are at work on the last. */
  #drawn: Promise<Feeds[]> | undefined;
  #lostSteps = 0;

  private constructor(
    objective: Objective,
    state: TrainingState,
    trained: readonly string[],
    graphs: {
      preparations: readonly Executable[];
      steps: readonly Executable[];
      evaluation: Executable;
    },
    optimiser: Optimiser,
    runsPerStep: number,
  ) {
    this.#objective = objective;
    this.#state = state;
    this.#trained = trained;
    this.#preparations = graphs.preparations;
    this.#stepGraphs = graphs.steps;
    this.#evaluationGraph = graphs.evaluation;
    this.#optimiser = optimiser;
    this.#runsPerStep = runsPerStep;
    this.#random = new Random(state.randomState);
  }

  /**
   * Compiles the graphs and gives starting values to parameters that the state does not have yet.
   *
   * @param engines work side by side on the runs of a step; how many there are does not change the result
   * @param state changed in place from here on
   * @throws {@link FoldError} `WEIGHTS_MISMATCH` naming a tensor that the state has in another shape
   */
  static async create(
    engines: readonly Engine[],
    objective: Objective,
    state: TrainingState,
    { runsPerStep = 1, holds = [], muon = [] }: TrainerOptions = {},
  ): Promise<Trainer> {
    const { parameters, loss, terms, preparation } = objective;
    checkShapes(parameters, state);
    const random = new Random(state.randomState);
    for (const [name, { shape, data }] of initialiseWeights(parameters, random, state.parameters)) {
      state.parameters.set(name, { shape, ...startTraining(data) });
    }
    state.randomState = random.state;
    const isIn = (prefixes: readonly string[], name: string) =>
      prefixes.some((prefix) => name.startsWith(prefix));
    const trained = [...parameters.all].filter(
      ([name, { isTrained }]) => isTrained && !isIn(holds, name),
    );
    const byName = gradients(
      loss,
      trained.map(([, { tensor }]) => tensor),
    ).map((gradient, i) => [GRADIENT + trained[i]![0], gradient] as const);
    const named = Object.entries(terms).map(([name, term]) => [TERM + name, term] as const);
    const scalars = { loss, ...Object.fromEntries(named) };
    const step = graphOf({ ...scalars, ...Object.fromEntries(byName) });
    const onEach = (graph: Graph) =>
      Promise.all(engines.slice(0, runsPerStep).map((engine) => engine.compile(graph)));
    const graphs = {
      preparations: preparation ? await onEach(preparation.graph) : [],
      steps: await onEach(step),
      evaluation: await engines[0]!.compile(graphOf(scalars)),
    };
    const names = trained.map(([name]) => name);
    const matrices = trained
      .map(([name, { tensor }]) => [name, tensor.shape] as const)
      .filter(([name, shape]) => shape.length === 2 && isIn(muon, name));
    const optimiser = await Optimiser.create(engines, matrices);
    return new Trainer(objective, state, names, graphs, optimiser, runsPerStep);
  }

  /**
   * One step of the optimiser on fresh examples.
   *
   * @throws {@link FoldError} `TRAINING_DIVERGED` after ten steps in a row without finite gradients
   */
  async step(options: AdamOptions): Promise<StepReport> {
    const state = this.#state;
    const started = performance.now();
    const weights = this.#feeds('values');
    const drawn = this.#drawn ?? this.#draw();
    state.randomState = this.#random.state;
    const runs = (await drawn).map((examples, i) =>
      this.#stepGraphs[i % this.#stepGraphs.length]!.run({ ...weights, ...examples }),
    );
    this.#drawn = this.#draw();
    this.#drawn.catch(() => undefined); // told by the next step, if there is one
    const { gradients, loss, terms } = this.#mean(await Promise.all(runs));
    const share = 1 / this.#runsPerStep;
    const gradientNorm = share * globalNorm(gradients.values());
    state.step++;
    state.totalSteps++;
    if (Number.isFinite(gradientNorm)) {
      this.#lostSteps = 0;
      const clip = share * Math.min(1, options.maxGradientNorm / (gradientNorm + 1e-12));
      await this.#optimiser.step(state.parameters, gradients, clip, options);
    } else if (++this.#lostSteps === MAX_LOST_STEPS) {
      throw divergence({ loss, ...terms });
    }
    const seconds = (performance.now() - started) / 1000;
    state.seconds += seconds;
    return { loss, terms, gradientNorm, seconds };
  }

  /** Examples for one step; the random numbers are drawn at once, whatever takes longer. */
  #draw(): Promise<Feeds[]> {
    return Promise.all(
      Array.from({ length: this.#runsPerStep }, (_, i) =>
        this.#prepare(this.#objective.sample(this.#random), i),
      ),
    );
  }

  async #prepare(examples: Feeds, run: number): Promise<Feeds> {
    const { preparation } = this.#objective;
    if (!preparation) return examples;
    const executable = this.#preparations[run % this.#preparations.length]!;
    const results = await executable.run({ ...this.#feeds('ema'), ...examples });
    return preparation.finish(examples, results);
  }

  /** Sums of the gradients, in the first run's arrays, and means of the scalars. */
  #mean(results: readonly Feeds[]) {
    const gradients = new Map(
      this.#trained.map((name) => [name, results[0]![GRADIENT + name]!.data as Float32Array]),
    );
    for (const result of results.slice(1)) {
      for (const [name, total] of gradients) {
        addGradient(total, result[GRADIENT + name]!.data as Float32Array);
      }
    }
    return { gradients, ...meanOf(results.map((result) => this.#scalars(result))) };
  }

  /** Mean metrics over the validation set, with the averaged weights. */
  async evaluate(): Promise<Metrics> {
    const weights = this.#feeds('ema');
    const each = [];
    for (const examples of this.#objective.validation()) {
      const prepared = await this.#prepare(examples, 0);
      each.push(this.#scalars(await this.#evaluationGraph.run({ ...weights, ...prepared })));
    }
    const { loss, terms } = meanOf(each);
    return { loss, ...terms };
  }

  /** Frees the compiled graphs. */
  async close(): Promise<void> {
    await this.#drawn?.catch(() => undefined);
    for (const graph of [...this.#preparations, ...this.#stepGraphs]) await graph.dispose();
    await this.#evaluationGraph.dispose();
    await this.#optimiser.close();
  }

  #feeds(part: 'values' | 'ema'): Feeds {
    return Object.fromEntries(
      [...this.#state.parameters].map(([name, parameter]) => [
        name,
        { shape: parameter.shape, data: parameter[part] },
      ]),
    );
  }

  #scalars(results: Feeds): Scalars {
    const names = Object.keys(this.#objective.terms);
    return {
      loss: results['loss']!.data[0]!,
      terms: Object.fromEntries(names.map((name) => [name, results[TERM + name]!.data[0]!])),
    };
  }
}

interface Scalars {
  readonly loss: number;
  readonly terms: Metrics;
}

function meanOf(each: readonly Scalars[]): Scalars {
  const mean = (of: (scalars: Scalars) => number) =>
    each.reduce((total, scalars) => total + of(scalars), 0) / each.length;
  const names = Object.keys(each[0]?.terms ?? {});
  return {
    loss: mean(({ loss }) => loss),
    terms: Object.fromEntries(names.map((name) => [name, mean(({ terms }) => terms[name]!)])),
  };
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

function divergence(scalars: Metrics): FoldError {
  const broken = Object.keys(scalars).filter((name) => !Number.isFinite(scalars[name]));
  return new FoldError(
    'TRAINING_DIVERGED',
    `${MAX_LOST_STEPS} steps in a row gave no finite gradients; not finite: ${broken.join(', ') || 'gradients alone'}`,
    { hint: 'a lower learning rate may help, from the last checkpoint before' },
  );
}
