import gpuScript from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import gpuProgram from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?packed';
import script from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import program from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?packed';
import type { KnownEngine } from '#tensor/engine/engine';
import { wasmEngine, webgpuEngine } from '#tensor/engine/onnxruntime-web';
import { gunzip, isGzip } from '#gzip/gunzip';
import { download } from './download.js';
import type { GraphicsCard } from './graphics-card.js';

/** More threads than this gain nothing on matrices of this size. */
const MOST_THREADS = 8;
/** Bytes; more than twice what onnxruntime has. */
const LARGEST_PROGRAM = 64e6;

/** WebGPU, on the card that the browser reaches. */
export async function graphicsEngine(card: GraphicsCard): Promise<KnownEngine> {
  const files = { script: gpuScript, program: await unpacked(gpuProgram) };
  return webgpuEngine(files, card.largestTensorBytes);
}

/** WebAssembly, on as many threads as the browser allows. */
export async function processorEngine(): Promise<KnownEngine> {
  const { hardwareConcurrency } = navigator;
  const numThreads = crossOriginIsolated ? Math.min(MOST_THREADS, hardwareConcurrency) : 1;
  return wasmEngine({ script, program: await unpacked(program) }, numThreads);
}

/** A program of WebAssembly, which lies gzipped beside a built page. */
async function unpacked(url: string): Promise<Uint8Array> {
  const bytes = await download(url);
  return isGzip(bytes) ? gunzip(bytes, LARGEST_PROGRAM) : bytes;
}
