import type { ByteSource } from './byte-source.js';
import { readSafetensorsHeader } from './safetensors-header.js';
import { storedTensors } from './stored-tensors.js';
import type { TensorSource } from './tensor-source.js';

/** The tensors of a safetensors file with the notes that its writer left. */
export interface SafetensorsSource extends TensorSource {
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Opens a safetensors file: checks its header now, reads tensors when they are asked for.
 *
 * @param bytes see `memoryBytes`, or `openFile` of weights/node
 * @throws FoldError `PARSE_SAFETENSORS`
 */
export function readSafetensors(bytes: ByteSource): SafetensorsSource {
  const { metadata, tensors } = readSafetensorsHeader(bytes);
  return { metadata, ...storedTensors(tensors, bytes) };
}
