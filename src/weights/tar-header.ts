/** @file The blocks that stand before the members of a tar archive. */

/** Archives are made of blocks of so many bytes. */
export const TAR_BLOCK = 512;
const CHECKSUM_AT = 148;
const CHECKSUM_LENGTH = 8;

/** What stands before a member. */
export interface TarHeader {
  /** With folders. */
  readonly name: string;
  /** Bytes of the member. */
  readonly size: number;
  /** `0` for regular files. */
  readonly type: string;
}

/**
 * Reads a header.
 *
 * @param block {@link TAR_BLOCK} bytes
 * @returns undefined for the empty block that ends an archive
 * @throws Error where its checksum is wrong
 * @source POSIX.1-1988 "ustar" interchange format
 */
export function readTarHeader(block: Uint8Array): TarHeader | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  const text = (start: number, length: number): string =>
    new TextDecoder('latin1').decode(block.subarray(start, start + length)).replace(/\0.*$/s, '');
  const octal = (start: number, length: number): number => {
    const digits = text(start, length).trim();
    if (!/^[0-7]{1,11}$/.test(digits)) throw new Error('a header of the archive is damaged');
    return parseInt(digits, 8);
  };
  const sum = block.reduce(
    (total, byte, i) =>
      total + (i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_LENGTH ? 0x20 : byte),
    0,
  );
  if (octal(CHECKSUM_AT, CHECKSUM_LENGTH) !== sum)
    throw new Error('a header of the archive is damaged');
  return { name: text(0, 100), size: octal(124, 12), type: text(156, 1) || '0' };
}

/** Bytes from the start of a member to the next header. */
export function paddedSize({ size }: TarHeader): number {
  return Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
}
