import { FoldError } from '#errors';
import type { DType } from './dtype.js';

/** What a checkpoint says about one tensor, before its values are read. */
export interface TensorInfo {
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/**
 * Named tensors of a checkpoint, read one at a time: nothing is held but what was asked for, so a model
 * streams its blocks in the precision that the file has.
 */
export interface TensorSource {
  readonly names: Iterable<string>;
  has(name: string): boolean;
  /** @throws FoldError `WEIGHTS_MISMATCH` where there is no such tensor; so do both reads */
  info(name: string): TensorInfo;
  /**
   * Values as float32, last axis fastest; integers beyond 2^24 lose their last digits. `into` is filled and
   * returned (cut to length) where given, so that one buffer serves many reads.
   */
  read(name: string, into?: Float32Array): Float32Array;
  /**
   * Bytes in the file's own precision: little-endian, contiguous. Without `into` they may be a view of the
   * checkpoint itself: read, don't write.
   */
  readRaw(name: string, into?: Uint8Array): Uint8Array;
  /** Lets go of the file; reading afterwards fails. */
  close(): void;
}

/** Number of elements of a shape; any axis of size 0 makes it 0, however large the others claim to be. */
export function numElements(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);
}

/** The error for a tensor that a checkpoint lacks. */
export function missingTensor(name: string, source: string): FoldError {
  return new FoldError('WEIGHTS_MISMATCH', `${source}: has no tensor "${name}"`, {
    hint: 'The checkpoint belongs to another model or was written under other names.',
  });
}
