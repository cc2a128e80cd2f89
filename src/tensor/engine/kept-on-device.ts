import type * as onnxruntime from 'onnxruntime-common';
import { identityModel } from '#tensor/onnx/model';
import type { DType, HostTensor } from '#tensor/tensor';
import type { KeptTensor } from './engine.js';
import type { Runtime, SessionOptions } from './onnxruntime.js';
import type { ProviderName } from './providers.js';

/** A tensor of onnxruntime that lies in the memory of its device. */
export class KeptOnDevice implements KeptTensor {
  readonly value: onnxruntime.Tensor;
  readonly dtype: DType;

  constructor(value: onnxruntime.Tensor, dtype: DType) {
    this.value = value;
    this.dtype = dtype;
  }

  get shape(): readonly number[] {
    return this.value.dims;
  }

  dispose(): void {
    this.value.dispose();
  }
}

/**
 * Takes tensors to the device, by a graph that gives back what it is fed: onnxruntime has no other way that both its
 * builds know.
 *
 * @param options of each session
 */
export function uploader(
  runtime: Runtime,
  provider: ProviderName,
  options: SessionOptions,
): (tensor: HostTensor) => Promise<KeptTensor> {
  const sessions = new Map<DType, Promise<onnxruntime.InferenceSession>>();
  const sessionOf = (dtype: DType) => {
    const known = sessions.get(dtype);
    if (known) return known;
    const opening = runtime.InferenceSession.create(identityModel(dtype), {
      executionProviders: [provider],
      ...options,
      preferredOutputLocation: 'gpu-buffer',
    });
    sessions.set(dtype, opening);
    return opening;
  };
  return async ({ shape, data }) => {
    const dtype = data instanceof Int32Array ? 'int32' : 'float32';
    const session = await sessionOf(dtype);
    const { same } = await session.run({ given: new runtime.Tensor(dtype, data, shape) });
    return new KeptOnDevice(same!, dtype);
  };
}
