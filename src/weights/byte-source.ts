import { invariant } from '#errors';

/** Bytes that are read by position: a file on disk, or an array in memory. */
export interface ByteSource {
  /** What error messages call it. */
  readonly name: string;
  readonly size: number;
  /**
   * Bytes `offset` to `offset + length`, which must lie inside. `into` is filled where given; without it the
   * answer may be a view of the source itself.
   */
  read(offset: number, length: number, into?: Uint8Array): Uint8Array;
  close(): void;
}

/**
 * Bytes in memory; reads without a target are views of them.
 *
 * @param bytes are kept, not copied
 * @param name what error messages call them
 */
export function memoryBytes(bytes: Uint8Array, name: string): ByteSource {
  return {
    name,
    size: bytes.length,
    read(offset, length, into) {
      invariant(offset >= 0 && offset + length <= bytes.length, `read past the end of ${name}`);
      const view = bytes.subarray(offset, offset + length);
      if (!into) return view;
      into.set(view);
      return into.subarray(0, length);
    },
    close: () => undefined,
  };
}
