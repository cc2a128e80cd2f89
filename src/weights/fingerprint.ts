import type { TensorSource } from './tensor-source.js';

/**
 * What the identity of a model is hashed over: names, shapes and bytes of all tensors, the same for every layout that
 * holds the same numbers. The caller hashes, since Node and browsers do it differently.
 *
 * @returns pieces to hash one after the other with sha256; a piece may be a view of the checkpoint itself
 */
export function* fingerprintPieces(tensors: TensorSource): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const name of [...tensors.names].sort()) {
    const { dtype, shape } = tensors.info(name);
    yield encoder.encode(`${name} ${dtype} ${shape.join(' ')}\n`);
    yield tensors.readRaw(name);
  }
}
