/** @file The members of a tar archive in memory. */

const BLOCK = 512;
const CHECKSUM_AT = 148;
const CHECKSUM_LENGTH = 8;
const REGULAR = new Set(['0', '\0', '7']);

/**
 * Reads the regular files of a tar archive; links, folders and extended headers are passed over.
 *
 * @param bytes whole archive, unpacked
 * @returns contents by name, without folders; views of `bytes`
 * @throws Error where a header's checksum is wrong or the archive ends within a member
 * @source POSIX.1-1988 "ustar" interchange format
 */
export function readTar(bytes: Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  let at = 0;
  while (at + BLOCK <= bytes.length) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return files;
    const { name, size, type } = readHeader(header);
    const start = at + BLOCK;
    if (start + size > bytes.length) throw new Error(`the archive ends within ${name}`);
    if (REGULAR.has(type))
      files.set(name.replace(/^.*\//, ''), bytes.subarray(start, start + size));
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw new Error('the archive has no end');
}

function readHeader(header: Uint8Array): { name: string; size: number; type: string } {
  const text = (start: number, length: number): string =>
    new TextDecoder('latin1').decode(header.subarray(start, start + length)).replace(/\0.*$/s, '');
  const octal = (start: number, length: number): number => {
    const digits = text(start, length).trim();
    if (!/^[0-7]{1,11}$/.test(digits)) throw new Error('a header of the archive is damaged');
    return parseInt(digits, 8);
  };
  const sum = header.reduce(
    (total, byte, i) =>
      total + (i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_LENGTH ? 0x20 : byte),
    0,
  );
  if (octal(CHECKSUM_AT, CHECKSUM_LENGTH) !== sum)
    throw new Error('a header of the archive is damaged');
  return { name: text(0, 100), size: octal(124, 12), type: text(156, 1) || '0' };
}
