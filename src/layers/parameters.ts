import { invariant } from '#errors';
import { input } from '#tensor/ops';
import { sameShape, type Shape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';

/**
 * How a parameter starts before training.
 * `lecun` and `he` are normal with variance 1/I and 2/I for I inputs; `embedding` is normal with deviation 0.1.
 */
export type Initialisation =
  'zeros' | 'ones' | 'lecun' | 'he' | 'embedding' | { readonly constant: number };

/** A learned tensor: where it enters a graph and how it starts. */
export interface Parameter {
  readonly tensor: Tensor<'input'>;
  readonly initialisation: Initialisation | Float32Array;
  /** False for numbers that belong to the model but are not learned. */
  readonly isTrained: boolean;
}

/**
 * Hands out the learned tensors of a model by the names that checkpoints give them.
 * Scopes made with {@link within} share one table.
 */
export class Parameters {
  readonly #prefix: string;
  readonly #table: Map<string, Parameter>;

  constructor(prefix = '', table = new Map<string, Parameter>()) {
    this.#prefix = prefix;
    this.#table = table;
  }

  /** Everything handed out so far, by full name. */
  get all(): ReadonlyMap<string, Parameter> {
    return this.#table;
  }

  /** The scope of a part of the model: `within('trunk')` prefixes `trunk.`. */
  within(part: string): Parameters {
    return new Parameters(`${this.#prefix}${part}.`, this.#table);
  }

  /** One learned tensor; asking again gives the same. */
  get(name: string, shape: Shape, initialisation: Initialisation): Tensor {
    return this.#register(name, shape, initialisation, true);
  }

  /** Numbers that a checkpoint stores beside the learned ones, such as rotary frequencies. */
  fixed(name: string, values: Float32Array): Tensor {
    return this.#register(name, [values.length], values, false);
  }

  #register(
    name: string,
    shape: Shape,
    initialisation: Parameter['initialisation'],
    isTrained: boolean,
  ): Tensor {
    const fullName = this.#prefix + name;
    const known = this.#table.get(fullName);
    if (known) {
      invariant(sameShape(known.tensor.shape, shape), `${fullName} was asked for in two shapes`);
      return known.tensor;
    }
    const tensor = input(fullName, shape);
    this.#table.set(fullName, { tensor, initialisation, isTrained });
    return tensor;
  }
}
