import type * as onnxruntime from 'onnxruntime-common';
import { invariant } from '#errors';
import { identityModel } from '#tensor/onnx/model';
import type { DType, HostTensor } from '#tensor/tensor';
import type { DeviceMemory, KeptTensor } from './engine.js';
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
 * Moves tensors to the device and back, by graphs that give what they are fed: onnxruntime has no other way that both
 * its builds know. In Node, `getData` of a tensor on the device ends the process.
 *
 * @param options of each session
 */
export function deviceTransfers(
  runtime: Runtime,
  provider: ProviderName,
  options: SessionOptions,
): Pick<DeviceMemory, 'upload' | 'download'> {
  const sessions = new Map<string, Promise<onnxruntime.InferenceSession>>();
  const moved = async (
    tensor: onnxruntime.Tensor,
    dtype: DType,
    to: 'cpu' | 'gpu-buffer',
  ): Promise<onnxruntime.Tensor> => {
    const key = `${dtype} ${to}`;
    const opening =
      sessions.get(key) ??
      runtime.InferenceSession.create(identityModel(dtype), {
        executionProviders: [provider],
        ...options,
        preferredOutputLocation: to,
      });
    sessions.set(key, opening);
    const { same } = await (await opening).run({ given: tensor });
    return same!;
  };
  return {
    async upload({ shape, data }) {
      const dtype = data instanceof Int32Array ? 'int32' : 'float32';
      const given = new runtime.Tensor(dtype, data, shape);
      return new KeptOnDevice(await moved(given, dtype, 'gpu-buffer'), dtype);
    },
    async download(tensor) {
      const { dims, data } = await moved(valueOf(tensor), tensor.dtype, 'cpu');
      return { shape: dims, data } as HostTensor;
    },
  };
}

/** The tensor of onnxruntime behind one that is kept. */
export function valueOf(tensor: KeptTensor): onnxruntime.Tensor {
  invariant(tensor instanceof KeptOnDevice, 'another engine keeps this tensor');
  return tensor.value;
}
