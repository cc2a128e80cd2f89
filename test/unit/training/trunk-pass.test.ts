import { describe, expect, it } from 'vitest';
import type { FoldModelConfig } from '#architectures/esmfold/config';
import { featurise } from '#architectures/esmfold/features';
import { fold } from '#architectures/esmfold/fold';
import { tokenise } from '#architectures/esmfold/language-model/tokens';
import { StageRunner } from '#architectures/esmfold/stage-runner';
import { Parameters } from '#layers/parameters';
import { relativePositionBins } from '#layers/relative-position';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { graphOf } from '#tensor/graph';
import type { HostTensor } from '#tensor/tensor';
import { trunkPass } from '#training/objectives/trunk-pass';
import { memoryBytes } from '#weights/byte-source';
import { joined } from '#weights/join';
import { readSafetensors } from '#weights/safetensors';
import { writeSafetensors } from '#weights/write-safetensors';
import { TINY_CONFIG, TINY_WEIGHTS } from '../../helpers/esmfold-tiny.js';
import { randomTensor } from '../../helpers/random.js';

const engine = nodeEngine(1);
const features = featurise(['LAGVSERNWKP']);
const crop = features.aatype.length;

/** What training makes of the sequence, and the weights it did so with. */
async function trained(config: FoldModelConfig) {
  const parameters = new Parameters();
  const { single, pair } = trunkPass(parameters, config, { batch: 1, crop });
  const graph = graphOf({ single, pair });
  const known = new Set(TINY_WEIGHTS.names);
  const missing = [...parameters.all]
    .filter(([name]) => graph.inputs.has(name) && !known.has(name))
    .map(([name, { tensor }], seed) => {
      const { shape, data } = randomTensor(tensor.shape, seed);
      return [name, { dtype: 'F32' as const, shape, values: Float32Array.from(data) }] as const;
    });
  const file = memoryBytes(writeSafetensors(new Map(missing)), 'missing');
  const weights = joined([readSafetensors(file), TINY_WEIGHTS], 'test');
  const feeds: Record<string, HostTensor> = {
    aatype: { shape: [1, crop], data: features.aatype },
    mask: { shape: [1, crop], data: new Float32Array(crop).fill(1) },
    tokens: { shape: [1, crop + 2], data: tokenise(features.aatype) },
    positionBins: {
      shape: [1, crop, crop],
      data: relativePositionBins(features.residueIndex, config.trunk.positionBins),
    },
  };
  for (const [name, { shape }] of graph.inputs) feeds[name] ??= { shape, data: weights.read(name) };
  return { outputs: await (await engine.compile(graph)).run(feeds), weights };
}

describe('trunkPass', () => {
  it.each([
    ['zero', false],
    ['attention maps', true],
  ])(
    'trains what predictions run, with a pair representation from %s',
    async (_, usesAttentionMaps) => {
      const config = { ...TINY_CONFIG, usesAttentionMaps, numRecycles: 0 };
      const { outputs, weights } = await trained(config);
      const runner = new StageRunner(engine, weights, config);
      const predicted = await fold(runner, features);
      await runner.close();
      const close = { atol: 1e-4, rtol: 1e-4 };
      expect(outputs.pair.data).toBeCloseToTensor(predicted.pair.data, close);
      expect(outputs.single.data).toBeCloseToTensor(predicted.single.data, close);
    },
  );
});
