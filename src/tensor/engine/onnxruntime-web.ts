import type { KnownEngine } from './engine.js';
import { onnxruntimeEngine } from './onnxruntime.js';

/** One build of onnxruntime-web. */
export interface RuntimeFiles {
  /** The WebAssembly. */
  readonly program: Uint8Array;
  /** Address of the script that starts it. */
  readonly script: string;
}

const SESSION_OPTIONS = { graphOptimizationLevel: 'all', logSeverityLevel: 3 } as const;

/**
 * The engine of every browser: WebAssembly.
 *
 * @param files of `onnxruntime-web/wasm`
 * @param numThreads more than 1 only where pages are isolated from other origins
 */
export async function wasmEngine(
  { program, script }: RuntimeFiles,
  numThreads: number,
): Promise<KnownEngine> {
  const runtime = await import('onnxruntime-web/wasm');
  Object.assign(runtime.env.wasm, { wasmBinary: program, wasmPaths: { mjs: script }, numThreads });
  return onnxruntimeEngine(runtime, { device: 'wasm', threads: numThreads }, SESSION_OPTIONS);
}

/**
 * The engine of browsers that reach the graphics card.
 *
 * @param files of `onnxruntime-web/webgpu`
 * @param largestTensorBytes that the card takes
 */
export async function webgpuEngine(
  { program, script }: RuntimeFiles,
  largestTensorBytes: number,
): Promise<KnownEngine> {
  const runtime = await import('onnxruntime-web/webgpu');
  Object.assign(runtime.env.wasm, {
    wasmBinary: program,
    wasmPaths: { mjs: script },
    numThreads: 1,
  });
  const engine = onnxruntimeEngine(runtime, { device: 'webgpu', threads: 1 }, SESSION_OPTIONS);
  return { ...engine, largestTensorBytes: () => Promise.resolve(largestTensorBytes) };
}
