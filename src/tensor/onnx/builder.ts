import { scalesOf, type Feed, type NarrowType } from '#tensor/narrow';
import type { Shape } from '#tensor/shape';
import type { Tensor } from '#tensor/tensor';
import {
  type Attribute,
  type OnnxConstant,
  type OnnxGraph,
  type OnnxNode,
  type OnnxValue,
} from './model.js';

/** What the model calls the graph's input of this name: inputs, outputs and inner values share one namespace. */
export function inputName(name: string): string {
  return `input/${name}`;
}

/** What the model calls the graph's output of this name. */
export function outputName(name: string): string {
  return `output/${name}`;
}

/** Collects ONNX nodes and gives each value a name. */
export class OnnxBuilder {
  readonly #nodes: OnnxNode[] = [];
  readonly #inputs: OnnxValue[] = [];
  readonly #outputs: OnnxValue[] = [];
  readonly #constants: OnnxConstant[] = [];
  readonly #shared = new Map<string, string>();
  readonly #fixed: Readonly<Record<string, Feed>>;
  readonly #scope: string;
  #count = 0;

  /**
   * @param fixed numbers of inputs that are part of the model
   * @param scope prefix of all names
   */
  constructor(fixed: Readonly<Record<string, Feed>> = {}, scope = '') {
    this.#fixed = fixed;
    this.#scope = scope;
  }

  /** Starts the body of a loop of this graph, whose names may not be those around it. */
  body(): OnnxBuilder {
    return new OnnxBuilder({}, `${this.#fresh()}/`);
  }

  /**
   * Declares a graph input, with the scales of its rows where it is int8, and names its value.
   *
   * @param fedShape where it is fed in another shape than the graph has for it
   */
  input(name: string, { shape, dtype }: Tensor, narrow?: NarrowType, fedShape = shape): string {
    if (narrow === 'int8') this.#declare(scalesOf(name), shape.slice(0, 1), 'float32');
    return this.#declare(name, fedShape, narrow ?? dtype);
  }

  #declare(name: string, shape: readonly number[], dtype: OnnxValue['dtype']): string {
    const value = inputName(name);
    const fixed = this.#fixed[name];
    if (fixed) this.#constants.push({ name: value, ...fixed });
    else this.#inputs.push({ name: value, shape, dtype });
    return value;
  }

  /** Declares what a loop hands its body in each round. */
  bodyInput(shape: Shape): string {
    const name = this.#fresh();
    this.#inputs.push({ name, shape, dtype: 'float32' });
    return name;
  }

  /** Declares what a loop's body gives in each round. */
  bodyOutput(name: string, shape: Shape): void {
    this.#outputs.push({ name, shape, dtype: 'float32' });
  }

  /** Stores numbers in the model; scalars of the same type and bits are stored once. */
  constant(data: OnnxConstant['data'], shape: readonly number[]): string {
    if (shape.length > 0) return this.#store(data, shape);
    const bits = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).join();
    return this.#once(`${data.constructor.name} ${bits}`, () => this.#store(data, shape));
  }

  /** A list of whole numbers, such as the shape that Reshape takes; equal lists are stored once. */
  int64(numbers: readonly number[]): string {
    return this.#once(`int64 ${numbers.join(',')}`, () =>
      this.#store(BigInt64Array.from(numbers, BigInt), [numbers.length]),
    );
  }

  /** Calls an operator with one result. */
  node(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    domain?: string,
  ): string {
    const name = this.#fresh();
    const call = { operator, inputs, outputs: [name], attributes };
    this.#nodes.push(domain === undefined ? call : { ...call, domain });
    return name;
  }

  /** Calls an operator with several results and names the first; the rest by {@link namedOutput}. */
  nodeWithOutputs(
    operator: string,
    inputs: readonly string[],
    suffixes: readonly string[],
    attributes: Readonly<Record<string, Attribute>>,
  ): string {
    const name = this.#fresh();
    this.#nodes.push({ operator, inputs, outputs: suffixes.map((s) => name + s), attributes });
    return name;
  }

  /** Name of a further result of a node made by {@link nodeWithOutputs}. */
  namedOutput(first: string, suffix: string): string {
    return first + suffix;
  }

  /** Declares a graph output with the value of `source`. */
  output(name: string, source: string, { shape, dtype }: Tensor): void {
    const value = outputName(name);
    this.#nodes.push({ operator: 'Identity', inputs: [source], outputs: [value] });
    this.#outputs.push({ name: value, shape, dtype });
  }

  /** What was collected. */
  graph(): OnnxGraph {
    return {
      nodes: this.#nodes,
      inputs: this.#inputs,
      outputs: this.#outputs,
      constants: this.#constants,
    };
  }

  #fresh(): string {
    return `${this.#scope}v${this.#count++}`;
  }

  #store(data: OnnxConstant['data'], shape: readonly number[]): string {
    const name = this.#fresh();
    this.#constants.push({ name, shape, data });
    return name;
  }

  #once(key: string, make: () => string): string {
    const known = this.#shared.get(key);
    if (known !== undefined) return known;
    const name = make();
    this.#shared.set(key, name);
    return name;
  }
}
