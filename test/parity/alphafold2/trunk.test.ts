/** @file What passes from stage to stage through the trunk, in the last pass of each case. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embedInput } from '#architectures/alphafold2/embedders/input-embedder';
import { fold } from '#architectures/alphafold2/fold';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import type { HostTensor } from '#tensor/tensor';
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

describe.each(ALPHAFOLD2_CASES)('the trunk of "$name"', (golden) => {
  const { has, read: want } = alphafold2Tensors(golden.name);
  const runner = new RecordingRunner(engine);
  const { numBlocks } = runner.config.evoformer;
  const numExtraBlocks = runner.config.extraMsa.numBlocks;
  beforeAll(async () => {
    const options = { numRecycles: golden.num_recycles };
    await fold(runner, alphafold2Inputs(golden.name), options);
  });
  afterAll(() => runner.close());

  /** Compares with a tensor of the fixture, where it keeps that for this case. */
  const expectPair = (got: HostTensor, name: string) => {
    const rows = keptPairRows(got, want('rows').data);
    if (has(`${name}.rows`)) expect(rows).toBeCloseToTensor(want(`${name}.rows`), REPRESENTATION);
  };
  const expectMsa = (got: HostTensor, name: string) => {
    if (has(name)) expect(keptMsaRows(got)).toBeCloseToTensor(want(name), REPRESENTATION);
  };
  const output = (stage: string, name: string, scope?: string) =>
    runner.last(stage, scope).outputs[name]!;

  it('starts from the features', async () => {
    const { feeds } = runner.last('inputStage');
    const [targetFeat, msaFeat, positionOffsets] = [
      feeds['targetFeat']!,
      feeds['msaFeat']!,
      feeds['positionOffsets']!,
    ];
    for (const part of ['msa', 'pair'] as const) {
      const got = await evaluateLayer(
        engine,
        'input_embedder',
        { targetFeat, msaFeat, positionOffsets },
        (parameters, inputs, config) => embedInput(parameters, inputs, config)[part],
      );
      if (part === 'msa') expectMsa(got, 'input_embedder.msa_rows');
      else expectPair(got, 'input_embedder.pair');
    }
  });

  it('adds what was recycled', () => {
    expectPair(output('inputStage', 'pair'), 'after_recycling.pair');
  });

  it('adds what templates say', () => {
    const stage = runner.all('templateStage').length > 0 ? 'templateStage' : 'inputStage';
    expectPair(output(stage, 'pair'), 'after_template.pair');
  });

  it('embeds the extra rows and runs their stack', () => {
    const scope = (block: number) => `extra_msa_stack.blocks.${block}.`;
    const last = scope(numExtraBlocks - 1);
    expectMsa(output('extraRowStage', 'msa'), 'extra_msa.embedding.msa_rows');
    expectPair(output('extraBlockStage', 'pair', scope(0)), 'extra_msa_stack.block0.pair');
    expectMsa(output('extraBlockStage', 'msa', scope(0)), 'extra_msa_stack.block0.msa_rows');
    expectPair(output('extraBlockStage', 'pair', last), 'extra_msa_stack.pair');
  });

  it('runs the Evoformer', () => {
    const scope = (block: number) => `evoformer.blocks.${block}.`;
    const last = scope(numBlocks - 1);
    expectMsa(runner.last('evoformerStage', scope(0)).feeds['msa']!, 'evoformer.input_msa_rows');
    expectMsa(output('evoformerStage', 'msa', scope(0)), 'evoformer.block0.msa_rows');
    expectPair(output('evoformerStage', 'pair', scope(0)), 'evoformer.block0.pair');
    expectMsa(output('evoformerStage', 'msa', last), 'evoformer.last.msa_rows');
    expectPair(output('evoformerStage', 'pair', last), 'evoformer.last.pair');
  });
});
