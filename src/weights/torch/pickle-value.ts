import type { DType } from '#weights/dtype';

/** What a checkpoint's pickle may hold. Lists and tuples are arrays, dictionaries are maps. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleList
  | PickleDictionary
  | PlainObject
  | KnownGlobal
  | TorchStorage
  | TorchTensor;

/** A Python list or tuple. */
export type PickleList = PickleValue[];
/** A Python dictionary, ordered as it was written. */
export type PickleDictionary = Map<PickleValue, PickleValue>;

/** An instance of a configuration class: its name and attributes, nothing that runs. */
export class PlainObject {
  readonly className: string;
  readonly attributes: PickleDictionary = new Map();

  constructor(className: string) {
    this.className = className;
  }
}

/** A class or function on the whitelist; `call` is what it means to us when the pickle calls it. */
export class KnownGlobal {
  readonly name: string;
  readonly call: ((args: PickleList) => PickleValue) | undefined;

  constructor(name: string, call?: (args: PickleList) => PickleValue) {
    this.name = name;
    this.call = call;
  }
}

/** Memory shared by tensors: `count` elements in the archive's file `key`. */
export class TorchStorage {
  readonly key: string;
  readonly dtype: DType;
  readonly count: number;

  constructor(key: string, dtype: DType, count: number) {
    this.key = key;
    this.dtype = dtype;
    this.count = count;
  }
}

/** A strided view of a storage; sizes and distances count elements. */
export class TorchTensor {
  readonly storage: TorchStorage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(
    storage: TorchStorage,
    offset: number,
    { shape, strides }: { shape: readonly number[]; strides: readonly number[] },
  ) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}
