import { FoldError } from '#errors';
import type { ByteSource } from '#weights/byte-source';
import { BYTES_PER_ELEMENT } from '#weights/dtype';
import { readNpz } from '#weights/numpy/npz';
import { storedTensors, type StoredTensor } from '#weights/stored-tensors';
import { numElements, type TensorSource } from '#weights/tensor-source';
import { BLOCK, deepmindName } from './deepmind-names.js';

/** A module that only AlphaFold-Multimer has. */
const MULTIMER_MODULE = '/evoformer/~_relative_encoding/';
/** The deepest published stack has 48 blocks. */
const MAX_BLOCKS = 1024;

/**
 * Opens a parameter file of DeepMind (`params_model_1_ptm.npz`) under the names and in the layout of OpenFold: linear
 * weights `[out, in]`, heads joined, a tensor for each block. Nothing is copied before it is read.
 *
 * @param bytes the whole file
 * @throws FoldError `PARSE_CHECKPOINT` where it is damaged or holds another model
 * @source OpenFold, openfold/utils/import_weights.py
 */
export function readDeepmind(bytes: ByteSource): TensorSource {
  const tensors = new Map<string, StoredTensor>();
  for (const [original, stored] of readNpz(bytes)) {
    if (original.includes(MULTIMER_MODULE))
      throw new FoldError('PARSE_CHECKPOINT', `${bytes.name}: is an AlphaFold-Multimer model`, {
        hint: 'Models of single chains (params_model_1 to 5, with or without _ptm) are supported.',
      });
    const name = deepmindName(original);
    if (name === undefined) continue;
    const isMatrix = name.endsWith('.weight');
    // Heads and their channels, or two factors, go in side by side.
    const numInputAxes = original.endsWith('//output_w') ? 2 : 1;
    const parts = name.includes(BLOCK) ? entriesOf(stored, bytes.name) : [stored];
    for (const [block, part] of parts.entries())
      tensors.set(name.replace(BLOCK, String(block)), asLayer(part, isMatrix, numInputAxes));
  }
  if (tensors.size === 0)
    throw new FoldError('PARSE_CHECKPOINT', `${bytes.name}: holds no parameters of AlphaFold 2`);
  return storedTensors(tensors, bytes);
}

/** The tensors of all blocks, which are joined along the first axis. */
function entriesOf(stored: StoredTensor, source: string): StoredTensor[] {
  const [numBlocks = 0, ...shape] = stored.shape;
  if (numBlocks > MAX_BLOCKS)
    throw new FoldError('PARSE_CHECKPOINT', `${source}: claims ${numBlocks} blocks`);
  const numBytes = numElements(shape) * BYTES_PER_ELEMENT[stored.dtype];
  return Array.from({ length: numBlocks }, (_, block) => ({
    ...stored,
    shape,
    offset: stored.offset + block * numBytes,
  }));
}

/** A matrix as `[out, in]`, seen through strides; anything else as a vector. */
function asLayer(stored: StoredTensor, isMatrix: boolean, numInputAxes: number): StoredTensor {
  if (!isMatrix || stored.shape.length <= numInputAxes)
    return { ...stored, shape: [numElements(stored.shape)] };
  const numInputs = numElements(stored.shape.slice(0, numInputAxes));
  const numOutputs = numElements(stored.shape.slice(numInputAxes));
  return { ...stored, shape: [numOutputs, numInputs], strides: [1, numOutputs] };
}
