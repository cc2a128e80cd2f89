import util from 'node:util';
import { FoldError } from '#errors';
import type { Engine } from './engine.js';
import { tensorflowEngine, type TensorFlow } from './tensorflow.js';

/** The user adds one of them: both download libtensorflow when they are installed. */
const PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

/** The packages are CommonJS, so the module itself is the default export. */
const importPackage = async (name: string) => (await import(name)) as { default: TensorFlow };

/**
 * An engine on TensorFlow's own library: on the GPU where `@tensorflow/tfjs-node-gpu` is installed, else on the CPU.
 *
 * @param load imports a package by name
 * @throws {@link FoldError} `ENGINE_UNAVAILABLE` when neither package can be loaded
 */
export async function tensorflowNodeEngine(load = importPackage): Promise<Engine> {
  restoreRemovedUtil();
  const reasons: string[] = [];
  for (const name of PACKAGES) {
    try {
      return tensorflowEngine((await load(name)).default);
    } catch (cause) {
      reasons.push(
        `${name}: ${cause instanceof Error ? cause.message.split('\n', 1)[0]! : String(cause)}`,
      );
    }
  }
  throw new FoldError('ENGINE_UNAVAILABLE', `TensorFlow cannot be loaded (${reasons.join('; ')})`, {
    hint: 'run `npm install @tensorflow/tfjs-node` (or `@tensorflow/tfjs-node-gpu` for CUDA), or use the default engine',
  });
}

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 removed. */
function restoreRemovedUtil(): void {
  const legacy = util as { isNullOrUndefined?: (value: unknown) => boolean };
  legacy.isNullOrUndefined ??= (value) => value === null || value === undefined;
}
