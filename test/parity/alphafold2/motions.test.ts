/** @file Layers that read coordinates: a molecule that is turned, shifted or mirrored gives the same. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embedRecycled } from '#architectures/alphafold2/embedders/recycling-embedder';
import { fold } from '#architectures/alphafold2/fold';
import { embedTemplatePairs } from '#architectures/alphafold2/templates/template-embedder';
import { move, type Motion } from '#check/motion';
import { randomMotion } from '#check/situation';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import type { HostTensor } from '#tensor/tensor';
import { Random } from '#training/data/random';
import { evaluateLayer, RecordingRunner } from '../../helpers/alphafold2-network.js';
import { alphafold2Inputs } from '../../helpers/alphafold2-tiny.js';

/** Coordinates of up to 100 Å are exact to 1e-5 Å; only their distances, in bins, go on. */
const REPRESENTATION = { atol: 1e-4, rtol: 0 };
const engine = nodeEngine(1);
const random = new Random(3);
const motions: Motion[] = Array.from({ length: 4 }, (_, i) => ({
  ...randomMotion(() => random.uniform()),
  isMirrored: i % 2 === 1,
}));
const moved = (motion: Motion, { shape, data }: HostTensor): HostTensor => ({
  shape,
  data: Float32Array.from(move(motion, 'point', data)),
});
/** As much as a network would mind. */
const jiggled = ({ shape, data }: HostTensor): HostTensor => ({
  shape,
  data: Float32Array.from(data, (x, i) => x + Math.sin(i)),
});

describe('the recycling embedder', () => {
  const runner = new RecordingRunner(engine);
  beforeAll(async () => {
    await fold(runner, alphafold2Inputs('extra'), { numRecycles: 1 });
  });
  afterAll(() => runner.close());

  /** Its pair representation; X, which has no atoms and would stand at the origin, is alanine here. */
  const embed = (change: (atom14: HostTensor) => HostTensor) => {
    const { recycledRow, recycledPair, recycledAtom14, aatype } = runner.last('inputStage').feeds;
    const known = {
      shape: aatype!.shape,
      data: Int32Array.from(aatype!.data, (type) => type % 20),
    };
    const { outputs } = runner.last('inputStage');
    const feeds = {
      msa: outputs['msa']!,
      pair: outputs['pair']!,
      queryRow: recycledRow!,
      recycledPair: recycledPair!,
      atom14: change(recycledAtom14!),
      aatype: known,
    };
    return evaluateLayer(engine, 'recycling_embedder', feeds, (parameters, inputs) => {
      const recycled = { ...inputs, pair: inputs.recycledPair };
      return embedRecycled(parameters, inputs, recycled, inputs.aatype).pair;
    });
  };

  it('sees distances alone, which no motion changes', async () => {
    const still = await embed((atom14) => atom14);
    for (const motion of motions)
      expect(await embed((atom14) => moved(motion, atom14))).toBeCloseToTensor(
        still,
        REPRESENTATION,
      );
    expect(await embed(jiggled)).not.toBeCloseToTensor(still, REPRESENTATION);
  });
});

describe('the embedder of template pairs', () => {
  const { templates } = alphafold2Inputs('templates');
  const { aatype, pseudoBeta, pseudoBetaMask, atom37Mask } = templates!;
  const backboneMask: HostTensor = {
    shape: aatype.shape,
    data: Float32Array.from(aatype.data, (_, i) => atom37Mask.data[37 * i]!),
  };
  /** Residues without a pseudo-beta would stand at the origin: all have one here. */
  const everywhere: HostTensor = {
    shape: pseudoBeta.shape,
    data: Float32Array.from(pseudoBeta.data, (x, i) =>
      pseudoBetaMask.data[Math.floor(i / 3)] === 1 ? x : 10 * Math.sin(i),
    ),
  };
  const embed = (change: (points: HostTensor) => HostTensor) =>
    evaluateLayer(
      engine,
      'template_embedder.template_pair_embedder.linear',
      { aatype, pseudoBeta: change(everywhere), pseudoBetaMask, backboneMask },
      (parameters, inputs, { templates: sizes }) => embedTemplatePairs(parameters, inputs, sizes!),
    );

  it('sees distances alone, which no motion changes', async () => {
    const still = await embed((points) => points);
    for (const motion of motions)
      expect(await embed((points) => moved(motion, points))).toBeCloseToTensor(
        still,
        REPRESENTATION,
      );
    expect(await embed(jiggled)).not.toBeCloseToTensor(still, REPRESENTATION);
  });
});
