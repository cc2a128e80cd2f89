import type { Engine } from './engine.js';
import { onnxruntimeEngine } from './onnxruntime.js';

/** One build of onnxruntime-web. */
export interface RuntimeFiles {
  /** The WebAssembly. */
  readonly program: Uint8Array;
  /** Address of the script that starts it. */
  readonly script: string;
}

/**
 * The engine of every browser: WebAssembly.
 *
 * @param files of `onnxruntime-web/wasm`
 * @param numThreads more than 1 only where pages are isolated from other origins
 */
export async function wasmEngine(
  { program, script }: RuntimeFiles,
  numThreads: number,
): Promise<Engine> {
  const runtime = await import('onnxruntime-web/wasm');
  Object.assign(runtime.env.wasm, { wasmBinary: program, wasmPaths: { mjs: script }, numThreads });
  return onnxruntimeEngine(runtime, 'wasm', { graphOptimizationLevel: 'all', logSeverityLevel: 3 });
}

/**
 * The engine of browsers that reach the graphics card.
 *
 * @param files of `onnxruntime-web/webgpu`
 */
export async function webgpuEngine({ program, script }: RuntimeFiles): Promise<Engine> {
  const runtime = await import('onnxruntime-web/webgpu');
  Object.assign(runtime.env.wasm, {
    wasmBinary: program,
    wasmPaths: { mjs: script },
    numThreads: 1,
  });
  return onnxruntimeEngine(runtime, 'webgpu', {
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  });
}
