/** @file The members of a tar archive in memory. */
import { paddedSize, readTarHeader, TAR_BLOCK } from '#weights/tar-header';

const REGULAR = new Set(['0', '\0', '7']);

/**
 * Reads the regular files of a tar archive; links, folders and extended headers are passed over.
 *
 * @param bytes whole archive, unpacked
 * @returns contents by name, without folders; views of `bytes`
 * @throws Error where a header's checksum is wrong or the archive ends within a member
 */
export function readTar(bytes: Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  let at = 0;
  while (at + TAR_BLOCK <= bytes.length) {
    const header = readTarHeader(bytes.subarray(at, at + TAR_BLOCK));
    if (!header) return files;
    const { name, size, type } = header;
    const start = at + TAR_BLOCK;
    if (start + size > bytes.length) throw new Error(`the archive ends within ${name}`);
    if (REGULAR.has(type))
      files.set(name.replace(/^.*\//, ''), bytes.subarray(start, start + size));
    at = start + paddedSize(header);
  }
  throw new Error('the archive has no end');
}
