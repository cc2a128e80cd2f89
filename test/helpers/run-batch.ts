import type { Features } from '#architectures/esmfold/features';
import { tokenise } from '#architectures/esmfold/language-model/tokens';
import type { StageRunner } from '#architectures/esmfold/stage-runner';
import * as stages from '#architectures/esmfold/stages';
import type { ResultsOf } from '#execution/stage';
import { relativePositionBins } from '#layers/relative-position';
import { sizeOf, type Shape } from '#tensor/shape';
import type { HostTensor } from '#tensor/tensor';

type Tensors = Record<string, HostTensor>;
type State = ResultsOf<typeof stages.languageModelStage>;

const float = (shape: Shape, values?: Iterable<number>): HostTensor => ({
  shape,
  data: values ? Float32Array.from(values) : new Float32Array(sizeOf(shape)),
});
const int = (shape: Shape, values: Iterable<number>): HostTensor => ({
  shape,
  data: Int32Array.from(values),
});

/** A sequence's numbers, padded at the end: type X, mask 0, residue index -1. */
function padded({ aatype, residueIndex, residues }: Features, size: number, positionBins: number) {
  const fill = (values: Int32Array, value: number) =>
    Int32Array.from({ length: size }, (_, i) => values[i] ?? value);
  return {
    aatype: fill(aatype, 20),
    mask: Array.from({ length: size }, (_, i) => Number(i < aatype.length)),
    scored: Array.from({ length: size }, (_, i) => Number(residues.includes(i))),
    bins: relativePositionBins(fill(residueIndex, -1), positionBins),
    tokens: tokenise(aatype, size),
  };
}

/**
 * Folds several sequences at once through the stages of a model, padded to one length.
 *
 * @param size residues of each, padding included
 * @returns outputs of the last structure and pair stages, and the representations `single` and `pair`
 */
export async function runBatch(
  runner: StageRunner,
  sequences: readonly Features[],
  size: number,
  numRecycles: number,
): Promise<Tensors> {
  const { trunk, languageModel } = runner.config;
  const batch = sequences.length;
  await runner.prepare({ batch, numResidues: size });
  const rows = sequences.map((features) => padded(features, size, trunk.positionBins));
  const residues: Tensors = {
    aatype: int(
      [batch, size],
      rows.flatMap(({ aatype }) => [...aatype]),
    ),
    mask: float(
      [batch, size],
      rows.flatMap(({ mask }) => mask),
    ),
    scored: float(
      [batch, size],
      rows.flatMap(({ scored }) => scored),
    ),
    positionBins: int(
      [batch, size, size],
      rows.flatMap(({ bins }) => [...bins]),
    ),
  };
  const tokens = int(
    [batch, size + 2],
    rows.flatMap((row) => [...row.tokens]),
  );
  const embedded = await embed(runner, residues, tokens, languageModel.numLayers);
  let recycled: Tensors = {
    single: float([batch, size, trunk.singleChannels]),
    pair: float([batch, size, size, trunk.pairChannels]),
    atom14: float([batch, size, 14, 3]),
  };
  for (let pass = 0; ; pass++) {
    const start = { ...residues, ...embedded, ...recycled };
    let updated = await runner.run(stages.passStage, 'trunk.', start);
    for (let block = 0; block < trunk.numBlocks; block++) {
      const feeds = { ...residues, ...updated };
      updated = await runner.run(stages.blockStage, `trunk.blocks.${block}.`, feeds);
    }
    const feeds = { ...residues, ...embedded, ...updated };
    const structure = await runner.run(stages.structureStage, '', feeds);
    if (pass === numRecycles) {
      const heads = await runner.run(stages.pairHeadStage, '', { ...residues, ...updated });
      return { ...structure, ...heads, ...updated };
    }
    recycled = { ...updated, atom14: structure.atom14 };
  }
}

async function embed(
  runner: StageRunner,
  residues: Tensors,
  tokens: HostTensor,
  numLayers: number,
): Promise<Tensors> {
  const { mixWeights } = await runner.run(stages.mixWeightStage, '', {});
  const share = (layer: number) => float([1], mixWeights.data.subarray(layer, layer + 1));
  const first = { tokens, mixWeight: share(0) };
  const { tokenMask, ...start } = await runner.run(stages.tokenStage, '', first);
  let state: State = start;
  for (let layer = 0; layer < numLayers; layer++) {
    const mixWeight = layer === numLayers - 1 ? float([1]) : share(layer + 1);
    const scope = `esm.encoder.layer.${layer}.`;
    const feeds = { ...state, tokenMask, mixWeight };
    state = await runner.run(stages.languageModelStage, scope, feeds);
  }
  const mixWeight = share(numLayers);
  return runner.run(stages.embedStage, '', { ...residues, ...state, mixWeight });
}
