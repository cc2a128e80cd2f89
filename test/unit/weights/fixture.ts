import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { memoryBytes, type ByteSource } from '#weights/byte-source';

/** Path of a file in test/fixtures/weights. */
export function fixturePath(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/weights/${name}`, import.meta.url));
}

/** Its bytes, in memory. */
export function fixture(name: string): ByteSource {
  return memoryBytes(new Uint8Array(readFileSync(fixturePath(name))), name);
}
