import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { FoldModelConfig } from '#architectures/esmfold/config';
import { formatModelConfig } from '#architectures/esmfold/config-file';
import * as stages from '#architectures/esmfold/stages';
import type { Shape } from '#tensor/shape';
import { float32ToFloat16 } from '#weights/half-precision';
import { isQuantisable, scaleName } from '#weights/int8';
import { layOutSafetensors } from '#weights/safetensors-layout';
import { numElements, type TensorInfo } from '#weights/tensor-source';

/** How large matrices are stored. */
export type Precision = 'float32' | 'float16' | 'int8';

const MATRIX_TYPE = { float32: 'F32', float16: 'F16', int8: 'I8' } as const;
/** Shapes do not depend on the length. */
const ANY_SIZE = { batch: 1, numResidues: 8 };
/** Random numbers are drawn once and used again from other places. */
const POOL = 1 << 20;
/** Standard deviation of int8 numbers: four of them reach the ends of the range. */
const INT8_DEVIATION = 30;

/** Every learned tensor of a folding model by its full name. */
export function foldingParameters(config: FoldModelConfig): Map<string, Shape> {
  const numbered = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${prefix}${i}.`);
  const scopes = [
    [stages.mixWeightStage, ['']],
    [stages.tokenStage, ['']],
    [stages.languageModelStage, numbered('esm.encoder.layer.', config.languageModel.numLayers)],
    [stages.embedStage, ['']],
    [stages.passStage, ['trunk.']],
    [stages.blockStage, numbered('trunk.blocks.', config.trunk.numBlocks)],
    [stages.structureStage, ['']],
    [stages.pairHeadStage, ['']],
  ] as const;
  const shapes = new Map<string, Shape>();
  for (const [build, prefixes] of scopes) {
    const { graph, parameterNames } = build(ANY_SIZE, config);
    for (const prefix of prefixes)
      for (const name of parameterNames) shapes.set(prefix + name, graph.inputs.get(name)!.shape);
  }
  return shapes;
}

/**
 * Writes a checkpoint with random weights in the layout of `facebook/esmfold_v1`. Matrices are normal with the
 * variance that keeps activations as they are; norms are the identity.
 *
 * @param directory where `config.json` and `model.safetensors` go
 * @returns bytes of the weights
 */
export function writeSyntheticCheckpoint(
  directory: string,
  config: FoldModelConfig,
  precision: Precision,
): number {
  const plan = planOf(foldingParameters(config), precision);
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
  writeFileSync(join(directory, 'config.json'), JSON.stringify(formatModelConfig(config)));
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
