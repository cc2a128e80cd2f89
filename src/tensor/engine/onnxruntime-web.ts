import type { Engine } from './engine.js';
import { onnxruntimeEngine } from './onnxruntime.js';

/** Addresses of one build of onnxruntime-web: the WebAssembly, and the script that starts it. */
export interface RuntimeFiles {
  readonly wasm: string;
  readonly mjs: string;
}

/**
 * The engine of every browser: WebAssembly.
 *
 * @param files of `onnxruntime-web/wasm`
 * @param numThreads more than 1 only where pages are isolated from other origins
 */
export async function wasmEngine(files: RuntimeFiles, numThreads: number): Promise<Engine> {
  const runtime = await import('onnxruntime-web/wasm');
  Object.assign(runtime.env.wasm, { wasmPaths: files, numThreads });
  return onnxruntimeEngine(runtime, 'wasm', { graphOptimizationLevel: 'all', logSeverityLevel: 3 });
}

/**
 * The engine of browsers that reach the graphics card.
 *
 * @param files of `onnxruntime-web/webgpu`
 */
export async function webgpuEngine(files: RuntimeFiles): Promise<Engine> {
  const runtime = await import('onnxruntime-web/webgpu');
  Object.assign(runtime.env.wasm, { wasmPaths: files, numThreads: 1 });
  return onnxruntimeEngine(runtime, 'webgpu', {
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  });
}
