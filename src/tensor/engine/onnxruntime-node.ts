import './no-telemetry.js'; // stays first
import * as onnxruntime from 'onnxruntime-node';
import { availableParallelism } from 'node:os';
import type { Engine } from './engine.js';
import { onnxruntimeEngine, onnxruntimeModels, type ModelOpener } from './onnxruntime.js';

/**
 * The default engine in Node.
 *
 * @param numThreads threads for one operation; all cores where absent
 */
export function nodeEngine(numThreads = availableParallelism()): Engine {
  return onnxruntimeEngine(onnxruntime, 'cpu', sessionOptions(numThreads));
}

/** As {@link nodeEngine}, of graphs that were encoded already. */
export function nodeModels(numThreads: number): ModelOpener {
  return onnxruntimeModels(onnxruntime, 'cpu', sessionOptions(numThreads));
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
