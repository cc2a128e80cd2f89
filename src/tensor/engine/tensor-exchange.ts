/**
 * @file Tensors passed between two processes through a file: one after the other, 4 bytes a number. Where the
 * system has a file system in memory that is a copy of memory to memory, ten times faster than a pipe.
 */
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readvSync,
  rmSync,
  writevSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { invariant } from '#errors';
import { sizeOf } from '#tensor/shape';
import type { HostTensor } from '#tensor/tensor';
import type { TensorSpec } from './feeds.js';

/** Where Linux keeps files in memory. */
const MEMORY_FILES = '/dev/shm';
/** The system takes at most this many buffers at once. */
const MAX_BUFFERS = 1024;

/** A folder for files that two processes exchange; its owner removes it. */
export function makeExchangeFolder(): string {
  return mkdtempSync(join(existsSync(MEMORY_FILES) ? MEMORY_FILES : tmpdir(), 'codonfold-'));
}

/** Removes a folder and what is in it. */
export function removeExchangeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

/** One file of tensors, always the same ones. */
export class TensorExchange {
  readonly #file: number;
  readonly #tensors: readonly TensorSpec[];

  constructor(path: string, tensors: readonly TensorSpec[]) {
    this.#file = openSync(path, 'a+');
    closeSync(this.#file);
    this.#file = openSync(path, 'r+');
    this.#tensors = tensors;
  }

  write(tensors: Readonly<Record<string, HostTensor>>): void {
    const views = this.#tensors.map(({ name }) => bytesOf(tensors[name]!.data));
    inPieces(views, (pieces, position) => writevSync(this.#file, pieces, position));
  }

  /** @returns tensors with numbers of their own */
  read(): Record<string, HostTensor> {
    const tensors = this.#tensors.map(({ name, shape, dtype }) => {
      const data =
        dtype === 'int32' ? new Int32Array(sizeOf(shape)) : new Float32Array(sizeOf(shape));
      return [name, { shape, data }] as const;
    });
    const views = tensors.map(([, { data }]) => bytesOf(data));
    inPieces(views, (pieces, position) => readvSync(this.#file, pieces, position));
    return Object.fromEntries(tensors);
  }

  close(): void {
    closeSync(this.#file);
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function inPieces(
  views: readonly Uint8Array[],
  move: (pieces: Uint8Array[], position: number) => number,
): void {
  let position = 0;
  for (let start = 0; start < views.length; start += MAX_BUFFERS) {
    const pieces = views.slice(start, start + MAX_BUFFERS);
    const size = pieces.reduce((total, { length }) => total + length, 0);
    invariant(move(pieces, position) === size, 'internal: an exchange file was cut short');
    position += size;
  }
}
