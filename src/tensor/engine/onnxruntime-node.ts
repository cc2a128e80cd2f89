import { createRequire } from 'node:module';
import type * as onnxruntime from '#onnxruntime';
import { FoldError } from '#errors';
import { availableCores } from '#machine/available-cores';
import type { KnownEngine } from './engine.js';
import { onnxruntimeEngine, onnxruntimeModels, type ModelOpener } from './onnxruntime.js';

const require = createRequire(import.meta.url);

/**
 * The default engine in Node.
 *
 * @param numThreads threads for one operation; as many as `availableCores` where absent
 * @throws FoldError `ENGINE_UNAVAILABLE` where onnxruntime has no library for this machine
 */
export function nodeEngine(numThreads = availableCores()): KnownEngine {
  const place = { device: 'cpu', threads: numThreads };
  return onnxruntimeEngine(loadLibrary(), place, sessionOptions(numThreads));
}

/** As {@link nodeEngine}, of graphs that were encoded already. */
export function nodeModels(numThreads: number): ModelOpener {
  return onnxruntimeModels(loadLibrary(), 'cpu', sessionOptions(numThreads));
}

/** The one place that loads the native library: `onnxruntime-node`, of which a build has its own copy. */
function loadLibrary(): typeof onnxruntime {
  // Else its Linux build logs usage in the home folder and reports it to its vendor. It asks once, when it is loaded.
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  try {
    return require('#onnxruntime') as typeof onnxruntime;
  } catch (cause) {
    const { platform, arch } = process;
    const [reason] = String(cause).split('\n'); // the others tell who asked for it
    throw new FoldError(
      'ENGINE_UNAVAILABLE',
      `onnxruntime does not load on this machine (${platform}, ${arch}): ${reason}`,
      {
        cause,
        hint: 'it runs on Linux with glibc and on Windows, both x64 and arm64, and on macOS with Apple silicon',
      },
    );
  }
}

function sessionOptions(numThreads: number): onnxruntime.InferenceSession.SessionOptions {
  return {
    intraOpNumThreads: numThreads,
    graphOptimizationLevel: 'all',
    // Else the second run allocates anew, in one piece, what the first left in pieces: twice the memory, same speed.
    enableMemPattern: false,
    logSeverityLevel: 3,
    // Threads that wait by spinning gain 3% on an idle machine and lose half the speed on a busy one.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
}
