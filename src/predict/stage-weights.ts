import { scalesOf, type Feed } from '#tensor/narrow';
import { scaleName } from '#weights/int8';
import { numElements, type TensorSource } from '#weights/tensor-source';

/** Gives stages their weights. */
export interface StageWeights {
  /**
   * The weights of one run of a stage.
   *
   * @param stage what stands for the stage, whatever its sizes
   * @param scope prefix of the names in the checkpoint
   * @param names within the scope
   * @returns by name within the scope, scales of int8 under `scalesOf(name)`; valid until the stage is loaded with
   *   another scope
   */
  load(stage: object, scope: string, names: readonly string[]): Readonly<Record<string, Feed>>;
}

/** Models up to this size are kept decoded: the shipped one, and ESM-2 up to 150 million parameters. */
export const RESIDENT_BYTES = 1e9;

/** How weights are held. */
interface StageWeightsOptions {
  /** Largest size in bytes, as float32, that is kept whole. */
  readonly residentLimit?: number | undefined;
  /** Whether the engine takes float16 and int8 as they are. */
  readonly takesNarrow?: boolean;
}

/** Bytes of all tensors of a checkpoint as float32. */
function decodedBytes(source: TensorSource): number {
  let total = 0;
  for (const name of source.names) total += 4 * numElements(source.info(name).shape);
  return total;
}

/**
 * Weights of a checkpoint: all kept decoded where they are few, else read anew for each run into buffers that the layers
 * share, so that memory holds one layer of each kind; the file itself stays in the system's page cache. Where the
 * engine takes float16 and int8 it decodes them itself, on all cores and right before they are used: that adds a
 * fifth to the product of 100 residues with a matrix, where decoding here triples it.
 */
export function stageWeights(
  source: TensorSource,
  { residentLimit = RESIDENT_BYTES, takesNarrow = false }: StageWeightsOptions = {},
): StageWeights {
  return decodedBytes(source) <= residentLimit
    ? new ResidentWeights(source)
    : new StreamedWeights(source, takesNarrow);
}

class ResidentWeights implements StageWeights {
  readonly #source: TensorSource;
  readonly #tensors = new Map<string, Feed>();

  constructor(source: TensorSource) {
    this.#source = source;
  }

  load(_stage: object, scope: string, names: readonly string[]): Readonly<Record<string, Feed>> {
    return Object.fromEntries(names.map((name) => [name, this.#tensor(scope + name)]));
  }

  #tensor(name: string): Feed {
    const known = this.#tensors.get(name);
    if (known) return known;
    const tensor = { shape: this.#source.info(name).shape, data: this.#source.read(name) };
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

  load(stage: object, scope: string, names: readonly string[]): Readonly<Record<string, Feed>> {
    const last = this.#loaded.get(stage);
    if (last?.scope === scope) return last.tensors;
    this.#loaded.delete(stage); // until every buffer is filled: a read may fail half-way
    const tensors = Object.fromEntries(
      names.flatMap((name) => this.#read(name, scope + name, last?.tensors[name]?.data)),
    );
    this.#loaded.set(stage, { scope, tensors });
    return tensors;
  }

  /** A tensor, and its scales where it has some. */
  #read(name: string, storedName: string, buffer: Feed['data'] | undefined): [string, Feed][] {
    const { shape, dtype } = this.#source.info(storedName);
    const count = numElements(shape);
    if (this.#takesNarrow && dtype === 'F16') {
      const data = reused(Uint16Array, buffer, count);
      this.#source.readRaw(storedName, new Uint8Array(data.buffer));
      return [[name, { shape, data }]];
    }
    const scales = scaleName(storedName);
    if (this.#takesNarrow && dtype === 'I8' && this.#source.has(scales)) {
      const data = reused(Int8Array, buffer, count);
      this.#source.readRaw(storedName, new Uint8Array(data.buffer));
      const ofRows = { shape: this.#source.info(scales).shape, data: this.#source.read(scales) };
      return [
        [name, { shape, data }],
        [scalesOf(name), ofRows],
      ];
    }
    const data = this.#source.read(storedName, reused(Float32Array, buffer, count));
    return [[name, { shape, data }]];
  }
}

/** The buffer of the last load where it fits, else a new one. */
function reused<Data extends Feed['data']>(
  Type: new (length: number) => Data,
  buffer: Feed['data'] | undefined,
  length: number,
): Data {
  return buffer instanceof Type && buffer.length === length ? buffer : new Type(length);
}
