import type { ByteSource } from '#weights/byte-source';
import type { StoredTensor } from '#weights/stored-tensors';
import { readZip } from '#weights/zip/zip';
import { firstEntryName } from '#weights/zip/zip-entry';
import { readNpy } from './npy.js';

const EXTENSION = '.npy';

/** Whether a file begins as one that `numpy.savez` wrote, whole or cut. */
export function isNpz(bytes: ByteSource): boolean {
  return firstEntryName(bytes)?.endsWith(EXTENSION) ?? false;
}

/**
 * Finds the arrays of a `.npz` file, which stay on disk.
 *
 * @param bytes the whole file
 * @returns by their names, without `.npy`
 * @throws FoldError `PARSE_CHECKPOINT`
 * @source NumPy, `numpy.savez`
 */
export function readNpz(bytes: ByteSource): ReadonlyMap<string, StoredTensor> {
  const archive = readZip(bytes);
  const arrays = new Map<string, StoredTensor>();
  for (const file of archive.names) {
    const source = `${bytes.name}: "${file}"`;
    arrays.set(file.slice(0, -EXTENSION.length), readNpy(archive.open(file), source));
  }
  return arrays;
}
