/**
 * @file Embeddings as a safetensors file. Its header stands before the tensors but is known last, so there is room for
 * the header of all chains from the beginning; what is not needed stays blank, as the format allows.
 */
import {
  embeddingShapes,
  EMBEDDING_KINDS,
  type Embedding,
  type EmbeddingKind,
} from '#predict/embeddings';
import { FoldError } from '#errors';
import type { Precision } from '#tensor/engine/engine';
import type { ByteSource } from '#weights/byte-source';
import { MAX_HEADER_BYTES, readSafetensorsHeader } from '#weights/safetensors-header';
import { encodeSafetensorsHead, type PlacedTensor } from '#weights/safetensors-layout';
import { numElements } from '#weights/tensor-source';
import type {
  EmbeddingLayout,
  EmbeddingPlan,
  EmbeddingSource,
  FoundEmbeddings,
  PlannedChain,
} from './layout.js';

const SEQUENCE = 'sequence:';
const FLOAT32_BYTES = 4;

interface FoundTensors extends FoundEmbeddings {
  readonly tensors: ReadonlyMap<string, PlacedTensor>;
}

/** One tensor for each chain and kind, named `chain/kind`; sequences and the model are in the metadata. */
export class SafetensorsEmbeddings implements EmbeddingLayout {
  readonly #source: EmbeddingSource;
  readonly #chains = new Map<string, string>();
  #tensors = new Map<string, PlacedTensor>();
  #start: number;
  #end = 0;

  /** @throws FoldError `USAGE` where the header would be larger than readers take */
  constructor(plan: EmbeddingPlan) {
    this.#source = plan.source;
    this.#start = plannedHead(plan).length;
    if (this.#start > MAX_HEADER_BYTES)
      throw new FoldError(
        'USAGE',
        `${plan.chains.length} chains are too many for one safetensors file`,
        {
          hint: 'split the input, or write .jsonl',
        },
      );
  }

  get start(): number {
    return this.#start;
  }

  get frameEvery(): number {
    return this.#start;
  }

  read(bytes: ByteSource): FoundTensors | undefined {
    let header: ReturnType<typeof readSafetensorsHeader>;
    try {
      header = readSafetensorsHeader(bytes, { isGrowing: true });
    } catch {
      return undefined;
    }
    const { metadata, start } = header;
    const source = readSource(metadata);
    if (!source) return undefined;
    const sequences = [...metadata].filter(([key]) => key.startsWith(SEQUENCE));
    const tensors = new Map<string, PlacedTensor>();
    let end = start;
    for (const [name, { dtype, shape, offset }] of header.tensors) {
      tensors.set(name, { dtype, shape, offset: offset - start });
      end = Math.max(end, offset + FLOAT32_BYTES * numElements(shape));
    }
    const chains = new Map(sequences.map(([key, text]) => [key.slice(SEQUENCE.length), text]));
    return { source, chains, start, end, tensors };
  }

  resume(found: FoundTensors): void {
    for (const [name, sequence] of found.chains) this.#chains.set(name, sequence);
    this.#tensors = new Map(found.tensors);
    this.#start = Math.max(this.#start, found.start);
    this.#end = found.end - found.start;
  }

  *piecesOf({ tensors }: Embedding): Generator<Uint8Array> {
    for (const { data } of tensors.values()) {
      const values = data instanceof Float32Array ? data : Float32Array.from(data);
      yield new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    }
  }

  added({ name, sequence, tensors }: Embedding): void {
    this.#chains.set(name, sequence);
    for (const [kind, { shape }] of tensors) {
      this.#tensors.set(`${name}/${kind}`, { dtype: 'F32', shape, offset: this.#end });
      this.#end += FLOAT32_BYTES * numElements(shape);
    }
  }

  frame() {
    const metadata = metadataOf(this.#source, this.#chains);
    const head = encodeSafetensorsHead(this.#tensors, metadata, this.#start);
    return { head, tail: new Uint8Array() };
  }
}

/** The header of all chains, with places as far back as they can be. */
function plannedHead({ source, chains, channels }: EmbeddingPlan): Uint8Array {
  const shapes = chains.flatMap(({ name, sequence }) =>
    [...embeddingShapes(source.what, sequence.length, channels)].map(
      ([kind, shape]) => [`${name}/${kind}`, shape] as const,
    ),
  );
  const offset = shapes.reduce((sum, [, shape]) => sum + FLOAT32_BYTES * numElements(shape), 0);
  const tensors = shapes.map(([name, shape]) => [name, { dtype: 'F32', shape, offset }] as const);
  const sequences = chains.map(({ name, sequence }: PlannedChain) => [name, sequence] as const);
  return encodeSafetensorsHead(new Map(tensors), metadataOf(source, new Map(sequences)));
}

function metadataOf(
  { model, modelSha256, what, precision }: EmbeddingSource,
  chains: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const sequences = [...chains].map(([name, text]) => [`${SEQUENCE}${name}`, text] as const);
  return new Map([
    ['model', model],
    ['model_sha256', modelSha256],
    ['what', what.join(',')],
    ['precision', precision],
    ...sequences,
  ]);
}

function readSource(metadata: ReadonlyMap<string, string>): EmbeddingSource | undefined {
  const [model, modelSha256, what, precision = 'float32'] = [
    'model',
    'model_sha256',
    'what',
    'precision',
  ].map((key) => metadata.get(key));
  if (model === undefined || modelSha256 === undefined || what === undefined) return undefined;
  const kinds = what.split(',') as EmbeddingKind[];
  if (kinds.some((kind) => !EMBEDDING_KINDS.includes(kind))) return undefined;
  return { model, modelSha256, what: kinds, precision: precision as Precision };
}
