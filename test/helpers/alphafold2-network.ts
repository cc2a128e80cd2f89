/** @file The tiny AlphaFold 2 network on an engine, and what it hands from stage to stage. */
import type { Alphafold2Config, Alphafold2Sizes } from '#architectures/alphafold2/config';
import { parseAlphafold2Config } from '#architectures/alphafold2/config-file';
import type { Tensors } from '#architectures/alphafold2/host-tensors';
import { Alphafold2Runner } from '#architectures/alphafold2/runner';
import type { StageBuilder, StageOutputs, StageResults } from '#execution/stage';
import { Parameters as LearnedTensors } from '#layers/parameters';
import type { Engine } from '#tensor/engine/engine';
import { graphOf } from '#tensor/graph';
import { input } from '#tensor/ops';
import type { HostTensor, Tensor } from '#tensor/tensor';
import { openCheckpoint } from '#weights/node/open';
import { alphafold2File } from './alphafold2-tiny.js';

/** The tiny weights in each layout that is published. */
export const ALPHAFOLD2_FILES = ['openfold.pt', 'openfold_v1.pt', 'params_model_tiny_ptm.npz'];

/** Configuration and weights of one of the files. */
export function alphafold2Model(file = 'openfold.pt') {
  const { config, tensors } = openCheckpoint(alphafold2File(file));
  return { config: parseAlphafold2Config(config), weights: tensors };
}

/** One run of a stage. */
interface StageRun {
  readonly stage: string;
  readonly scope: string;
  readonly feeds: Tensors;
  readonly outputs: Tensors;
}

/** The tiny network; it keeps what each stage was fed and what came out. */
export class RecordingRunner extends Alphafold2Runner {
  readonly #runs: StageRun[] = [];

  constructor(engine: Engine, file?: string, changes: Partial<Alphafold2Config> = {}) {
    const { config, weights } = alphafold2Model(file);
    super(engine, weights, { ...config, ...changes });
  }

  override async run<Outputs extends StageOutputs>(
    builder: StageBuilder<Alphafold2Config, Alphafold2Sizes, Outputs>,
    scope: string,
    feeds: Tensors,
  ): Promise<StageResults<Outputs>> {
    const outputs = await super.run(builder, scope, feeds);
    // what is carried from block to block is replaced in place
    this.#runs.push({ stage: builder.name, scope, feeds: { ...feeds }, outputs: { ...outputs } });
    return outputs;
  }

  /** All runs of a stage. */
  all(stage: string): StageRun[] {
    return this.#runs.filter((run) => run.stage === stage);
  }

  /** The last run of a stage, of one block where there are several. */
  last(stage: string, scope?: string): StageRun {
    const found = this.#runs.findLast(
      (run) => run.stage === stage && (scope === undefined || run.scope === scope),
    );
    if (!found) throw new Error(`${stage} ${scope ?? ''} was not run`);
    return found;
  }
}

/**
 * What a layer of the network gives for some inputs.
 *
 * @param scope of the layer's weights
 * @param feeds its inputs
 * @param build the layer
 */
export async function evaluateLayer<Name extends string>(
  engine: Engine,
  scope: string,
  feeds: Readonly<Record<Name, HostTensor>>,
  build: (
    parameters: LearnedTensors,
    inputs: Readonly<Record<Name, Tensor>>,
    config: Alphafold2Config,
  ) => Tensor,
): Promise<HostTensor> {
  const { config, weights } = alphafold2Model();
  const parameters = new LearnedTensors();
  const inputs = Object.fromEntries(
    Object.entries<HostTensor>(feeds).map(([name, { shape, data }]) => [
      name,
      input(name, shape, data instanceof Int32Array ? 'int32' : 'float32'),
    ]),
  ) as Record<Name, Tensor>;
  const within = scope.split('.').reduce((inner, part) => inner.within(part), parameters);
  const executable = await engine.compile(graphOf({ result: build(within, inputs, config) }));
  const learned = [...parameters.all.keys()].map((name): [string, HostTensor] => [
    name,
    { shape: weights.info(name).shape, data: weights.read(name) },
  ]);
  const { result } = await executable.run({ ...feeds, ...Object.fromEntries(learned) });
  await executable.dispose();
  return result;
}

/** Rows of the alignment that the fixture keeps: first, second and last, or all of up to three. */
export function keptMsaRows({ shape, data }: HostTensor, numRows = shape.at(-3)!): HostTensor {
  const [numResidues, channels] = shape.slice(-2) as [number, number];
  const size = numResidues * channels;
  const kept = numRows <= 3 ? [...Array(numRows).keys()] : [0, 1, numRows - 1];
  const rows = kept.map((row) => Array.from(data.subarray(row * size, (row + 1) * size)));
  return { shape: [kept.length, numResidues, channels], data: Float32Array.from(rows.flat()) };
}

/** Rows `[i, j, c]` of a pair tensor for some i. */
export function keptPairRows({ shape, data }: HostTensor, rows: ArrayLike<number>): HostTensor {
  const [numResidues, channels] = shape.slice(-2) as [number, number];
  const size = numResidues * channels;
  const kept = Array.from(rows, (row) => Array.from(data.subarray(row * size, (row + 1) * size)));
  return {
    shape: [kept.length, numResidues, channels],
    data: Float32Array.from(kept.flat()),
  };
}
