import type { HostTensor } from '#tensor/tensor';
import type { LanguageModelConfig } from './language-model/language-model.js';

/** Joins the attention maps of a language model's layers, for models whose trunk starts from them. */
export class AttentionMaps {
  readonly #numLayers: number;
  readonly #numHeads: number;
  #shape: readonly number[] = [];
  #values = new Float32Array();

  constructor({ numLayers, numHeads }: LanguageModelConfig) {
    this.#numLayers = numLayers;
    this.#numHeads = numHeads;
  }

  /**
   * Adds the maps of one layer.
   *
   * @param layer from 0, in order
   * @param maps `[B, N, N, H]`
   */
  add(layer: number, { shape, data }: HostTensor): void {
    const numPairs = data.length / this.#numHeads;
    if (layer === 0) {
      this.#shape = [...shape.slice(0, 3), this.#numLayers * this.#numHeads];
      this.#values = new Float32Array(data.length * this.#numLayers);
    }
    for (let pair = 0; pair < numPairs; pair++) {
      const ofPair = data.subarray(pair * this.#numHeads, (pair + 1) * this.#numHeads);
      this.#values.set(ofPair, (pair * this.#numLayers + layer) * this.#numHeads);
    }
  }

  /** `[B, N, N, F]`: channel `layer · H + head`. */
  joined(): HostTensor {
    return { shape: this.#shape, data: this.#values };
  }
}
