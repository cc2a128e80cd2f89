import { scalesOf, type Feed, type NarrowType } from '#tensor/narrow';
import { quantise, scaleName, transposeInt8 } from '#weights/int8';
import { numElements, type TensorSource } from '#weights/tensor-source';
import type { WeightHolding } from './weight-holding.js';

/** Gives stages their weights. */
export interface StageWeights {
  /**
   * The weights of one run of a stage.
   *
   * @param stage what stands for the stage, whatever its sizes
   * @param scope prefix of the names in the checkpoint
   * @param names within the scope
   * @param factors those that are fed as factors of int8 products, see `int8Factors`; what is not stored as int8 is rounded
   * @returns by name within the scope, scales of int8 under `scalesOf(name)`; valid until the stage is loaded with
   *   another scope
   */
  load(
    stage: object,
    scope: string,
    names: readonly string[],
    factors?: ReadonlySet<string>,
  ): Readonly<Record<string, Feed>>;
}

const NO_FACTORS: ReadonlySet<string> = new Set();

/** How weights are held, and what the engine takes. */
interface StageWeightsOptions {
  readonly holding: WeightHolding;
  /** Whether the engine takes float16 and int8 as they are. */
  readonly takesNarrow?: boolean;
}

/**
 * Weights of a checkpoint: all kept, or read anew for each run into buffers that the layers share, so that memory holds
 * one layer of each kind; the file itself stays in the system's page cache. Where the engine takes float16 and int8 it
 * decodes them itself, on all cores and right before they are used: that adds a fifth to the product of 100 residues
 * with a matrix, where decoding here triples it.
 */
export function stageWeights(
  source: TensorSource,
  { holding, takesNarrow = false }: StageWeightsOptions,
): StageWeights {
  return holding === 'streamed'
    ? new StreamedWeights(source, takesNarrow)
    : new ResidentWeights(source, takesNarrow && holding === 'kept');
}

/** Bytes of all tensors of a checkpoint as an engine is fed them. */
export function keptBytes(source: TensorSource, takesNarrow: boolean): number {
  let total = 0;
  for (const name of source.names) {
    const type = takesNarrow ? narrowTypeOf(source, name) : undefined;
    total += BYTES[type ?? 'float32'] * numElements(source.info(name).shape);
  }
  return total;
}

const BYTES = { float32: 4, float16: 2, int8: 1 } as const;

/** Arrays of the types that engines are fed. */
export const FEED_TYPES = { float32: Float32Array, float16: Uint16Array, int8: Int8Array } as const;

/**
 * The weights of one run of a stage, read now.
 *
 * @param scope prefix of the names in the checkpoint
 * @param names within the scope
 * @returns as {@link StageWeights.load} gives them, float16 and int8 as they are
 */
export function readFeeds(
  source: TensorSource,
  scope: string,
  names: readonly string[],
): Record<string, Feed> {
  return feedsOf(names, (name) => readWeight(source, scope + name, true));
}

/** Reads a tensor into an array of a type that {@link narrowTypeOf} names, or into float32. */
export function readInto(source: TensorSource, name: string, data: Feed['data']): void {
  if (data instanceof Float32Array) source.read(name, data);
  else source.readRaw(name, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

class ResidentWeights implements StageWeights {
  readonly #source: TensorSource;
  readonly #takesNarrow: boolean;
  readonly #tensors = new Map<string, WeightFeed>();
  readonly #factors = new Map<string, WeightFeed>();

  constructor(source: TensorSource, takesNarrow: boolean) {
    this.#source = source;
    this.#takesNarrow = takesNarrow;
  }

  load(
    _stage: object,
    scope: string,
    names: readonly string[],
    factors = NO_FACTORS,
  ): Readonly<Record<string, Feed>> {
    return feedsOf(names, (name) =>
      factors.has(name) ? this.#factor(scope + name) : this.#tensor(scope + name),
    );
  }

  #factor(name: string): WeightFeed {
    const known = this.#factors.get(name);
    if (known) return known;
    const factor = readFactor(this.#source, name);
    this.#factors.set(name, factor);
    return factor;
  }

  #tensor(name: string): WeightFeed {
    const known = this.#tensors.get(name);
    if (known) return known;
    const tensor = readWeight(this.#source, name, this.#takesNarrow);
    this.#tensors.set(name, tensor);
    return tensor;
  }
}

/** One set of buffers for each stage. */
interface Loaded {
  readonly scope: string;
  readonly tensors: Readonly<Record<string, Feed>>;
}

class StreamedWeights implements StageWeights {
  readonly #source: TensorSource;
  readonly #takesNarrow: boolean;
  readonly #loaded = new Map<object, Loaded>();

  constructor(source: TensorSource, takesNarrow: boolean) {
    this.#source = source;
    this.#takesNarrow = takesNarrow;
  }

  load(
    stage: object,
    scope: string,
    names: readonly string[],
    factors = NO_FACTORS,
  ): Readonly<Record<string, Feed>> {
    const last = this.#loaded.get(stage);
    if (last?.scope === scope) return last.tensors;
    this.#loaded.delete(stage); // until every buffer is filled: a read may fail half-way
    const tensors = feedsOf(names, (name) => {
      const buffer = last?.tensors[name]?.data;
      return factors.has(name)
        ? readFactor(this.#source, scope + name, buffer)
        : readWeight(this.#source, scope + name, this.#takesNarrow, buffer);
    });
    this.#loaded.set(stage, { scope, tensors });
    return tensors;
  }
}

/** A tensor, and the scales of its rows where it has some. */
interface WeightFeed {
  readonly tensor: Feed;
  readonly scales?: Feed;
}

/** Tensors and scales by the names that a graph has for them. */
function feedsOf(
  names: readonly string[],
  read: (name: string) => WeightFeed,
): Record<string, Feed> {
  return Object.fromEntries(
    names.flatMap((name): [string, Feed][] => {
      const { tensor, scales } = read(name);
      return scales
        ? [
            [name, tensor],
            [scalesOf(name), scales],
          ]
        : [[name, tensor]];
    }),
  );
}

/** The precision in which an engine can be fed a tensor as it is stored; nothing where it must be decoded. */
export function narrowTypeOf(source: TensorSource, name: string): NarrowType | undefined {
  const { dtype } = source.info(name);
  if (dtype === 'F16') return 'float16';
  return dtype === 'I8' && source.has(scaleName(name)) ? 'int8' : undefined;
}

/** Reads a tensor as an engine is fed it, into a buffer of an earlier one where that fits. */
function readWeight(
  source: TensorSource,
  name: string,
  takesNarrow: boolean,
  buffer?: Feed['data'],
): WeightFeed {
  const { shape } = source.info(name);
  const count = numElements(shape);
  const type = takesNarrow ? narrowTypeOf(source, name) : undefined;
  const data = reused<Feed['data']>(FEED_TYPES[type ?? 'float32'], buffer, count);
  readInto(source, name, data);
  if (type !== 'int8') return { tensor: { shape, data } as Feed };
  const scales = scaleName(name);
  const ofRows = { shape: source.info(scales).shape, data: source.read(scales) };
  return { tensor: { shape, data } as Feed, scales: ofRows };
}

/** Reads a matrix `[O, I]` as the factor of int8 products: `[I, O]`, into a buffer of an earlier one where that fits. */
function readFactor(source: TensorSource, name: string, buffer?: Feed['data']): WeightFeed {
  const { shape } = source.info(name);
  const [outputs, inputs] = shape as [number, number];
  const { values, scales } =
    narrowTypeOf(source, name) === 'int8'
      ? { values: int8Values(source, name), scales: source.read(scaleName(name)) }
      : quantise(source.read(name), outputs);
  const data = reused<Int8Array>(Int8Array, buffer, values.length);
  transposeInt8(values, shape as [number, number], data);
  return {
    tensor: { shape: [inputs, outputs], data },
    scales: { shape: [outputs], data: scales },
  };
}

/** May be a view of the checkpoint. */
function int8Values(source: TensorSource, name: string): Int8Array {
  const { buffer, byteOffset, length } = source.readRaw(name);
  return new Int8Array(buffer, byteOffset, length);
}

/** The buffer of the last load where it fits, else a new one. */
function reused<Data extends Feed['data']>(
  Type: new (length: number) => Data,
  buffer: Feed['data'] | undefined,
  length: number,
): Data {
  return buffer instanceof Type && buffer.length === length ? buffer : new Type(length);
}
