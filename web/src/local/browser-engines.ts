import gpuScript from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import gpuProgram from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import script from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import program from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import type { Engine } from '#tensor/engine/engine';
import { wasmEngine, webgpuEngine } from '#tensor/engine/onnxruntime-web';

/** More threads than this gain nothing on matrices of this size. */
const MOST_THREADS = 8;

/** The part of WebGPU that is asked here. */
interface Gpu {
  requestAdapter(): Promise<{ readonly info: { readonly isFallbackAdapter?: boolean } } | null>;
}

/** WebGPU, where the browser reaches a real graphics card: drawn in software it is far slower than WebAssembly. */
export async function graphicsEngine(): Promise<Engine | undefined> {
  const { gpu } = navigator as { readonly gpu?: Gpu };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter || adapter.info.isFallbackAdapter === true) return undefined;
  return webgpuEngine({ mjs: gpuScript, wasm: gpuProgram });
}

/** WebAssembly, on as many threads as the browser allows. */
export function processorEngine(): Promise<Engine> {
  const { hardwareConcurrency } = navigator;
  const numThreads = crossOriginIsolated ? Math.min(MOST_THREADS, hardwareConcurrency) : 1;
  return wasmEngine({ mjs: script, wasm: program }, numThreads);
}
