import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './services.js';

interface Header {
  readonly [name: string]: { readonly dtype: string; readonly data_offsets: [number, number] };
}

/**
 * A copy of a checkpoint with another value in the middle of one tensor.
 *
 * @param folder with `model.safetensors`, whose tensor is float32
 * @returns folder of the copy
 */
export function poisoned(folder: string, tensor: string, value: number): string {
  const copy = temporaryFolder('poisoned');
  cpSync(folder, copy, { recursive: true });
  const path = join(copy, 'model.safetensors');
  const file = readFileSync(path);
  const start = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, start)) as Header;
  const { dtype, data_offsets } = header[tensor]!;
  if (dtype !== 'F32') throw new Error(`${tensor} is ${dtype}`);
  const [begin, end] = data_offsets;
  file.writeFloatLE(value, start + begin + 4 * Math.floor((end - begin) / 8));
  writeFileSync(path, file);
  return copy;
}
