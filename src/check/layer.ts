import { Parameters } from '#layers/parameters';
import type { Engine } from '#tensor/engine/engine';
import { graphOf } from '#tensor/graph';
import { input } from '#tensor/ops';
import type { HostTensor, Tensor } from '#tensor/tensor';
import type { CheckedModel } from './checked-model.js';
import { move, type Motion, type Moves } from './motion.js';
import type { Situation } from './situation.js';

/** Numbers that enter a layer, and what a motion of the molecule does to them. */
export type MovingNumbers = readonly [moves: Moves, numbers: HostTensor];
/** A result of a layer, and what a motion of the molecule must do to it. */
export type MovingTensor = readonly [moves: Moves, tensor: Tensor];

/** A piece of the model, or of its losses, that says how it moves with the molecule. */
export interface Layer {
  readonly name: string;
  /** What to try it on; N is the length of the mask. */
  readonly draw: (
    situation: Situation,
    model: CheckedModel,
  ) => Readonly<Record<string, MovingNumbers>>;
  readonly build: (
    inputs: Readonly<Record<string, Tensor>>,
    parameters: Parameters,
    model: CheckedModel,
  ) => Readonly<Record<string, MovingTensor>>;
}

/** Makes a layer; what `draw` gives is what `build` may use. */
export function layer<Name extends string>(
  name: string,
  draw: (situation: Situation, model: CheckedModel) => Readonly<Record<Name, MovingNumbers>>,
  build: (
    inputs: Readonly<Record<Name, Tensor>>,
    parameters: Parameters,
    model: CheckedModel,
  ) => Readonly<Record<string, MovingTensor>>,
): Layer {
  return { name, draw, build: build };
}

/**
 * How far the results for moved inputs are from the moved results: the largest difference of two numbers.
 * Where a result does not move, it is taken relative to the largest of its numbers, if that exceeds 1.
 */
export async function deviationOf(
  layer: Layer,
  engine: Engine,
  model: CheckedModel,
  situation: Situation,
): Promise<number> {
  const drawn = layer.draw(situation, model);
  const parameters = new Parameters();
  const outputs = layer.build(inputsFor(drawn), parameters, model);
  const tensors = Object.entries(outputs).map(([name, [, tensor]]) => [name, tensor] as const);
  const executable = await engine.compile(graphOf(Object.fromEntries(tensors)));
  const weights = [...parameters.all].map(
    ([name, { tensor }]) => [name, model.weight(name, tensor.shape)] as const,
  );
  const run = (feeds: Readonly<Record<string, HostTensor>>) =>
    executable.run({ ...feeds, ...Object.fromEntries(weights) });
  const before = await run(feedsOf(drawn));
  const after = await run(feedsOf(drawn, situation.motion));
  await executable.dispose();
  const differences = Object.entries(outputs).map(([name, [moves]]) =>
    difference(move(situation.motion, moves, before[name]!.data), after[name]!.data, moves),
  );
  return Math.max(...differences);
}

function inputsFor(drawn: Readonly<Record<string, MovingNumbers>>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(drawn).map(([name, [, { shape, data }]]) => [
      name,
      input(name, shape, data instanceof Int32Array ? 'int32' : 'float32'),
    ]),
  );
}

function feedsOf(
  drawn: Readonly<Record<string, MovingNumbers>>,
  motion?: Motion,
): Record<string, HostTensor> {
  return Object.fromEntries(
    Object.entries(drawn).map(([name, [moves, { shape, data }]]) => {
      const moved = motion && moves !== 'fixed' ? move(motion, moves, data) : undefined;
      return [name, { shape, data: moved ? Float32Array.from(moved) : data }];
    }),
  );
}

/** Largest difference; NaN where any number is. */
export function difference(
  want: ArrayLike<number>,
  got: ArrayLike<number>,
  moves: Moves = 'fixed',
): number {
  let [largest, scale] = [0, 1];
  for (let i = 0; i < want.length; i++) {
    largest = Math.max(largest, Math.abs(want[i]! - got[i]!));
    if (moves === 'fixed') scale = Math.max(scale, Math.abs(want[i]!));
  }
  return largest / scale;
}
