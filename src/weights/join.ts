import { nameOfScaled } from './int8.js';
import { missingTensor, type TensorSource } from './tensor-source.js';

/**
 * Several sources as one; where two have a tensor of the same name, the first one's counts.
 *
 * @param sources in order of precedence; closed together
 * @param sourceName what error messages call the whole
 */
export function joined(sources: readonly TensorSource[], sourceName: string): TensorSource {
  const owners = new Map<string, TensorSource>();
  for (const source of sources)
    for (const name of source.names) if (!owners.has(name)) owners.set(name, source);
  /** Scales of int8 tensors are not listed, but can be read. */
  const ownerOf = (name: string): TensorSource | undefined => {
    const owner = owners.get(name) ?? owners.get(nameOfScaled(name) ?? '');
    return owner?.has(name) ? owner : undefined;
  };
  const find = (name: string): TensorSource => {
    const owner = ownerOf(name);
    if (!owner) throw missingTensor(name, sourceName);
    return owner;
  };
  return {
    names: { [Symbol.iterator]: () => owners.keys() },
    has: (name) => ownerOf(name) !== undefined,
    info: (name) => find(name).info(name),
    read: (name, into) => find(name).read(name, into),
    readRaw: (name, into) => find(name).readRaw(name, into),
    close() {
      for (const source of sources) source.close();
    },
  };
}
