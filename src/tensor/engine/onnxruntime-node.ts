import { createRequire } from 'node:module';
import type * as onnxruntime from '#onnxruntime';
import { FoldError } from '#errors';
import { availableCores } from '#machine/available-cores';
import type { KnownEngine } from './engine.js';
import {
  onnxruntimeEngine,
  onnxruntimeModels,
  type ModelOpener,
  type SessionOptions,
} from './onnxruntime.js';
import { INT8_ON_CPU, type ProviderName, type ProviderTraits } from './providers.js';

const require = createRequire(import.meta.url);

/**
 * The default engine in Node.
 *
 * @param numThreads threads for one operation; as many as `availableCores` where absent
 * @throws FoldError `ENGINE_UNAVAILABLE` where onnxruntime has no library for this machine
 */
export function nodeEngine(numThreads = availableCores()): KnownEngine {
  return providerEngine('cpu', { numThreads });
}

/** As {@link nodeEngine}, with int8 factors of products that may be rounded. */
export function int8NodeEngine(numThreads?: number): KnownEngine {
  return providerEngine('cpu', { numThreads, traits: INT8_ON_CPU });
}

interface ProviderOptions {
  readonly numThreads?: number | undefined;
  readonly isStrict?: boolean;
  readonly traits?: ProviderTraits;
}

/**
 * An engine on one of onnxruntime's execution providers. Whether it opens shows when it compiles its first graph.
 *
 * @param provider that shall compute
 * @param options `numThreads` as in {@link nodeEngine}; `isStrict` for one that refuses graphs of which the provider
 *   would leave a part to the CPU; `traits` of another provider whose ways it shall take, for tests
 * @param library `onnxruntime-node`, from wherever it comes
 */
export function providerEngine(
  provider: Exclude<ProviderName, 'wasm'>,
  { numThreads = availableCores(), isStrict = false, traits }: ProviderOptions = {},
  library = loadLibrary(),
): KnownEngine {
  const place = { device: provider, threads: numThreads } as const;
  return onnxruntimeEngine(library, place, sessionOptions(numThreads, isStrict), traits);
}

/** As {@link nodeEngine}, of graphs that were encoded already. */
export function nodeModels(numThreads: number): ModelOpener {
  return onnxruntimeModels(loadLibrary(), 'cpu', sessionOptions(numThreads));
}

/**
 * The one place that loads the native library.
 *
 * @param name of the module: `#onnxruntime` is `onnxruntime-node` or the copy that a build has of it
 * @throws FoldError `ENGINE_UNAVAILABLE`
 */
export function loadLibrary(name = '#onnxruntime'): typeof onnxruntime {
  // Else its Linux build logs usage in the home folder and reports it to its vendor. It asks once, when it is loaded.
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  try {
    const library = require(name) as typeof onnxruntime;
    library.env.logLevel = 'fatal'; // what goes wrong is thrown too
    return library;
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

function sessionOptions(numThreads: number, isStrict = false): SessionOptions {
  return {
    intraOpNumThreads: numThreads,
    graphOptimizationLevel: 'all',
    // Else the second run allocates anew, in one piece, what the first left in pieces: twice the memory, same speed.
    enableMemPattern: false,
    logSeverityLevel: 3,
    extra: {
      session: {
        // Threads that wait by spinning gain 3% on an idle machine and lose half the speed on a busy one.
        intra_op: { allow_spinning: '0' },
        ...(isStrict ? { disable_cpu_ep_fallback: '1' } : {}),
      },
    },
  };
}
