/** @file The engine of browsers without a graphics card, in Node. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { KnownEngine } from '#tensor/engine/engine';
import { wasmEngine } from '#tensor/engine/onnxruntime-web';

const file = (name: string) => createRequire(import.meta.url).resolve(`onnxruntime-web/${name}`);

/** WebAssembly on one thread. */
export function wasmInNode(): Promise<KnownEngine> {
  const program = readFileSync(file('ort-wasm-simd-threaded.wasm'));
  const script = pathToFileURL(file('ort-wasm-simd-threaded.mjs')).href;
  return wasmEngine({ program, script }, 1);
}
