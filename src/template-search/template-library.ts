import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { FoldError } from '#errors';
import { unpackTemplate } from '#structure/templates/packed-template';
import type { TemplateChain } from '#structure/templates/template-chain';
import {
  BLOCK_PREFIX,
  COLUMN_BYTES,
  damagedLibrary,
  decodeBlock,
  END_BYTES,
  HEAD_BYTES,
  LIBRARY_VERSION,
  MAGIC,
  type BlockHeader,
  type EntryFacts,
} from './library-format.js';

/** Sequences are read in pieces of about this size, so that memory does not grow with the library. */
const PIECE_BYTES = 8 << 20;
/** Where in the end its SHA-256 begins. */
const HASH_START = 32;

/** A chain of a library, with what is known of its entry. */
export interface LibraryChain {
  readonly facts: EntryFacts;
  readonly template: TemplateChain;
}

/** Whether a file is a library, by its first bytes. */
export async function isLibrary(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  if (!file) return false;
  try {
    const bytes = Buffer.alloc(MAGIC.length);
    await file.read(bytes, 0, bytes.length, 0);
    return bytes.toString('latin1') === MAGIC;
  } finally {
    await file.close();
  }
}

/** A library that is open: its columns are in memory, all else is read when it is asked for. */
export class TemplateLibrary {
  readonly path: string;
  /** Tells libraries apart by what they hold. */
  readonly id: string;
  readonly numChains: number;
  readonly numResidues: number;
  readonly #file: FileHandle;
  readonly #start: number;
  /** `[C]` each. */
  readonly #ends: Uint32Array;
  readonly #places: Uint32Array;
  readonly #dates: Uint32Array;
  readonly #checksums: Uint32Array;
  readonly #offsets: Float64Array;

  private constructor(path: string, file: FileHandle, end: Buffer, columns: Buffer) {
    this.path = path;
    this.#file = file;
    this.id = end.toString('hex', HASH_START);
    this.numChains = end.readUInt32LE(12);
    this.#start = end.readDoubleLE(16);
    this.numResidues = end.readDoubleLE(24);
    const numbers = new Uint8Array(columns).buffer;
    const count = this.numChains;
    [this.#ends, this.#places, this.#dates, this.#checksums] = [0, 1, 2, 3].map(
      (column) => new Uint32Array(numbers, 4 * count * column, count),
    ) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
    this.#offsets = new Float64Array(numbers.slice(16 * count));
  }

  /**
   * Opens a library and checks its index.
   *
   * @throws FoldError `FILE_READ`, `TEMPLATE_DAMAGED`
   */
  static async open(path: string): Promise<TemplateLibrary> {
    const file = await open(path).catch((cause: unknown) => {
      throw new FoldError('FILE_READ', `${path} cannot be read`, { cause });
    });
    try {
      const { size } = await file.stat();
      if (size < HEAD_BYTES + END_BYTES) throw damagedLibrary(path, 'it is cut short');
      const end = await readAt(file, size - END_BYTES, END_BYTES);
      if (end.toString('latin1', 0, MAGIC.length) !== MAGIC)
        throw damagedLibrary(path, 'it is none, or cut short');
      const version = end.readUInt32LE(8);
      if (version !== LIBRARY_VERSION)
        throw damagedLibrary(
          path,
          `it has version ${version} of the format, and this program reads version ${LIBRARY_VERSION}`,
        );
      const [numChains, start, numResidues] = [
        end.readUInt32LE(12),
        end.readDoubleLE(16),
        end.readDoubleLE(24),
      ];
      if (start + numResidues + COLUMN_BYTES * numChains + END_BYTES !== size)
        throw damagedLibrary(path, 'its parts do not add up to its size');
      const hash = createHash('sha256');
      for (let at = start; at < start + numResidues; at += PIECE_BYTES)
        hash.update(await readAt(file, at, Math.min(PIECE_BYTES, start + numResidues - at)));
      const columns = await readAt(file, start + numResidues, COLUMN_BYTES * numChains);
      if (!hash.update(columns).digest().equals(end.subarray(HASH_START)))
        throw damagedLibrary(path, 'its checksum does not match');
      return new TemplateLibrary(path, file, end, columns);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Release date of a chain as 20250131; 0 where it is not known. */
  date(chain: number): number {
    return this.#dates[chain]!;
  }

  /** All sequences, several at a time: chains `first` to `last`, whose types lie in `types` from `begin(chain)` on. */
  async *pieces(): AsyncGenerator<SequencePiece> {
    for (let first = 0; first < this.numChains;) {
      const from = this.#begin(first);
      let last = first;
      while (last + 1 < this.numChains && this.#ends[last + 1]! - from <= PIECE_BYTES) last++;
      const types = await readAt(this.#file, this.#start + from, this.#ends[last]! - from);
      yield { first, last, types, begin: (chain) => this.#begin(chain) - from };
      first = last + 1;
    }
  }

  /** `[M]` types 0-20 of a chain. */
  async sequence(chain: number): Promise<Uint8Array> {
    const from = this.#begin(chain);
    return readAt(this.#file, this.#start + from, this.#ends[chain]! - from);
  }

  /** @throws FoldError `TEMPLATE_DAMAGED` */
  async read(chain: number): Promise<LibraryChain> {
    const offset = this.#offsets[chain]!;
    const prefix = await readAt(this.#file, offset, BLOCK_PREFIX);
    const payload = await readAt(this.#file, offset + BLOCK_PREFIX, prefix.readUInt32LE(0));
    const block = decodeBlock(payload, this.#checksums[chain]!);
    const packed = block?.chains[this.#places[chain]!];
    if (!block || !packed || !block.header.facts)
      throw damagedLibrary(this.path, `chain ${chain} of it is damaged`);
    return { facts: block.header.facts, template: unpackTemplate(packed) };
  }

  /**
   * A chain by its name.
   *
   * @param id of the entry, in letters of any case
   * @param chainId the entry's first chain if absent
   * @throws FoldError `TEMPLATE_DAMAGED`
   */
  async find(id: string, chainId?: string): Promise<TemplateChain | undefined> {
    for (let chain = 0; chain < this.numChains; chain++) {
      const { facts, chains } = await this.#header(this.#offsets[chain]!);
      const isIt = facts?.id.toUpperCase() === id.toUpperCase();
      if (isIt && (chainId === undefined || chains[this.#places[chain]!]!.id === chainId))
        return (await this.read(chain)).template;
    }
    return undefined;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** Of a block whose chains need not be read. */
  async #header(offset: number): Promise<BlockHeader> {
    const at = offset + BLOCK_PREFIX;
    const length = (await readAt(this.#file, at, 4)).readUInt32LE(0);
    return JSON.parse((await readAt(this.#file, at + 4, length)).toString()) as BlockHeader;
  }

  #begin(chain: number): number {
    return chain === 0 ? 0 : this.#ends[chain - 1]!;
  }
}

/** Some sequences of a library. */
export interface SequencePiece {
  readonly first: number;
  readonly last: number;
  readonly types: Uint8Array;
  /** Where in `types` a chain begins; it ends where the next begins. */
  readonly begin: (chain: number) => number;
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) throw new FoldError('TEMPLATE_DAMAGED', 'a library ends too early');
    done += bytesRead;
  }
  return bytes;
}
