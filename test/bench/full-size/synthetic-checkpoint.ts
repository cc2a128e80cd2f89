import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseAlphafold2Config } from '#architectures/alphafold2/config-file';
import { alphafold2Parameters } from '#architectures/alphafold2/network-stages';
import type { FoldModelConfig } from '#architectures/esmfold/config';
import { formatModelConfig } from '#architectures/esmfold/config-file';
import { foldingParameters } from '#architectures/esmfold/network-stages';
import type { Shape } from '#tensor/shape';
import { publishedAlphafold2Config } from '#weights/alphafold2/published-config';
import { float32ToFloat16 } from '#weights/half-precision';
import { isQuantisable, scaleName } from '#weights/int8';
import { layOutSafetensors } from '#weights/safetensors-layout';
import { numElements, type TensorInfo } from '#weights/tensor-source';

/** How large matrices are stored. */
export type Precision = 'float32' | 'float16' | 'int8';

const MATRIX_TYPE = { float32: 'F32', float16: 'F16', int8: 'I8' } as const;
/** Random numbers are drawn once and used again from other places. */
const POOL = 1 << 20;
/** Standard deviation of int8 numbers: four of them reach the ends of the range. */
const INT8_DEVIATION = 30;

/** A model whose weights are to be made up. */
interface SyntheticModel {
  /** Every learned tensor by its full name. */
  readonly parameters: ReadonlyMap<string, Shape>;
  /** Content of `config.json`. */
  readonly config: object;
}

/** A folding model in the layout of `facebook/esmfold_v1`. */
export function syntheticEsmfold(config: FoldModelConfig): SyntheticModel {
  return { parameters: foldingParameters(config), config: formatModelConfig(config) };
}

/**
 * An AlphaFold 2 network of the published sizes, with templates and a head for aligned errors.
 *
 * @param numBlocks of the Evoformer; 48 as published where absent
 */
export function syntheticAlphafold2(numBlocks = 48): SyntheticModel {
  const published = publishedAlphafold2Config(
    { has: () => true },
    'finetuning_ptm_1.pt',
    'openfold',
  );
  const model = published['model'] as { readonly evoformer_stack: object };
  const evoformer = { ...model.evoformer_stack, no_blocks: numBlocks };
  const config = { ...published, model: { ...model, evoformer_stack: evoformer } };
  return { parameters: alphafold2Parameters(parseAlphafold2Config(config)), config };
}

/**
 * Writes a checkpoint with random weights. Matrices are normal with the variance that keeps activations as they are;
 * norms are the identity.
 *
 * @param directory where `config.json` and `model.safetensors` go
 * @returns bytes of the weights
 */
export function writeSyntheticCheckpoint(
  directory: string,
  { parameters, config }: SyntheticModel,
  precision: Precision,
): number {
  const plan = planOf(parameters, precision);
  const { head, order, numBytes } = layOutSafetensors(plan, new Map());
  const random = new RandomMatrices();
  const file = openSync(join(directory, 'model.safetensors'), 'w');
  const write = (bytes: Uint8Array) => {
    for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
  };
  try {
    write(head);
    for (const [i, name] of order.entries()) {
      const info = plan.get(name)!;
      const isMatrix = info.shape.length > 1;
      write(bytes(isMatrix ? random.matrix(info, 7919 * i) : vectorOf(name, info.shape, plan)));
    }
  } finally {
    closeSync(file);
  }
  writeFileSync(join(directory, 'config.json'), JSON.stringify(config));
  return numBytes;
}

function planOf(parameters: ReadonlyMap<string, Shape>, precision: Precision) {
  const plan = new Map<string, TensorInfo>();
  for (const [name, shape] of parameters) {
    const isMatrix = isQuantisable({ dtype: 'F32', shape });
    plan.set(name, { shape, dtype: isMatrix ? MATRIX_TYPE[precision] : 'F32' });
    if (isMatrix && precision === 'int8')
      plan.set(scaleName(name), { shape: [shape[0]!], dtype: 'F32' });
  }
  return plan;
}

/** Normal numbers with variance 1. */
function randomPool(): Float32Array {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 1) / 2 ** 32;
  };
  return Float32Array.from(
    { length: POOL },
    () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next()),
  );
}

/** Numbers as they are stored. */
type Stored = Int8Array | Uint16Array | Float32Array;

/** Random matrices: numbers are made once for each type and number of columns. */
class RandomMatrices {
  readonly #random = randomPool();
  readonly #pools = new Map<string, Stored>();

  /** @param start place among the random numbers, so that matrices differ */
  matrix({ dtype, shape }: TensorInfo, start: number): Stored {
    const [rows, columns] = shape as [number, number];
    const key = dtype === 'I8' ? dtype : `${dtype} ${columns}`;
    let pool = this.#pools.get(key);
    if (!pool) this.#pools.set(key, (pool = this.#pool(dtype, columns)));
    const Type = pool.constructor as new (length: number) => Stored;
    return repeated(pool, start, new Type(rows * columns));
  }

  #pool(dtype: TensorInfo['dtype'], columns: number): Stored {
    if (dtype === 'I8') return Int8Array.from(this.#random, (value) => INT8_DEVIATION * value);
    const values = this.#random.map((value) => columns ** -0.5 * value);
    if (dtype === 'F32') return values;
    const halves = new Uint16Array(POOL);
    float32ToFloat16(values, halves);
    return halves;
  }
}

/** Fills `target` with the numbers of `pool`, over and over, the first time from `start`. */
function repeated(pool: Stored, start: number, target: Stored): Stored {
  let from = start % POOL;
  for (let done = 0; done < target.length; from = 0) {
    const piece = pool.subarray(from, from + target.length - done);
    target.set(piece, done);
    done += piece.length;
  }
  return target;
}

/** Norms, biases, frequencies and scales of int8. */
function vectorOf(name: string, shape: Shape, plan: ReadonlyMap<string, TensorInfo>): Float32Array {
  const count = numElements(shape);
  const of = (value: (i: number) => number) =>
    Float32Array.from({ length: count }, (_, i) => value(i));
  if (name.endsWith(scaleName(''))) {
    const matrix = plan.get(name.slice(0, -scaleName('').length))!;
    return of(() => (matrix.shape[1] ?? 1) ** -0.5 / INT8_DEVIATION);
  }
  if (name.endsWith('inv_freq')) return of((i) => 10000 ** (-i / count));
  return of(() => (name.endsWith('weight') ? 1 : 0));
}

const bytes = (array: Stored): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
