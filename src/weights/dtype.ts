/** Element types that checkpoints use, by their safetensors names, with bytes per element. */
export const BYTES_PER_ELEMENT = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
} as const;

/** Element type of a stored tensor. */
export type DType = keyof typeof BYTES_PER_ELEMENT;

/** Whether a name read from a file is an element type that we read. */
export function isDType(name: unknown): name is DType {
  return typeof name === 'string' && Object.hasOwn(BYTES_PER_ELEMENT, name);
}
