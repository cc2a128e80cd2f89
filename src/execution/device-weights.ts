import type { DeviceMemory, KeptTensor } from '#tensor/engine/engine';
import type { TensorSource } from '#weights/tensor-source';

/**
 * Weights that lie where the engine computes. Each is taken there once, as float32; what was read of it in this process
 * is given back then.
 */
export class DeviceWeights {
  readonly #source: TensorSource;
  readonly #memory: DeviceMemory;
  readonly #tensors = new Map<string, KeptTensor>();

  constructor(source: TensorSource, memory: DeviceMemory) {
    this.#source = source;
    this.#memory = memory;
  }

  /**
   * The weights of one run of a stage, by name within the scope.
   *
   * @param scope prefix of the names in the checkpoint
   * @param names within the scope
   */
  async load(scope: string, names: readonly string[]): Promise<Record<string, KeptTensor>> {
    const weights: Record<string, KeptTensor> = {};
    // One after the other: a layer shall not lie here a second time as a whole.
    for (const name of names) weights[name] = await this.#tensor(scope + name);
    return weights;
  }

  async #tensor(name: string): Promise<KeptTensor> {
    const known = this.#tensors.get(name);
    if (known) return known;
    const { shape } = this.#source.info(name);
    const kept = await this.#memory.upload({ shape, data: this.#source.read(name) });
    this.#tensors.set(name, kept);
    return kept;
  }

  /** Frees them all; the next run takes them there again. */
  close(): void {
    for (const tensor of this.#tensors.values()) tensor.dispose();
    this.#tensors.clear();
  }
}
