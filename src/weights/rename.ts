import { nameOfScaled, scaleName } from './int8.js';
import { missingTensor, type TensorSource } from './tensor-source.js';

/**
 * The same tensors under other names.
 *
 * @param source where they are
 * @param rename new name for an old one; tensors without one are left out
 * @param sourceName what error messages call the source
 */
export function renamed(
  source: TensorSource,
  rename: (name: string) => string | undefined,
  sourceName: string,
): TensorSource {
  const oldNames = new Map<string, string>();
  for (const oldName of source.names) {
    const newName = rename(oldName);
    if (newName !== undefined) oldNames.set(newName, oldName);
  }
  /** Scales of int8 tensors are not listed, but can be read. */
  const oldNameOf = (name: string): string | undefined => {
    const known = oldNames.get(name);
    const scaled = known === undefined ? oldNames.get(nameOfScaled(name) ?? '') : undefined;
    if (scaled === undefined) return known;
    return source.has(scaleName(scaled)) ? scaleName(scaled) : undefined;
  };
  const find = (name: string): string => {
    const oldName = oldNameOf(name);
    if (oldName === undefined) throw missingTensor(name, sourceName);
    return oldName;
  };
  return {
    names: { [Symbol.iterator]: () => oldNames.keys() },
    has: (name) => oldNameOf(name) !== undefined,
    info: (name) => source.info(find(name)),
    read: (name, into) => source.read(find(name), into),
    readRaw: (name, into) => source.readRaw(find(name), into),
    close() {
      source.close();
    },
  };
}
