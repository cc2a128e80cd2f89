import { Gunzip } from 'fflate';

/** Bytes of checksum and length that end each member. */
const TRAILER = 8;
/** Input is unpacked in pieces, so that the size limit stops a small file that would grow beyond memory. */
const PIECE = 65_536;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** More bytes than the caller takes. */
export class UnpackedTooLarge extends Error {}

/**
 * Tells gzip by its first two bytes.
 *
 * @param bytes of a file
 */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Unpacks gzip of any number of members and checks length and checksum of each, which fflate leaves to its callers.
 *
 * @param bytes whole file
 * @param maxBytes refuse to unpack more than this
 * @throws UnpackedTooLarge beyond `maxBytes`; Error where the data are broken or cut short
 * @source RFC 1952 "GZIP file format specification", section 2.3
 */
export function gunzip(bytes: Uint8Array, maxBytes: number): Uint8Array {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const stream = new Gunzip((chunk) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBytes) throw new UnpackedTooLarge(`more than ${maxBytes} bytes`);
  });
  /** Where each member but the first begins, in the file and in the unpacked bytes. */
  const members: { packed: number; unpacked: number }[] = [];
  stream.onmember = (packed) => members.push({ packed, unpacked: length });
  for (let i = 0; i < bytes.length; i += PIECE)
    stream.push(bytes.subarray(i, i + PIECE), i + PIECE >= bytes.length);

  const plain = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    plain.set(chunk, at);
    at += chunk.length;
  }
  let begin = 0;
  for (const { packed, unpacked } of [...members, { packed: bytes.length, unpacked: length }]) {
    checkMember(plain.subarray(begin, unpacked), bytes.subarray(0, packed));
    begin = unpacked;
  }
  return plain;
}

function checkMember(plain: Uint8Array, packed: Uint8Array): void {
  const trailer = new DataView(packed.buffer, packed.byteOffset + packed.length - TRAILER, TRAILER);
  if (trailer.getUint32(0, true) !== crc32(plain) || trailer.getUint32(4, true) !== plain.length)
    throw new Error('checksum or length differ');
}

function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
