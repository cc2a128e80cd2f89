/** @file What each layer adds to its residual, fed with what the original's layers before it gave. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alphafold2Config } from '#architectures/alphafold2/config';
import { embedRecycled } from '#architectures/alphafold2/embedders/recycling-embedder';
import { globalColumnAttention } from '#architectures/alphafold2/evoformer/global-column-attention';
import {
  msaColumnAttention,
  msaRowAttention,
} from '#architectures/alphafold2/evoformer/msa-attention';
import { outerProductMean } from '#architectures/alphafold2/evoformer/outer-product-mean';
import { fold } from '#architectures/alphafold2/fold';
import { OPENFOLD_TRANSITION, transition } from '#layers/elementary';
import type { Parameters } from '#layers/parameters';
import { triangleAttention } from '#layers/triangle-attention';
import { triangleMultiplication } from '#layers/triangle-multiplication';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { subtract } from '#tensor/ops';
import type { HostTensor, Tensor } from '#tensor/tensor';
import {
  evaluateLayer,
  keptMsaRows,
  keptPairRows,
  RecordingRunner,
} from '../../helpers/alphafold2-network.js';
import {
  ALPHAFOLD2_CASES,
  alphafold2Inputs,
  alphafold2Tensors,
} from '../../helpers/alphafold2-tiny.js';

const REPRESENTATION = { atol: 1e-4, rtol: 0 };
const engine = nodeEngine(1);

interface BlockInputs {
  readonly msa: Tensor;
  readonly msaMask: Tensor;
  readonly pair: Tensor;
}
type Update = (parameters: Parameters, inputs: BlockInputs, config: Alphafold2Config) => Tensor;

const openfoldTransition = (parameters: Parameters, x: Tensor, factor: number): Tensor =>
  subtract(transition(parameters, x, factor, OPENFOLD_TRANSITION), x);

/** What a block does, in its order: names as in the fixture, scopes within the block, and what is updated. */
function updatesOf(stack: 'evoformer' | 'extraMsa') {
  const columns: [string, string, 'msa', Update] =
    stack === 'evoformer'
      ? [
          'msa_att_col',
          'msa_att_col._msa_att',
          'msa',
          (parameters, { msa, msaMask }, config) =>
            msaColumnAttention(parameters, msa, msaMask, config[stack].msaAttention),
        ]
      : [
          'msa_att_col',
          'msa_att_col',
          'msa',
          (parameters, { msa, msaMask }, config) =>
            globalColumnAttention(parameters, msa, msaMask, config[stack].msaAttention),
        ];
  const multiplication =
    (direction: 'outgoing' | 'incoming'): Update =>
    (parameters, { pair }, config) =>
      triangleMultiplication(parameters, pair, undefined, direction, {
        hiddenChannels: config[stack].pair.multiplicationChannels,
      });
  const attention =
    (node: 'starting' | 'ending'): Update =>
    (parameters, { pair }, config) =>
      triangleAttention(parameters, pair, undefined, node, config[stack].pair.attention);
  const updates: [name: string, scope: string, updated: 'msa' | 'pair', Update][] = [
    [
      'msa_att_row',
      'msa_att_row',
      'msa',
      (parameters, { msa, msaMask, pair }, config) =>
        msaRowAttention(parameters, msa, msaMask, pair, config[stack].msaAttention),
    ],
    columns,
    [
      'msa_transition',
      'msa_transition',
      'msa',
      (parameters, { msa }, config) =>
        openfoldTransition(parameters, msa, config[stack].transitionFactor),
    ],
    [
      'outer_product_mean',
      'outer_product_mean',
      'pair',
      (parameters, { msa, msaMask }, config) =>
        outerProductMean(parameters, msa, msaMask, {
          hiddenChannels: config[stack].outerProductChannels,
          pairChannels: config.pairChannels,
        }),
    ],
    ['tri_mul_out', 'pair_stack.tri_mul_out', 'pair', multiplication('outgoing')],
    ['tri_mul_in', 'pair_stack.tri_mul_in', 'pair', multiplication('incoming')],
    ['tri_att_start', 'pair_stack.tri_att_start', 'pair', attention('starting')],
    ['tri_att_end', 'pair_stack.tri_att_end', 'pair', attention('ending')],
    [
      'pair_transition',
      'pair_stack.pair_transition',
      'pair',
      (parameters, { pair }, config) =>
        openfoldTransition(parameters, pair, config[stack].pair.transitionFactor),
    ],
  ];
  return updates;
}

const added = (x: HostTensor, update: HostTensor): HostTensor => ({
  shape: x.shape,
  data: Float32Array.from(x.data, (value, i) => value + update.data[i]!),
});

describe.each(['single', 'templates'])('layers of "%s"', (name) => {
  const golden = ALPHAFOLD2_CASES.find((one) => one.name === name)!;
  const { has, read: want } = alphafold2Tensors(name);
  const rows = want('rows').data;
  const runner = new RecordingRunner(engine);
  beforeAll(async () => {
    await fold(runner, alphafold2Inputs(name), { numRecycles: golden.num_recycles });
  });
  afterAll(() => runner.close());

  it.each([
    ['evoformer', 'evoformerStage', 'evoformer.blocks.0', 'evoformer.block0'],
    ['extraMsa', 'extraBlockStage', 'extra_msa_stack.blocks.0', 'extra_msa_stack.block0'],
  ] as const)('of a block of %s add what the original’s add', async (stack, stage, scope, kept) => {
    const { msa, msaMask, pair } = runner.last(stage, `${scope}.`).feeds;
    let now = { msa: msa!, msaMask: msaMask!, pair: pair! };
    for (const [layer, within, updated, build] of updatesOf(stack)) {
      const update = await evaluateLayer(engine, `${scope}.${within}`, now, build);
      const golden = `${kept}.update.${layer}.${updated === 'msa' ? 'msa_rows' : 'rows'}`;
      if (has(golden)) {
        const got = updated === 'msa' ? keptMsaRows(update) : keptPairRows(update, rows);
        expect(got).toBeCloseToTensor(want(golden), REPRESENTATION);
      }
      now = { ...now, [updated]: added(now[updated], update) };
    }
  });

  it('of the recycling embedder add what the original’s add', async () => {
    const { recycledRow, recycledPair, recycledAtom14, aatype } = runner.last('inputStage').feeds;
    const numResidues = aatype!.data.length;
    const start = { msa: [1, 1, numResidues, 32], pair: [1, numResidues, numResidues, 24] };
    const zeros = (shape: readonly number[]): HostTensor => ({
      shape,
      data: new Float32Array(shape.reduce((size, length) => size * length)),
    });
    const feeds = {
      msa: zeros(start.msa),
      pair: zeros(start.pair),
      queryRow: recycledRow!,
      recycledPair: recycledPair!,
      atom14: recycledAtom14!,
      aatype: aatype!,
    };
    const [msa, pair] = await Promise.all(
      (['msa', 'pair'] as const).map((part) =>
        evaluateLayer(engine, 'recycling_embedder', feeds, (parameters, inputs) => {
          const recycled = { ...inputs, pair: inputs.recycledPair };
          return embedRecycled(parameters, inputs, recycled, inputs.aatype)[part];
        }),
      ),
    );
    expect(msa!.data).toBeCloseToTensor(
      want('recycling_embedder.msa_first_row_update').data,
      REPRESENTATION,
    );
    expect(keptPairRows(pair!, rows)).toBeCloseToTensor(
      want('recycling_embedder.pair_update.rows'),
      REPRESENTATION,
    );
  });
});

describe('templates', () => {
  const { read: want } = alphafold2Tensors('templates');
  const rows = want('rows').data;
  const runner = new RecordingRunner(engine);
  beforeAll(async () => {
    await fold(runner, alphafold2Inputs('templates'), { numRecycles: 1 });
  });
  afterAll(() => runner.close());

  it.each([
    ['templatePairStage', 'template.pair_embedding.rows'],
    ['templateNormStage', 'template.pair_stack_output.rows'],
  ])('have the pair representation of the original after %s', (stage, name) => {
    const { shape, data } = want(name); // [T, rows, N, cT]
    const ofTemplate = data.length / shape[0]!;
    const runs = runner.all(stage);
    expect(runs).toHaveLength(shape[0]!);
    for (const [template, { outputs }] of runs.entries()) {
      expect(keptPairRows(outputs['template']!, rows)).toBeCloseToTensor(
        {
          shape: shape.slice(1),
          data: data.subarray(template * ofTemplate, (template + 1) * ofTemplate),
        },
        REPRESENTATION,
      );
    }
  });

  it('have the rows of the original, and add the same to the pair representation', () => {
    const { outputs } = runner.last('templateRowStage');
    expect(outputs['templateRows']!).toBeCloseToTensor(
      want('template.single_embedding'),
      REPRESENTATION,
    );
    const stage = runner.last('templateStage');
    const [before, after] = [stage.feeds['pair']!, stage.outputs['pair']!];
    const update = Float32Array.from(after.data, (x, i) => x - before.data[i]!);
    expect(keptPairRows({ ...after, data: update }, rows)).toBeCloseToTensor(
      want('template.pair_update.rows'),
      REPRESENTATION,
    );
  });
});
