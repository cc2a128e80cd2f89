import { setImmediate as breathe } from 'node:timers/promises';
import { FoldError } from '#errors';
import { GrowingFile } from '#machine/growing-file';
import { checkedTensors } from '#weights/finite';
import { float32ToFloat16 } from '#weights/half-precision';
import { isQuantisable, quantise, scaleName } from '#weights/int8';
import { layOutSafetensors, numBytesOf } from '#weights/safetensors-layout';
import type { TensorInfo, TensorSource } from '#weights/tensor-source';

/** What large matrices become; everything else stays as it is. */
export type MatrixPrecision = 'float16' | 'int8';

/** What is reported about a conversion, and how it is followed. */
export interface ConvertOptions {
  /** Notes for the header. With another precision or source they differ, so that nobody goes on with the wrong file. */
  readonly notes?: ReadonlyMap<string, string>;
  readonly signal?: AbortSignal;
  /** Called after each tensor with the share of the bytes that are written. */
  readonly onProgress?: (share: number) => void;
}

/**
 * Writes a checkpoint as one safetensors file, its large matrices in less precision. One tensor is in memory at a time.
 * The file appears when it is whole; what an interrupted run has written, a later one goes on with.
 *
 * @param source any checkpoint
 * @param path of the new file
 * @param precision of the matrices; int8 ones get a second tensor with their scales
 * @throws FoldError `FILE_WRITE`; `WEIGHTS_NOT_FINITE`; `WEIGHTS_MISMATCH` for values that the precision cannot hold;
 *   the signal's reason
 */
export async function convertCheckpoint(
  source: TensorSource,
  path: string,
  precision: MatrixPrecision,
  { notes = new Map(), signal, onProgress }: ConvertOptions = {},
): Promise<void> {
  const plan = planned(source, precision);
  const { head, order, numBytes } = layOutSafetensors(plan, new Map([['format', 'pt'], ...notes]));
  const converter = new Converter(checkedTensors(source), precision);
  const file = await GrowingFile.open(path);
  try {
    const written = (await file.beginsWith(head)) ? await file.size() : 0;
    if (written === 0) {
      await file.truncate(0);
      await file.write(0, head);
    }
    let end = head.length;
    for (const name of order) {
      const size = numBytesOf(plan.get(name)!);
      if (end + size > written) await file.write(end, converter.bytesOf(name));
      end += size;
      onProgress?.(end / numBytes);
      await breathe();
      signal?.throwIfAborted();
    }
    await file.finish();
  } catch (error) {
    const isOfWeights = error instanceof FoldError && error.code.startsWith('WEIGHTS_');
    await (isOfWeights ? file.discard() : file.close());
    throw error;
  }
}

/** Every tensor of the new file. */
function planned(source: TensorSource, precision: MatrixPrecision): Map<string, TensorInfo> {
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
  return plan;
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
