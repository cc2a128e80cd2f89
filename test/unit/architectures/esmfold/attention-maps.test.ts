import { describe, expect, it } from 'vitest';
import { AttentionMaps } from '#architectures/esmfold/attention-maps';
import type { FoldModelConfig } from '#architectures/esmfold/config';
import { parseModelConfig } from '#architectures/esmfold/config-file';
import { featurise } from '#architectures/esmfold/features';
import { fold } from '#architectures/esmfold/fold';
import { languageModelLayer } from '#architectures/esmfold/language-model/language-model';
import { StageRunner } from '#architectures/esmfold/stage-runner';
import { languageModelStage, pairStartStage } from '#architectures/esmfold/stages';
import { Parameters } from '#layers/parameters';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { graphOf } from '#tensor/graph';
import { input } from '#tensor/ops';
import { sizeOf } from '#tensor/shape';
import type { HostTensor } from '#tensor/tensor';
import { memoryBytes } from '#weights/byte-source';
import { joined } from '#weights/join';
import { openCheckpoint } from '#weights/node/open';
import { readSafetensors } from '#weights/safetensors';
import { writeSafetensors } from '#weights/write-safetensors';
import { randomTensor } from '../../../helpers/random.js';
import { TINY_CONFIG, TINY_WEIGHTS } from '../../../helpers/esmfold-tiny.js';

const engine = nodeEngine(1);
const NUM_RESIDUES = 7;
const SIZES = { batch: 1, numResidues: NUM_RESIDUES };
/** As the published models without folding blocks have it. */
const CONFIG: FoldModelConfig = {
  ...TINY_CONFIG,
  usesAttentionMaps: true,
  trunk: { ...TINY_CONFIG.trunk, numBlocks: 0 },
};
const { numLayers, numHeads, channels } = CONFIG.languageModel;
const NUM_MAPS = numLayers * numHeads;

function weightsWithMaps(scale: number) {
  const shapes = {
    'esm_z_mlp.0.weight': [NUM_MAPS],
    'esm_z_mlp.0.bias': [NUM_MAPS],
    'esm_z_mlp.1.weight': [CONFIG.trunk.pairChannels, NUM_MAPS],
    'esm_z_mlp.1.bias': [CONFIG.trunk.pairChannels],
    'esm_z_mlp.3.weight': [CONFIG.trunk.pairChannels, CONFIG.trunk.pairChannels],
    'esm_z_mlp.3.bias': [CONFIG.trunk.pairChannels],
  };
  const tensors = Object.entries(shapes).map(([name, shape], seed) => {
    const { data } = randomTensor(shape, seed, [-scale, scale]);
    return [name, { dtype: 'F32' as const, shape, values: Float32Array.from(data) }] as const;
  });
  const file = writeSafetensors(new Map(tensors));
  return joined([readSafetensors(memoryBytes(file, 'maps')), TINY_WEIGHTS], 'test');
}

const layerWeights = (names: Iterable<string>): Record<string, HostTensor> =>
  Object.fromEntries(
    Array.from(names, (name) => {
      const full = `esm.encoder.layer.1.${name}`;
      return [name, { shape: TINY_WEIGHTS.info(full).shape, data: TINY_WEIGHTS.read(full) }];
    }),
  );

describe('a trunk that starts from attention maps', () => {
  it('has entry (i, j) from the attention of residue j to residue i, without the end tokens', async () => {
    const stage = languageModelStage(SIZES, CONFIG);
    const parameters = new Parameters();
    const shape = [1, NUM_RESIDUES + 2, channels];
    const mask = input('tokenMask', [1, NUM_RESIDUES + 2]);
    const { attention } = languageModelLayer(
      parameters,
      input('hidden', shape),
      mask,
      CONFIG.languageModel,
    );
    const feeds = {
      hidden: randomTensor(shape, 5),
      mixed: randomTensor(shape, 6),
      mixWeight: { shape: [1], data: Float32Array.of(1) },
      tokenMask: { shape: [1, NUM_RESIDUES + 2], data: new Float32Array(NUM_RESIDUES + 2).fill(1) },
      ...layerWeights(stage.parameterNames),
    };
    const outputs: Record<string, HostTensor> = await (
      await engine.compile(stage.graph)
    ).run(feeds);
    const maps = outputs['maps']!;
    const { attention: raw } = await (await engine.compile(graphOf({ attention }))).run(feeds);
    expect(maps.shape).toEqual([1, NUM_RESIDUES, NUM_RESIDUES, numHeads]);
    const at = (i: number, j: number, head: number) =>
      maps.data[(i * NUM_RESIDUES + j) * numHeads + head]!;
    const rawAt = (query: number, key: number, head: number) =>
      raw.data[(head * (NUM_RESIDUES + 2) + query + 1) * (NUM_RESIDUES + 2) + key + 1]!;
    for (const [i, j, head] of [
      [0, 6, 0],
      [2, 5, 1],
      [4, 1, 3],
      [6, 0, 2],
    ] as const)
      // prettier-ignore
      expect(at(i, j, head)).toBeCloseTo(rawAt(j, i, head), 6);
  });

  it('joins the maps of all layers by layer, then head', () => {
    const maps = new AttentionMaps({ ...CONFIG.languageModel, numLayers: 2, numHeads: 3 });
    const layer = (start: number) => ({
      shape: [1, 1, 2, 3],
      data: Float32Array.from({ length: 6 }, (_, i) => start + i),
    });
    maps.add(0, layer(0));
    maps.add(1, layer(100));
    expect(maps.joined()).toEqual({
      shape: [1, 1, 2, 6],
      data: Float32Array.of(0, 1, 2, 100, 101, 102, 3, 4, 5, 103, 104, 105),
    });
  });

  it('passes them through layer norm and two linear layers', async () => {
    const stage = pairStartStage(SIZES, CONFIG);
    const shapes = [...stage.graph.inputs].map(([name, { shape }], seed) => [name, randomTensor(shape, seed)] as const); // prettier-ignore
    const feeds = Object.fromEntries(shapes);
    const { startPair } = await (await engine.compile(stage.graph)).run(feeds);
    const get = (name: string) => feeds[name]!.data;
    const row = (values: ArrayLike<number>, i: number, n: number) =>
      Array.from({ length: n }, (_, k) => values[i * n + k]!);
    const dot = (a: number[], b: number[]) => a.reduce((total, x, i) => total + x * b[i]!, 0);
    const pair = 31; // any
    const x = row(get('maps'), pair, NUM_MAPS);
    const mean = x.reduce((a, b) => a + b) / NUM_MAPS;
    const variance = x.reduce((a, b) => a + (b - mean) ** 2, 0) / NUM_MAPS;
    const normalised = x.map(
      (value, i) =>
        ((value - mean) / Math.sqrt(variance + 1e-5)) * get('esm_z_mlp.0.weight')[i]! +
        get('esm_z_mlp.0.bias')[i]!,
    );
    const { pairChannels } = CONFIG.trunk;
    const linear = (name: string, v: number[]) =>
      Array.from({ length: pairChannels }, (_, o) => dot(row(get(`${name}.weight`), o, v.length), v) + get(`${name}.bias`)[o]!); // prettier-ignore
    const hidden = linear('esm_z_mlp.1', normalised).map((value) => Math.max(0, value));
    expect(row(startPair!.data, pair, pairChannels)).toBeCloseToTensor(
      linear('esm_z_mlp.3', hidden),
      { atol: 1e-4, rtol: 1e-4 },
    );
  });

  it('folds without any folding block, and the maps matter', async () => {
    const features = featurise(['LAGVSER']);
    const atoms = async (scale: number) => {
      const runner = new StageRunner(engine, weightsWithMaps(scale), CONFIG);
      const { structure, pair } = await fold(runner, features, { numRecycles: 1 });
      await runner.close();
      expect(pair.data).toHaveLength(sizeOf([7, 7, CONFIG.trunk.pairChannels]));
      return structure.atom14.data;
    };
    const [without, withMaps] = [await atoms(0), await atoms(1)];
    expect(withMaps.every(Number.isFinite)).toBe(true);
    expect(Math.max(...withMaps.map((x, i) => Math.abs(x - without[i]!)))).toBeGreaterThan(0.01);
  });
});

it('reads from the configuration whether maps are used, and no blocks as none', () => {
  const { config } = openCheckpoint(
    new URL('../../../fixtures/esmfold-tiny/checkpoint', import.meta.url).pathname,
  );
  const folding = config['esmfold_config'] as Record<string, object>;
  const parsed = parseModelConfig({
    ...config,
    esmfold_config: {
      ...folding,
      use_esm_attn_map: true,
      trunk: { ...folding['trunk'], num_blocks: 0 },
    },
  });
  expect(parsed.usesAttentionMaps).toBe(true);
  expect(parsed.trunk.numBlocks).toBe(0);
});
