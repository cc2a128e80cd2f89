import type { Executable, WeightCompiler } from '#tensor/engine/engine';
import { scalesOf, type Feed } from '#tensor/narrow';
import { scaleName } from '#weights/int8';
import { numElements, type TensorSource } from '#weights/tensor-source';
import { planStack, stackGraph, weightBytes, type StackPart } from './block-stack.js';
import type { Stage } from './stage.js';
import { FEED_TYPES, narrowTypeOf, readFeeds, readInto } from './stage-weights.js';

/** Compiles graphs that have their weights in them. Each is read for its graph and not kept here. */
export class WeightsInGraphs {
  readonly #source: TensorSource;
  readonly #compiler: WeightCompiler;

  constructor(source: TensorSource, compiler: WeightCompiler) {
    this.#source = source;
    this.#compiler = compiler;
  }

  /** A stage with the weights of a scope. */
  compile({ graph, parameterNames }: Stage, scope: string): Promise<Executable> {
    return this.#compiler.compile(graph, readFeeds(this.#source, scope, parameterNames));
  }

  /** How blocks of this kind are divided among graphs. */
  plan(block: Stage, numBlocks: number): StackPart[] {
    return planStack(numBlocks, weightBytes(block), this.#compiler);
  }

  /**
   * The blocks of one part of a stack.
   *
   * @param scopes of the weights of all blocks of the stack
   * @param ownInputs see {@link stackGraph}
   */
  compilePart(
    block: Stage,
    scopes: readonly string[],
    part: StackPart,
    ownInputs: readonly string[],
  ): Promise<Executable> {
    const ofPart = scopes.slice(part.first, part.first + part.count);
    const weights = block.parameterNames.flatMap((name) => this.#stacked(ofPart, name));
    return this.#compiler.compile(stackGraph(block, part, ownInputs), Object.fromEntries(weights));
  }

  /** The tensors of several blocks that bear the same name, joined along a new first axis. */
  #stacked(scopes: readonly string[], name: string): [string, Feed][] {
    const names = scopes.map((scope) => scope + name);
    const [type, ...others] = new Set(names.map((one) => narrowTypeOf(this.#source, one)));
    const stored = others.length === 0 ? type : undefined; // blocks may be stored in different ways
    const weights = this.#joined(names, stored);
    if (stored !== 'int8') return [[name, weights]];
    return [
      [name, weights],
      [scalesOf(name), this.#joined(names.map(scaleName), undefined)],
    ];
  }

  #joined(names: readonly string[], type: 'float16' | 'int8' | undefined): Feed {
    const { shape } = this.#source.info(names[0]!);
    const size = numElements(shape);
    const data = new FEED_TYPES[type ?? 'float32'](names.length * size);
    for (const [place, name] of names.entries())
      readInto(this.#source, name, data.subarray(place * size, (place + 1) * size));
    return { shape: [names.length, ...shape], data } as Feed;
  }
}
