import type { OperatorSupport } from '#tensor/onnx/lower';

/** What one of onnxruntime's execution providers can do. Each fact has a test in the contract suite of engines. */
export interface ProviderTraits extends OperatorSupport {
  /** Whether weights may be fed as float16 and int8. */
  readonly narrowTypes: boolean;
  /** Whether it keeps what it is given once, so that weights need not travel to it for each run. */
  readonly keepsTensors: boolean;
}

/** The execution providers that codonfold runs on. */
export type ProviderName = 'cpu' | 'cuda' | 'wasm' | 'webgpu';

/** The one place that knows how they differ. */
export const PROVIDERS: Readonly<Record<ProviderName, ProviderTraits>> = {
  cpu: { fusedMatmul: true, preciseSines: true, narrowTypes: true, keepsTensors: false },
  cuda: { fusedMatmul: true, preciseSines: true, narrowTypes: true, keepsTensors: false },
  wasm: { fusedMatmul: true, preciseSines: true, narrowTypes: true, keepsTensors: false },
  // Its sines come from the graphics driver: WGSL allows 2⁻¹¹ within ±π, and nothing beyond.
  webgpu: { fusedMatmul: false, preciseSines: false, narrowTypes: false, keepsTensors: true },
};
