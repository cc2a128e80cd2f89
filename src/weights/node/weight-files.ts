import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Ways in which a folder in the layout of Hugging Face may hold its tensors, best first. */
export const WEIGHT_FILES = [
  'model.safetensors',
  'model.safetensors.index.json',
  'pytorch_model.bin',
  'pytorch_model.bin.index.json',
];

/** Name of the file that a folder's tensors are read from; undefined where it holds none. */
export function weightFileIn(directory: string): string | undefined {
  return WEIGHT_FILES.find((file) => existsSync(join(directory, file)));
}
