import { FoldError, invariant } from '#errors';
import type { ByteSource } from '#weights/byte-source';
import type { FileFolder } from '#weights/file-folder';

/**
 * Files that this browser was given, opened by their names. Only workers can read them without waiting.
 *
 * @param files as a user picked them, or from the origin's private files
 */
export function folderOfFiles(files: readonly File[]): FileFolder {
  const byName = new Map(files.map((file) => [file.name, file]));
  return {
    pathOf: (name) => name,
    has: (name) => byName.has(name),
    open(name) {
      const file = byName.get(name);
      if (!file) throw new FoldError('FILE_READ', `${name}: was not opened with the others`);
      return fileBytes(file);
    },
  };
}

/** A file that is read by ranges: only what is asked for enters memory. */
function fileBytes(file: File): ByteSource {
  const reader = new FileReaderSync();
  const { name, size } = file;
  return {
    name,
    size,
    read(offset, length, into) {
      invariant(offset >= 0 && offset + length <= size, `read past the end of ${name}`);
      let bytes: Uint8Array;
      try {
        bytes = new Uint8Array(reader.readAsArrayBuffer(file.slice(offset, offset + length)));
      } catch (cause) {
        throw new FoldError('FILE_READ', `${name}: can no longer be read`, {
          cause,
          hint: 'It was changed, moved or deleted since it was opened: open it again.',
        });
      }
      if (!into) return bytes;
      into.set(bytes);
      return into.subarray(0, length);
    },
    close: () => undefined,
  };
}
