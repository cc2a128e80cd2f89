/**
 * @file A library of templates: one file, little-endian.
 *
 * - 8 bytes `codonlib`, uint32 version, uint32 zero.
 * - A block for each structure file: uint32 length and uint32 CRC-32 of what follows; uint32 length of a JSON header
 *   ({@link BlockHeader}); the header; the chains of the file as `packTemplate` writes them, at 0.01 Å.
 * - The sequences of all chains, one byte a residue, 0-20, one after the other.
 * - For each chain: uint32 where its sequence ends, uint32 its number within its block, uint32 its release date as
 *   20250131 or 0, uint32 CRC-32 of its block, then for each chain float64 the offset of its block.
 * - The last 64 bytes: `codonlib`, uint32 version, uint32 number of chains, float64 offset of the sequences, float64
 *   number of residues, 32 bytes SHA-256 of sequences and columns, which tells libraries apart.
 *
 * A file without its end is one that is being built: its blocks are complete up to where the last was cut off.
 */
import { crc32 } from 'node:zlib';
import { FoldError } from '#errors';

/** How a library begins and its end begins. */
export const MAGIC = 'codonlib';
/** Of the format. */
export const LIBRARY_VERSION = 2;
/** Bytes before the first block, before what a block holds, and of the end. */
export const HEAD_BYTES = 16;
export const BLOCK_PREFIX = 8;
export const END_BYTES = 64;
/** Bytes that each chain has in the columns. */
export const COLUMN_BYTES = 24;

/** What is known of a structure file. */
export interface EntryFacts {
  /** Such as `1ABC` or `AF-P12345-F1`. */
  readonly id: string;
  readonly title: string;
  /** `YYYY-MM-DD`, when it was released, else deposited; empty where the file does not say. */
  readonly date: string;
  readonly method: string;
  /** Å; absent where the file does not say. */
  readonly resolution?: number;
}

/** How a block begins. */
export interface BlockHeader {
  /** The file within the folder, its bytes and when it was changed: tells whether it has to be read again. */
  readonly path: string;
  readonly size: number;
  readonly changed: number;
  /** Why the file could not be used; it then has no chains. */
  readonly problem?: string;
  readonly facts?: EntryFacts;
  readonly chains: readonly BlockChain[];
}

/** A chain of a block. */
export interface BlockChain {
  readonly id: string;
  readonly sequence: string;
  /** Of the packed template. */
  readonly bytes: number;
}

/** Writes a block. */
export function encodeBlock(header: BlockHeader, chains: readonly Uint8Array[]): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  const payload = Buffer.concat([length, json, ...chains]);
  const prefix = Buffer.alloc(BLOCK_PREFIX);
  prefix.writeUInt32LE(payload.length);
  prefix.writeUInt32LE(crc32(payload), 4);
  return Buffer.concat([prefix, payload]);
}

/**
 * Reads what a block holds.
 *
 * @param payload all that follows its prefix
 * @param checksum of the prefix
 * @returns undefined where it is damaged
 */
export function decodeBlock(
  payload: Buffer,
  checksum: number,
): { readonly header: BlockHeader; readonly chains: readonly Buffer[] } | undefined {
  if (payload.length < 4 || crc32(payload) !== checksum) return undefined;
  const begin = 4 + payload.readUInt32LE(0);
  const header = JSON.parse(payload.toString('utf8', 4, begin)) as BlockHeader;
  let at = begin;
  const chains = header.chains.map(({ bytes }) => payload.subarray(at, (at += bytes)));
  return { header, chains };
}

/** The error for a library that cannot be used. */
export function damagedLibrary(path: string, why: string): FoldError {
  return new FoldError('TEMPLATE_DAMAGED', `${path} cannot be used as a library: ${why}`, {
    hint: 'build it with "codonfold library build DIR -o LIB"',
  });
}
