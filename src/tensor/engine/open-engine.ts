/** @file The one place in Node where a device becomes an engine. */
import { FoldError } from '#errors';
import { graphOf } from '#tensor/graph';
import { scalesOf } from '#tensor/narrow';
import { add, input, linear, sin } from '#tensor/ops';
import { cudaPackage } from './cuda-libraries.js';
import type { Device, NamedDevice } from './device.js';
import type { AskedPrecision, KnownEngine } from './engine.js';
import { lastSentence } from './onnxruntime.js';
import { int8NodeEngine, loadLibrary, nodeEngine, providerEngine } from './onnxruntime-node.js';
import { tensorflowNodeEngine } from './tensorflow-node.js';
import { triedTensorSizes } from './tried-tensor-sizes.js';

const CUDA_HINT =
  'on Linux x64 with an NVIDIA card, its driver, CUDA 12 and cuDNN 9: `npm install onnxruntime-node`, then ' +
  '`node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install`; or use --device cpu';
const WEBGPU_HINT =
  'it needs a graphics card with a driver for Vulkan (on Linux the package libvulkan1 too), Metal or Direct3D 12; ' +
  'or use --device cpu';

/** How each device is opened; `numThreads` is for what it leaves to the processor. */
const OPENERS: Readonly<Record<NamedDevice, (numThreads?: number) => Promise<KnownEngine>>> = {
  cpu: (numThreads) => Promise.resolve(nodeEngine(numThreads)),
  cuda: openCuda,
  webgpu: openWebgpu,
  tensorflow: tensorflowNodeEngine,
};

/** What is asked of {@link openEngine}. */
export interface EngineWishes {
  readonly device?: Device | undefined;
  /** Of products that may be rounded; float32 where absent. */
  readonly precision?: AskedPrecision | undefined;
  /** As many as `availableCores` where absent. */
  readonly numThreads?: number | undefined;
  /** Told why `auto` passed over a device whose libraries are installed. */
  readonly onPassedOver?: (reason: string) => void;
}

/**
 * Opens the engine of a device. One that is named opens or fails; `auto` takes CUDA where it opens, else the CPU, and for
 * int8 the CPU.
 *
 * @throws FoldError `ENGINE_UNAVAILABLE`, with what to install
 */
export async function openEngine({
  device = 'auto',
  precision = 'float32',
  numThreads,
  onPassedOver,
}: EngineWishes = {}): Promise<KnownEngine> {
  if (precision === 'int8') return openInt8(device, numThreads);
  if (device !== 'auto') return OPENERS[device](numThreads);
  if (isCertain({ device })) return OPENERS.cpu(numThreads);
  try {
    return await OPENERS.cuda(numThreads);
  } catch (error) {
    if (!(error instanceof FoldError)) throw error;
    onPassedOver?.(error.message);
    return OPENERS.cpu(numThreads);
  }
}

/** Whether it is known without trying that the wishes give the CPU and that it can do what is asked. */
export function isCertain({ device = 'auto', precision = 'float32' }: EngineWishes): boolean {
  if (precision === 'int8') return false;
  return device === 'cpu' || (device === 'auto' && cudaPackage() === undefined);
}

async function openInt8(device: Device, numThreads?: number): Promise<KnownEngine> {
  const hint = 'use --precision float32';
  if (device !== 'auto' && device !== 'cpu')
    throw new FoldError(
      'ENGINE_UNAVAILABLE',
      `${device} computes in float32: only the CPU has kernels for --precision int8`,
      { hint: `${hint}, or --device cpu` },
    );
  const engine = int8NodeEngine(numThreads);
  if (await addsWithoutOverflow(engine)) return engine;
  throw new FoldError(
    'ENGINE_UNAVAILABLE',
    'this processor cannot compute with --precision int8: sums of two products overflow its 16 bits',
    { hint: `${hint}; int8 needs AVX512-VNNI, AVX-VNNI or an Arm processor with dot products` },
  );
}

/** Side of the matrix that {@link addsWithoutOverflow} tries. */
const TRIED = 512;

/** Multiplies the largest int8 factors. Processors without instructions for that add the products in pairs, in 16 bits. */
async function addsWithoutOverflow(engine: KnownEngine): Promise<boolean> {
  const weight = input('weight', [TRIED, TRIED]);
  const graph = graphOf({
    y: linear(input('x', [1, TRIED]), weight, undefined, { mayRound: true }),
  });
  const executable = await engine.compileNarrow!(graph, new Map([['weight', 'int8']]));
  const { y } = await executable.run({
    x: { shape: [1, TRIED], data: new Float32Array(TRIED).fill(1) },
    weight: { shape: [TRIED, TRIED], data: new Int8Array(TRIED * TRIED).fill(127) },
    [scalesOf('weight')]: { shape: [TRIED], data: new Float32Array(TRIED).fill(1 / 127) },
  });
  await executable.dispose();
  return y.data.every((sum) => Math.abs(sum / TRIED - 1) < 0.01);
}

async function openCuda(numThreads?: number): Promise<KnownEngine> {
  const name = cudaPackage();
  if (name === undefined)
    throw new FoldError('ENGINE_UNAVAILABLE', 'onnxruntime was installed without CUDA', {
      hint: CUDA_HINT,
    });
  // Else NVIDIA's libraries round factors of float32 to TF32, and results would not say so.
  process.env['NVIDIA_TF32_OVERRIDE'] = '0';
  const library = loadLibrary(name);
  await probe('CUDA', providerEngine('cuda', { numThreads, isStrict: true }, library), CUDA_HINT);
  return providerEngine('cuda', { numThreads }, library);
}

async function openWebgpu(numThreads?: number): Promise<KnownEngine> {
  await probe('WebGPU', providerEngine('webgpu', { numThreads, isStrict: true }), WEBGPU_HINT);
  const engine = providerEngine('webgpu', { numThreads });
  return { ...engine, largestTensorBytes: triedTensorSizes(engine) };
}

/** Runs a small graph, all of it on the device: only that tells whether libraries, driver and card are there. */
async function probe(name: string, engine: KnownEngine, hint: string): Promise<void> {
  const x = input('x', [3]);
  try {
    const executable = await engine.compile(graphOf({ y: add(x, sin(x)) }));
    const { y } = await executable.run({ x: { shape: [3], data: Float32Array.of(0, 1, 2) } });
    await executable.dispose();
    if (!isNear(y.data, [0, 1 + Math.sin(1), 2 + Math.sin(2)]))
      throw new FoldError('ENGINE_FAILED', `it gave ${y.data.join(', ')} for x + sin x`);
  } catch (cause) {
    throw new FoldError('ENGINE_UNAVAILABLE', `${name} does not open: ${lastSentence(cause)}`, {
      cause,
      hint,
    });
  }
}

function isNear(got: ArrayLike<number>, want: readonly number[]): boolean {
  return want.every((value, i) => Math.abs(got[i]! - value) < 1e-5);
}
