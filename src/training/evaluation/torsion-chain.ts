import type { FoldModelConfig } from '#architectures/esmfold/config';
import { tokenise } from '#architectures/esmfold/language-model/tokens';
import { localStructure, readSequence } from '#architectures/esmfold/network';
import { Parameters } from '#layers/parameters';
import { chainFrames } from '#layers/structure-module/chain-frames';
import { aatypeOf } from '#sequence/amino-acids';
import type { Engine, Executable } from '#tensor/engine/engine';
import { graphOf } from '#tensor/graph';
import { input } from '#tensor/ops';
import type { HostTensor } from '#tensor/tensor';
import type { TensorSource } from '#weights/tensor-source';

/** Lengths are padded to a multiple of this, so that few graphs serve all chains. */
const BUCKET = 64;

interface Compiled {
  readonly executable: Executable<'trace'>;
  readonly weights: Readonly<Record<string, HostTensor>>;
}

/**
 * A baseline: the chain that the language model's backbone torsions build by themselves, without trunk and
 * structure module. Shows what those two add to local structure.
 */
export class TorsionChains {
  readonly #engine: Engine;
  readonly #config: FoldModelConfig;
  readonly #source: TensorSource;
  readonly #compiled = new Map<number, Compiled>();

  constructor(engine: Engine, config: FoldModelConfig, weights: TensorSource) {
    this.#engine = engine;
    this.#config = config;
    this.#source = weights;
  }

  /** `[N, 3]` CA positions, Å. */
  async trace(sequence: string): Promise<Float32Array> {
    const size = Math.ceil(sequence.length / BUCKET) * BUCKET;
    let compiled = this.#compiled.get(size);
    if (!compiled) this.#compiled.set(size, (compiled = await this.#compile(size)));
    const tokens = tokenise(aatypeOf(sequence), size);
    const { trace } = await compiled.executable.run({
      ...compiled.weights,
      tokens: { shape: [1, tokens.length], data: tokens },
    });
    return trace.data.slice(0, 3 * sequence.length) as Float32Array;
  }

  /** Frees the compiled graphs. */
  async close(): Promise<void> {
    for (const { executable } of this.#compiled.values()) await executable.dispose();
  }

  async #compile(size: number): Promise<Compiled> {
    const parameters = new Parameters();
    const tokens = input('tokens', [1, size + 2], 'int32');
    const { mixed } = readSequence(parameters, tokens, this.#config);
    const { likelyTorsions } = localStructure(parameters, mixed);
    const graph = graphOf({ trace: chainFrames(likelyTorsions, 1).translation });
    const names = [...parameters.all.keys()].filter((name) => graph.inputs.has(name));
    const weights = names.map((name) => {
      const { shape } = this.#source.info(name);
      return [name, { shape, data: this.#source.read(name) }] as const;
    });
    return {
      executable: await this.#engine.compile(graph),
      weights: Object.fromEntries(weights),
    };
  }
}
