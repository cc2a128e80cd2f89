import { FoldError } from '#errors';
import type { DType } from '#weights/dtype';
import { spanOf } from '#weights/strides';
import { numElements } from '#weights/tensor-source';
import {
  KnownGlobal,
  PlainObject,
  TorchStorage,
  TorchTensor,
  type PickleList,
  type PickleValue,
} from './pickle-value.js';
import type { PickleWorld } from './unpickle.js';

const STORAGE_DTYPES: ReadonlyMap<string, DType> = new Map<string, DType>([
  ['DoubleStorage', 'F64'],
  ['FloatStorage', 'F32'],
  ['HalfStorage', 'F16'],
  ['BFloat16Storage', 'BF16'],
  ['LongStorage', 'I64'],
  ['IntStorage', 'I32'],
  ['ShortStorage', 'I16'],
  ['CharStorage', 'I8'],
  ['ByteStorage', 'U8'],
  ['BoolStorage', 'BOOL'],
]);

/** Configuration classes that published checkpoints contain: read as records. */
const CONFIGURATION_CLASSES = [
  /^argparse\.Namespace$/,
  /^omegaconf\.(base|dictconfig|listconfig|nodes)\.\w+$/,
  /^esm\.esmfold\.v1\.\w+\.\w+Config$/,
];

/** Types that configurations mention, as annotations: names without a meaning for us. */
const MENTIONED_TYPES =
  /^(typing\.\w+|(builtins|__builtin__)\.(dict|list|tuple|int|long|float|bool|str|unicode)|torch\.(float|int|uint|bfloat)\d+)$/;

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

/** Sizes or strides. PyTorch has no negative strides. */
const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every(isCount);

/**
 * What a PyTorch checkpoint may refer to: tensors, their storages, ordered dictionaries and plain
 * configuration objects. Everything else is refused by its name, whatever it would do.
 *
 * @param source what error messages call the file
 */
export function torchWorld(source: string): PickleWorld {
  const refuse = (
    problem: string,
    hint = 'The file is damaged, or was not written by torch.save.',
  ): FoldError => new FoldError('PARSE_CHECKPOINT', `${source}: ${problem}`, { hint });

  const functions = new Map<string, (args: PickleList) => PickleValue>([
    ['collections.OrderedDict', (args) => orderedDictionary(args, refuse)],
    ['collections.defaultdict', () => new Map()],
    ['torch.Size', ([size]) => size ?? []],
    ['torch._utils._rebuild_tensor_v2', (args) => rebuildTensor(args, refuse)],
    ['torch._utils._rebuild_parameter', ([tensor]) => tensor ?? null],
  ]);

  return {
    refuse,
    global(module, name) {
      const path = `${module}.${name}`;
      const call = functions.get(path);
      if (call) return new KnownGlobal(path, call);
      if (module === 'torch' && STORAGE_DTYPES.has(name)) return new KnownGlobal(name);
      if (MENTIONED_TYPES.test(path)) return new KnownGlobal(path);
      if (CONFIGURATION_CLASSES.some((pattern) => pattern.test(path)))
        return new KnownGlobal(path, () => new PlainObject(path));
      throw refuse(
        `refers to "${path}", which could run code`,
        'Only tensors and plain configurations are read. Save the state dictionary alone, or as safetensors.',
      );
    },
    persistent(id) {
      const [kind, storage, key, , count] = Array.isArray(id) ? id : [];
      const dtype = storage instanceof KnownGlobal ? STORAGE_DTYPES.get(storage.name) : undefined;
      if (kind !== 'storage' || !dtype || typeof key !== 'string' || !isCount(count))
        throw refuse('has a persistent id that is not a storage');
      return new TorchStorage(key, dtype, count);
    },
  };
}

type Refuse = (problem: string, hint?: string) => FoldError;

function orderedDictionary(args: PickleList, refuse: Refuse): PickleValue {
  const dictionary = new Map<PickleValue, PickleValue>();
  const [pairs = []] = args;
  if (!Array.isArray(pairs)) throw refuse('has an ordered dictionary of no pairs');
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2)
      throw refuse('has an ordered dictionary of no pairs');
    dictionary.set(pair[0]!, pair[1]!);
  }
  return dictionary;
}

/** The view must lie inside its storage and have no more elements than it, so that nothing grows. */
function rebuildTensor(args: PickleList, refuse: Refuse): TorchTensor {
  const [storage, offset, shape, strides] = args;
  if (
    !(storage instanceof TorchStorage) ||
    !isCount(offset) ||
    !isCounts(shape) ||
    !isCounts(strides)
  )
    throw refuse('has a tensor without storage, offset, shape and strides');
  if (shape.length !== strides.length)
    throw refuse(`has a tensor of ${shape.length} axes with ${strides.length} strides`);
  const end = offset + spanOf(shape, strides);
  if (end > storage.count || numElements(shape) > storage.count)
    throw refuse(
      `has a tensor [${shape.join(', ')}] that reaches beyond the ${storage.count} elements of storage "${storage.key}"`,
    );
  return new TorchTensor(storage, offset, { shape, strides });
}
