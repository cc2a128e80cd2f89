import type { FoldModelConfig } from '#model/config';
import type { Stage, StageSizes } from '#model/stages';
import type { Engine, Executable } from '#tensor/engine/engine';
import type { HostTensor } from '#tensor/tensor';
import type { TensorSource } from '#weights/tensor-source';

/** Builds a stage for given sizes. */
export type StageBuilder = (sizes: StageSizes, config: FoldModelConfig) => Stage;

/** Runs the stages of a model with its weights, compiling each once for each length. */
export class StageRunner {
  readonly config: FoldModelConfig;
  readonly #engine: Engine;
  readonly #weights: TensorSource;
  readonly #loaded = new Map<string, HostTensor>();
  #sizes: StageSizes = { batch: 0, numResidues: 0 };
  #compiled = new Map<StageBuilder, { stage: Stage; executable: Executable }>();

  constructor(engine: Engine, weights: TensorSource, config: FoldModelConfig) {
    this.#engine = engine;
    this.#weights = weights;
    this.config = config;
  }

  /** Sets the sizes of the next runs; graphs compiled for other sizes are freed. */
  async prepare(sizes: StageSizes): Promise<void> {
    if (sizes.batch === this.#sizes.batch && sizes.numResidues === this.#sizes.numResidues) return;
    await this.close();
    this.#sizes = sizes;
  }

  /**
   * Runs one stage.
   *
   * @param scope prefix of its weights' names, such as `trunk.blocks.3.`
   * @param feeds everything but weights
   */
  async run(
    builder: StageBuilder,
    scope: string,
    feeds: Readonly<Record<string, HostTensor>>,
  ): Promise<Record<string, HostTensor>> {
    const { stage, executable } = await this.#compile(builder);
    const weights = stage.parameterNames.map((name) => [name, this.#weight(scope + name)] as const);
    return executable.run({ ...feeds, ...Object.fromEntries(weights) });
  }

  /** Frees what was compiled. */
  async close(): Promise<void> {
    for (const { executable } of this.#compiled.values()) await executable.dispose();
    this.#compiled = new Map();
  }

  async #compile(builder: StageBuilder): Promise<{ stage: Stage; executable: Executable }> {
    const known = this.#compiled.get(builder);
    if (known) return known;
    const stage = builder(this.#sizes, this.config);
    const compiled = { stage, executable: await this.#engine.compile(stage.graph) };
    this.#compiled.set(builder, compiled);
    return compiled;
  }

  #weight(name: string): HostTensor {
    let tensor = this.#loaded.get(name);
    if (!tensor) {
      tensor = { shape: this.#weights.info(name).shape, data: this.#weights.read(name) };
      this.#loaded.set(name, tensor);
    }
    return tensor;
  }
}
