import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { describe } from 'vitest';
import { wasmEngine } from '#tensor/engine/onnxruntime-web';
import { describeEngine, describeNarrowInputs } from '../../../helpers/engine-contract.js';

const file = (name: string) => createRequire(import.meta.url).resolve(`onnxruntime-web/${name}`);
const engine = await wasmEngine(
  {
    program: readFileSync(file('ort-wasm-simd-threaded.wasm')),
    script: pathToFileURL(file('ort-wasm-simd-threaded.mjs')).href,
  },
  1,
);

describeEngine('wasm', () => engine);
describe('engine wasm', () => {
  describeNarrowInputs(() => engine);
});
