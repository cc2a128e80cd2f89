import util from 'node:util';
import { FoldError, messageOf } from '#errors';
import { availableCores } from '#machine/available-cores';
import type { KnownEngine } from './engine.js';
import { tensorflowEngine, type TensorFlow } from './tensorflow.js';

/** The user adds one of them: both download libtensorflow when they are installed. */
const PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;
const [GPU_PACKAGE, CPU_PACKAGE] = PACKAGES;

/** The packages are CommonJS, so the module itself is the default export. */
const importPackage = async (name: string) => (await import(name)) as { default: TensorFlow };

/** What tells whether libtensorflow found a graphics card. */
interface NodeBackend {
  readonly isUsingGpuDevice?: boolean;
}

/**
 * An engine on TensorFlow's own library: on the GPU where `@tensorflow/tfjs-node-gpu` is installed, else on the CPU.
 *
 * @param numThreads threads for one operation
 * @param load imports a package by name
 * @throws {@link FoldError} `ENGINE_UNAVAILABLE` when neither package can be loaded, or the one for GPUs finds none
 */
export async function tensorflowNodeEngine(
  numThreads = availableCores(),
  load = importPackage,
): Promise<KnownEngine> {
  restoreRemovedUtil();
  // libtensorflow asks once, when it is loaded.
  process.env['TF_NUM_INTRAOP_THREADS'] = String(numThreads);
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'; // else it prints what the processor can do
  const reasons: string[] = [];
  for (const name of PACKAGES) {
    try {
      return engineOf(name, (await load(name)).default, numThreads);
    } catch (cause) {
      if (cause instanceof FoldError) throw cause;
      reasons.push(`${name}: ${messageOf(cause).split(/\n| imported from /, 1)[0]!}`);
    }
  }
  throw new FoldError('ENGINE_UNAVAILABLE', `TensorFlow cannot be loaded (${reasons.join('; ')})`, {
    hint: `run \`npm install ${CPU_PACKAGE}\` (or \`${GPU_PACKAGE}\` for CUDA), or use --device cpu`,
  });
}

function engineOf(name: string, tf: TensorFlow, threads: number): KnownEngine {
  const { isUsingGpuDevice = false } = tf.backend() as NodeBackend;
  if (name === GPU_PACKAGE && !isUsingGpuDevice)
    throw new FoldError('ENGINE_UNAVAILABLE', `${GPU_PACKAGE} is installed but finds no GPU`, {
      hint: `it needs an NVIDIA card, CUDA 11 and cuDNN 8; for the processor, \`npm uninstall ${GPU_PACKAGE}\` and \`npm install ${CPU_PACKAGE}\``,
    });
  return tensorflowEngine(tf, { device: isUsingGpuDevice ? 'gpu' : 'cpu', threads });
}

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 removed. */
function restoreRemovedUtil(): void {
  const legacy = util as { isNullOrUndefined?: (value: unknown) => boolean };
  legacy.isNullOrUndefined ??= (value) => value === null || value === undefined;
}
