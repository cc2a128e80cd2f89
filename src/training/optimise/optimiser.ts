import type { Engine, Executable } from '#tensor/engine/engine';
import { graphOf } from '#tensor/graph';
import { input, stack, unstack } from '#tensor/ops';
import type { Shape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';
import type { Feeds } from '#training/objectives/objective';
import type { TrainingState } from '#training/run/checkpoint';
import { adamStep, type AdamOptions } from './adam.js';
import { muonDirection, muonStep, orthogonalised } from './muon.js';

type NamedShape = readonly [name: string, shape: Shape];

/** Matrices that one engine makes orthogonal. */
interface Share {
  readonly names: readonly string[];
  readonly graph: Executable;
}

/** Moves parameters along their gradients: chosen matrices by Muon, all else by Adam. */
export class Optimiser {
  readonly #shares: readonly Share[];

  private constructor(shares: readonly Share[]) {
    this.#shares = shares;
  }

  /**
   * Compiles what makes directions orthogonal.
   *
   * @param engines each takes its share of the matrices; how many there are does not change the result
   * @param matrices those that move by Muon
   */
  static async create(
    engines: readonly Engine[],
    matrices: readonly NamedShape[],
  ): Promise<Optimiser> {
    const shares = evenShares(matrices, engines.length).map(async (share, i) => ({
      names: share.map(([name]) => name),
      graph: await engines[i]!.compile(graphOf(orthogonalByName(share))),
    }));
    return new Optimiser(await Promise.all(shares));
  }

  /**
   * One step, in place.
   *
   * @param parameters what is moved, by name
   * @param gradients of the loss, by name
   * @param clip factor for the gradients
   * @param options see `AdamOptions`; offsets and scales do not decay
   */
  async step(
    parameters: TrainingState['parameters'],
    gradients: ReadonlyMap<string, Float32Array>,
    clip: number,
    options: AdamOptions,
  ): Promise<void> {
    const runs = this.#shares.map(({ names, graph }) => {
      const directions = names.map((name) => {
        const parameter = parameters.get(name)!;
        const data = muonDirection(parameter, gradients.get(name)!, clip);
        return [name, { shape: parameter.shape, data }] as const;
      });
      return graph.run(Object.fromEntries(directions));
    });
    const byMuon = new Set(this.#shares.flatMap(({ names }) => names));
    for (const [name, gradient] of gradients) {
      if (byMuon.has(name)) continue;
      const parameter = parameters.get(name)!;
      const weightDecay = parameter.shape.length > 1 ? options.weightDecay : 0;
      adamStep(parameter, gradient, clip, { ...options, weightDecay });
    }
    for (const directions of (await Promise.all(runs)) as Feeds[]) {
      for (const [name, { shape, data }] of Object.entries(directions)) {
        muonStep(parameters.get(name)!, shape, data as Float32Array, options);
      }
    }
  }

  /** Frees the compiled graphs. */
  async close(): Promise<void> {
    for (const { graph } of this.#shares) await graph.dispose();
  }
}

/** Matrices of one shape are multiplied side by side. */
function orthogonalByName(matrices: readonly NamedShape[]): Record<string, Tensor> {
  const alike = new Map<string, NamedShape[]>();
  for (const matrix of matrices) {
    const key = matrix[1].join();
    alike.set(key, [...(alike.get(key) ?? []), matrix]);
  }
  const outputs = [...alike.values()].flatMap((group) => {
    const stacked = stack(
      group.map(([name, shape]) => input(name, shape)),
      0,
    );
    return unstack(orthogonalised(stacked), 0).map((matrix, i) => [group[i]![0], matrix] as const);
  });
  return Object.fromEntries(outputs);
}

/** Spreads matrices so that each share has about as many multiplications; none is empty. */
function evenShares(matrices: readonly NamedShape[], count: number): NamedShape[][] {
  const work = ([, [rows, columns]]: NamedShape) => rows! * columns! * Math.min(rows!, columns!);
  const shares = Array.from({ length: count }, () => ({ work: 0, matrices: [] as NamedShape[] }));
  for (const matrix of [...matrices].sort((a, b) => work(b) - work(a))) {
    const least = shares.reduce((a, b) => (b.work < a.work ? b : a));
    least.matrices.push(matrix);
    least.work += work(matrix);
  }
  return shares.map(({ matrices }) => matrices).filter(({ length }) => length > 0);
}
