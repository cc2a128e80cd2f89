import { FoldError } from '#errors';
import type { ByteSource } from '#weights/byte-source';
import { BYTES_PER_ELEMENT } from '#weights/dtype';
import { storedTensors, type StoredTensor } from '#weights/stored-tensors';
import { isContiguous } from '#weights/strides';
import type { TensorSource } from '#weights/tensor-source';
import { TorchTensor, type PickleDictionary, type PickleValue } from './pickle-value.js';
import { torchWorld } from './torch-world.js';
import { unpickle } from './unpickle.js';
import { readZip, type ZipArchive } from '#weights/zip/zip';

/** Largest pickle that is read: one of a million tensors. */
const MAX_PICKLE_BYTES = 64 * 2 ** 20;
/** How files of PyTorch before 1.6 begin: a pickle of protocol 2 that holds an integer. */
const LEGACY_MAGIC = [0x80, 0x02, 0x8a, 0x0a];

/** A file written by `torch.save`, with its tensors still on disk. */
export interface TorchCheckpoint {
  /** What was saved. */
  readonly root: PickleValue;
  /** The tensors among the values of a dictionary, by their keys. */
  tensors(dictionary: PickleDictionary): TensorSource;
}

/**
 * Opens a PyTorch checkpoint (`.pt`, `.pth`, `.bin`). Nothing in it is run: tensors, dictionaries, lists,
 * numbers, text and plain configuration objects are read, everything else is refused.
 *
 * @param bytes the whole file
 * @throws FoldError `PARSE_CHECKPOINT`
 * @source PyTorch, torch/serialization.py and caffe2/serialize/inline_container.h
 */
export function readTorchCheckpoint(bytes: ByteSource): TorchCheckpoint {
  const refuse = (problem: string, hint: string): FoldError =>
    new FoldError('PARSE_CHECKPOINT', `${bytes.name}: ${problem}`, { hint });
  if (isLegacy(bytes))
    throw refuse(
      'was written by PyTorch before 1.6',
      'Load and save it again with a newer PyTorch, or as safetensors.',
    );
  const archive = readZip(bytes);
  const pickles = [...archive.names].filter((name) => /(^|\/)data\.pkl$/.test(name));
  if (pickles.length !== 1)
    throw refuse(
      `holds ${pickles.length} files named data.pkl instead of one`,
      'Is it a checkpoint written by torch.save?',
    );
  const pickle = archive.open(pickles[0]!);
  if (pickle.size > MAX_PICKLE_BYTES)
    throw refuse(
      `data.pkl has ${pickle.size} bytes; at most ${MAX_PICKLE_BYTES} are read`,
      'Save the state dictionary alone.',
    );
  const prefix = pickles[0]!.slice(0, -'data.pkl'.length);
  checkByteOrder(archive, prefix, refuse);
  return {
    root: unpickle(pickle.bytes.read(pickle.offset, pickle.size), torchWorld(bytes.name)),
    tensors: (dictionary) => storedTensors(locate(dictionary, archive, { prefix, refuse }), bytes),
  };
}

type Refuse = (problem: string, hint: string) => FoldError;

function isLegacy(bytes: ByteSource): boolean {
  if (bytes.size < LEGACY_MAGIC.length) return false;
  const start = bytes.read(0, LEGACY_MAGIC.length);
  return LEGACY_MAGIC.every((byte, i) => start[i] === byte);
}

/** Newer versions of PyTorch write the byte order; older ones ran on little-endian machines alone. */
function checkByteOrder(archive: ZipArchive, prefix: string, refuse: Refuse): void {
  if (!archive.has(`${prefix}byteorder`)) return;
  const { bytes, offset, size } = archive.open(`${prefix}byteorder`);
  const order = new TextDecoder().decode(bytes.read(offset, Math.min(size, 16)));
  if (order !== 'little')
    throw refuse(`has byte order "${order}"`, 'Save it again on a little-endian machine.');
}

function locate(
  dictionary: PickleDictionary,
  archive: ZipArchive,
  { prefix, refuse }: { prefix: string; refuse: Refuse },
): ReadonlyMap<string, StoredTensor> {
  const hint = 'The file is cut or damaged: fetch it again.';
  const tensors = new Map<string, StoredTensor>();
  for (const [name, tensor] of dictionary) {
    if (typeof name !== 'string' || !(tensor instanceof TorchTensor)) continue;
    const { storage, shape, strides } = tensor;
    const file = `${prefix}data/${storage.key}`;
    if (!archive.has(file)) throw refuse(`lacks the storage "${file}" of tensor "${name}"`, hint);
    const contents = archive.open(file);
    const elementSize = BYTES_PER_ELEMENT[storage.dtype];
    if (contents.size < storage.count * elementSize)
      throw refuse(`storage "${file}" is shorter than tensor "${name}" needs`, hint);
    tensors.set(name, {
      dtype: storage.dtype,
      shape,
      bytes: contents.bytes,
      offset: contents.offset + tensor.offset * elementSize,
      ...(isContiguous(shape, strides) ? {} : { strides }),
    });
  }
  return tensors;
}
