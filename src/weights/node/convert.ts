import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { FoldError } from '#errors';
import { checkedTensors } from '#weights/finite';
import { float32ToFloat16 } from '#weights/half-precision';
import { isQuantisable, quantise, scaleName } from '#weights/int8';
import { layOutSafetensors } from '#weights/safetensors-layout';
import type { TensorInfo, TensorSource } from '#weights/tensor-source';

/** What large matrices become; everything else stays as it is. */
export type MatrixPrecision = 'float16' | 'int8';

/**
 * Writes a checkpoint anew as one safetensors file, its large matrices in less precision. One tensor is in
 * memory at a time; the file appears when it is whole.
 *
 * @param source any checkpoint
 * @param path of the new file
 * @param precision of the matrices; int8 ones get a second tensor with their scales
 * @throws FoldError `FILE_WRITE`; `WEIGHTS_NOT_FINITE`; `WEIGHTS_MISMATCH` for values that the precision cannot hold
 */
export function convertCheckpoint(
  source: TensorSource,
  path: string,
  precision: MatrixPrecision,
): void {
  const plan = new Map<string, TensorInfo>();
  for (const name of source.names) {
    const info = source.info(name);
    if (info.dtype === 'I8' && source.has(scaleName(name)))
      throw new FoldError('WEIGHTS_MISMATCH', `"${name}" is in int8 already`, {
        hint: 'Convert the checkpoint that it was made from.',
      });
    if (!isQuantisable(info)) plan.set(name, info);
    else if (precision === 'float16') plan.set(name, { dtype: 'F16', shape: info.shape });
    else {
      plan.set(name, { dtype: 'I8', shape: info.shape });
      plan.set(scaleName(name), { dtype: 'F32', shape: [info.shape[0]!] });
    }
  }
  const { head, order } = layOutSafetensors(plan, new Map([['format', 'pt']]));
  const converter = new Converter(checkedTensors(source), precision);
  writeAtomically(path, function* () {
    yield head;
    for (const name of order) yield converter.bytesOf(name);
  });
}

class Converter {
  readonly #source: TensorSource;
  readonly #precision: MatrixPrecision;

  constructor(source: TensorSource, precision: MatrixPrecision) {
    this.#source = source;
    this.#precision = precision;
  }

  /** A tensor of the new file: scales are made from the matrix that they belong to. */
  bytesOf(name: string): Uint8Array {
    if (!this.#source.has(name)) return bytesOfArray(this.#quantised(baseName(name)).scales);
    if (!isQuantisable(this.#source.info(name))) return this.#source.readRaw(name);
    if (this.#precision === 'int8') return bytesOfArray(this.#quantised(name).values);
    return bytesOfArray(this.#halved(name));
  }

  #quantised(name: string): ReturnType<typeof quantise> {
    return quantise(this.#source.read(name), this.#source.info(name).shape[0]!);
  }

  #halved(name: string): Uint16Array {
    const values = this.#source.read(name);
    const halves = new Uint16Array(values.length);
    float32ToFloat16(values, halves);
    const overflow = halves.findIndex((half) => (half & 0x7c00) === 0x7c00);
    if (overflow >= 0)
      throw new FoldError('WEIGHTS_MISMATCH', `"${name}" holds ${values[overflow]!}`, {
        hint: 'float16 ends at 65504.',
      });
    return halves;
  }
}

const baseName = (name: string): string => name.slice(0, -scaleName('').length);

const bytesOfArray = (array: Int8Array | Uint16Array | Float32Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

function writeAtomically(path: string, chunks: () => Iterable<Uint8Array>): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(temporary, 'w');
    try {
      for (const chunk of chunks())
        for (let done = 0; done < chunk.length;) done += writeSync(file, chunk, done);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    if (cause instanceof FoldError) throw cause;
    const reason = cause instanceof Error ? cause.message : 'unknown reason';
    throw new FoldError('FILE_WRITE', `${path}: cannot be written (${reason})`, { cause });
  }
}
