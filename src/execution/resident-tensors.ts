import { isKept } from '#tensor/engine/feeds';
import type { DeviceMemory, KeptTensor } from '#tensor/engine/engine';
import type { HostTensor } from '#tensor/tensor';

type Tensors = Readonly<Record<string, HostTensor>>;

/** Tensors that lie on a device, by name. */
export class ResidentTensors {
  #tensors: Record<string, KeptTensor>;

  private constructor(tensors: Record<string, KeptTensor>) {
    this.#tensors = tensors;
  }

  static async upload(memory: DeviceMemory, given: Tensors): Promise<ResidentTensors> {
    const resident = new ResidentTensors({});
    try {
      for (const [name, tensor] of Object.entries(given))
        resident.#tensors[name] = await memory.upload(tensor);
    } catch (error) {
      resident.dispose();
      throw error;
    }
    return resident;
  }

  get tensors(): Readonly<Record<string, KeptTensor>> {
    return this.#tensors;
  }

  /** Takes what stayed on the device in place of what was there; the old is freed. @returns what came back */
  replaceFrom(results: Readonly<Record<string, HostTensor | KeptTensor>>): Tensors {
    const own: Record<string, HostTensor> = {};
    const stayed: Record<string, KeptTensor> = {};
    for (const [name, tensor] of Object.entries(results))
      if (isKept(tensor)) stayed[name] = tensor;
      else own[name] = tensor;
    this.dispose();
    this.#tensors = stayed;
    return own;
  }

  async download(memory: DeviceMemory): Promise<Tensors> {
    const results: Record<string, HostTensor> = {};
    for (const [name, tensor] of Object.entries(this.#tensors))
      results[name] = await memory.download(tensor);
    return results;
  }

  dispose(): void {
    for (const tensor of Object.values(this.#tensors)) tensor.dispose();
    this.#tensors = {};
  }
}
