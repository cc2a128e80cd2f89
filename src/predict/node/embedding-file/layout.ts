import type { Embedding, EmbeddingKind } from '#predict/embeddings';
import type { Precision } from '#tensor/engine/engine';
import type { ByteSource } from '#weights/byte-source';

/** What all embeddings of a file come from. */
export interface EmbeddingSource {
  readonly model: string;
  /** Of the model's weights. */
  readonly modelSha256: string;
  readonly what: readonly EmbeddingKind[];
  /** In which the model computed; float32 in files from before it was recorded. */
  readonly precision: Precision;
}

/** A chain before it is embedded. */
export interface PlannedChain {
  readonly name: string;
  readonly sequence: string;
}

/** What a file is to hold at the end. */
export interface EmbeddingPlan {
  readonly source: EmbeddingSource;
  readonly chains: readonly PlannedChain[];
  /** Of the language model. */
  readonly channels: number;
}

/** What a file holds now, finished or not. */
export interface FoundEmbeddings {
  readonly source: EmbeddingSource;
  /** Sequence of each chain that is whole, by name. */
  readonly chains: ReadonlyMap<string, string>;
  /** Bytes before those of the first chain. */
  readonly start: number;
  /** Where the last whole chain ends, in bytes. */
  readonly end: number;
}

/** How embeddings lie in a file, one chain after the other in the order in which they are added. */
export interface EmbeddingLayout {
  /** Bytes to keep free before those of the first chain. */
  readonly start: number;
  /**
   * What a file holds; undefined where it is not a file of this layout with embeddings of codonfold.
   *
   * @param bytes what follows the last whole chain is ignored
   */
  read(bytes: ByteSource): FoundEmbeddings | undefined;
  /** Goes on from what was found. */
  resume(found: FoundEmbeddings): void;
  /** The bytes of a chain, which follow those of the chain before it. */
  piecesOf(embedding: Embedding): Iterable<Uint8Array>;
  /** Counts a chain in, once its bytes are written. */
  added(embedding: Embedding): void;
  /**
   * What must stand around the chains for the file to be valid as it is.
   *
   * @returns bytes for the beginning of the file, and for its end
   */
  frame(): { readonly head: Uint8Array; readonly tail: Uint8Array };
  /** How many bytes of chains may be added before the frame is written again; none are needed for a frame that stays. */
  readonly frameEvery: number;
}
