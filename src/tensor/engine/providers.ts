import type { OperatorSupport } from '#tensor/onnx/lower';
import type { WeightCapacity } from './engine.js';

/** What one of onnxruntime's execution providers can do. Each fact has a test in the contract suite of engines. */
export interface ProviderTraits extends OperatorSupport {
  /** Whether weights may be fed as float16 and int8. */
  readonly narrowTypes: boolean;
  /** Whether it keeps what it is given once, so that weights need not travel to it for each run. */
  readonly keepsTensors: boolean;
  /** Where weights stay on it only as part of graphs. */
  readonly weightsInGraphs?: WeightCapacity;
}

/** The execution providers that codonfold runs on. */
export type ProviderName = 'cpu' | 'cuda' | 'wasm' | 'webgpu';

/** Whether a device keeps weights from run to run only as part of graphs. @param device as engines name it */
export function hasWeightsInGraphs(device: string): boolean {
  const traits = Object.entries(PROVIDERS).find(([name]) => name === device)?.[1];
  return traits?.weightsInGraphs !== undefined;
}

/** A model file may have 2 GB; what is read of a checkpoint, joined and written lies in memory at the same time. */
const IN_GRAPHS: WeightCapacity = { graphBytes: 1.5e9, blocksAtOnce: 4 };

/** Fits into the last cache of a processor of 16 MB and more; a quarter of it is as fast, twice as much is not. */
const CACHED_BYTES = 8 * 2 ** 20;

/** The one place that knows how they differ. */
export const PROVIDERS: Readonly<Record<ProviderName, ProviderTraits>> = {
  cpu: {
    fusedMatmul: true,
    tileBytes: CACHED_BYTES,
    preciseSines: true,
    narrowTypes: true,
    keepsTensors: false,
  },
  // What it computes comes back to the processor: onnxruntime's binding for Node leaves tensors on WebGPU alone.
  cuda: {
    fusedMatmul: true,
    preciseSines: true,
    narrowTypes: true,
    keepsTensors: false,
    weightsInGraphs: IN_GRAPHS,
  },
  wasm: { fusedMatmul: true, preciseSines: true, narrowTypes: true, keepsTensors: false },
  // Its sines come from the graphics driver: WGSL allows 2⁻¹¹ within ±π, and nothing beyond.
  webgpu: {
    fusedMatmul: false,
    preciseSines: false,
    narrowTypes: false,
    keepsTensors: true,
  },
};

/** The CPU with int8 products, for which alone onnxruntime has fast kernels. */
export const INT8_ON_CPU: ProviderTraits = { ...PROVIDERS.cpu, int8Products: true };
