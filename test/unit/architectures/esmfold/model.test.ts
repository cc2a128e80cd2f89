import { afterAll, describe, expect, it } from 'vitest';
import { featurise } from '#architectures/esmfold/features';
import { fold } from '#architectures/esmfold/fold';
import { esmfoldModel } from '#architectures/esmfold/model';
import { CODONFOLD_SMALL } from '#architectures/esmfold/presets';
import { attentionStage, languageModelAttentionStage } from '#architectures/esmfold/stages';
import type { BlockAttention, FoldingProgress } from '#architectures/family';
import { MAX_PAE } from '#layers/heads/pae';
import { predictedTmScores } from '#layers/heads/predicted-tm-scores';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import type { HostTensor } from '#tensor/tensor';
import { TINY_CONFIG, TINY_WEIGHTS, tinyRunner } from '../../../helpers/esmfold-tiny.js';

describe('an ESMFold model', () => {
  const model = esmfoldModel(CODONFOLD_SMALL);

  it('needs as much for five chains as for one that is longer by their four linkers', () => {
    const chains = model.estimate({ chainLengths: [7, 5, 5, 5, 5] });
    expect(chains).toEqual(model.estimate({ chainLengths: [27 + 4 * 25] }));
  });

  it('takes its own number of recycles where a request names none', () => {
    const chainLengths = [100];
    const { numRecycles } = CODONFOLD_SMALL;
    expect(model.estimate({ chainLengths })).toEqual(model.estimate({ chainLengths, numRecycles }));
    expect(model.estimate({ chainLengths, numRecycles: 3 }).seconds).toBeGreaterThan(
      model.estimate({ chainLengths, numRecycles: 1 }).seconds,
    );
  });
});

describe('what is told of a prediction', () => {
  const chains = [{ sequence: 'MKTVR' }, { sequence: 'GSH' }];
  /** Where the residues of both chains are among those that the network reads: 25 glycines lie between. */
  const PLACES = [0, 1, 2, 3, 4, 30, 31, 32];
  const LENGTH = 33;
  const tiny = esmfoldModel(TINY_CONFIG);
  const running = tiny.start(nodeEngine(1), TINY_WEIGHTS);
  const runner = tinyRunner(nodeEngine(1));
  const features = featurise(chains.map(({ sequence }) => sequence));
  const network = fold(runner, features, { numRecycles: 1 });
  afterAll(async () => {
    await running.close();
    await runner.close();
  });

  it('is what the network says of its residues, without the linker', async () => {
    const progress: FoldingProgress[] = [];
    const told = await running.fold({ chains, numRecycles: 1 }, { onProgress: (at) => progress.push(at) }); // prettier-ignore
    const { structure, pairHeads, startSingle } = await network;
    const pairs = (data: ArrayLike<number>) =>
      PLACES.flatMap((i) => PLACES.map((j) => data[i * LENGTH + j]!));
    expect(Array.from(told.pae)).toEqual(pairs(pairHeads.pae.data));
    expect(Array.from(told.contacts)).toEqual(pairs(pairHeads.contacts.data));
    expect(Array.from(told.plddt)).toEqual(PLACES.map((i) => structure.plddt.data[37 * i + 1]));
    expect(Array.from(told.atom14)).toEqual(
      PLACES.flatMap((i) => [...structure.atom14.data.subarray(42 * i, 42 * (i + 1))]),
    );
    const size = TINY_CONFIG.trunk.singleChannels;
    const mean = Array.from({ length: size }, (_, c) =>
      PLACES.reduce((sum, i) => sum + startSingle.data[i * size + c]! / 8, 0),
    );
    expect(Array.from(told.embedding)).toBeCloseToTensor(mean);
    const { ptm, complex } = predictedTmScores(pairs(pairHeads.tmTerms.data), [5, 3]);
    expect(told).toMatchObject({ ptm, complex, numRecycles: 1, maxPae: MAX_PAE });
    expect(told).not.toHaveProperty('templates');

    const { numBlocks } = tiny;
    const places = [0, 1].flatMap((pass) => [
      ...Array.from({ length: numBlocks }, (_, block) => [pass, block + 1]),
      [pass + 1, 0],
    ]);
    expect(progress.map(({ pass, block }) => [pass, block])).toEqual(places);
    expect(progress.every((at) => at.numPasses === 2 && at.numBlocks === numBlocks)).toBe(true);
    const [first, last] = progress.filter(({ atom14 }) => atom14);
    expect(last!.atom14).toEqual(told.atom14);
    expect(last!.plddt).toEqual(told.plddt);
    expect(first!.atom14).not.toEqual(told.atom14);
  });

  it('has contacts that are told apart from those that are none', async () => {
    const { pairHeads } = await network;
    const { data } = pairHeads.contacts;
    for (let i = 0; i < LENGTH; i++)
      for (let j = 0; j < i; j++) {
        expect(data[i * LENGTH + j]).toBeCloseTo(data[j * LENGTH + i]!, 5);
        expect(data[i * LENGTH + j]).toBeGreaterThanOrEqual(0);
        expect(data[i * LENGTH + j]).toBeLessThanOrEqual(1);
      }
  });

  it('is the attention of every block, between residues, in the order of the network', async () => {
    const told: BlockAttention[] = [];
    await running.attention({ chains, numRecycles: 1 }, { onBlock: (one) => told.push(one) });
    const [language, trunk] = tiny.attention;
    expect(language).toEqual({ network: 'language-model', numBlocks: TINY_CONFIG.languageModel.numLayers, numHeads: TINY_CONFIG.languageModel.numHeads }); // prettier-ignore
    const { singleChannels, singleHeadChannels, numBlocks } = TINY_CONFIG.trunk;
    expect(trunk).toEqual({ network: 'trunk', numBlocks, numHeads: singleChannels / singleHeadChannels }); // prettier-ignore
    expect(told.map(({ network, block }) => `${network} ${block}`)).toEqual(
      tiny.attention.flatMap(({ network, numBlocks }) =>
        Array.from({ length: numBlocks }, (_, block) => `${network} ${block}`),
      ),
    );
    const expected: number[][] = [];
    const pick = (attention: HostTensor, places: readonly number[]) => {
      const [, numHeads, length] = attention.shape as [number, number, number];
      expected.push(
        [...Array(numHeads).keys()].flatMap((head) =>
          places.flatMap((i) =>
            places.map((j) => attention.data[(head * length + i) * length + j]!),
          ),
        ),
      );
    };
    const watched = await fold(runner, features, {
      numRecycles: 1,
      async onLayer(layer, inputs) {
        const scope = `esm.encoder.layer.${layer}.`;
        const { attention } = await runner.run(languageModelAttentionStage, scope, inputs);
        pick(
          attention,
          PLACES.map((i) => i + 1),
        );
      },
      async onLastPassBlock(block, inputs) {
        const { attention } = await runner.run(attentionStage, `trunk.blocks.${block}.`, inputs);
        pick(attention, PLACES);
      },
    });
    expect(told.map(({ weights }) => Array.from(weights))).toEqual(expected);
    expect(watched.pair).toBeCloseToTensor((await network).pair);
  });

  it('says what the family reads', () => {
    expect(tiny).toMatchObject({
      family: 'esmfold',
      numRecycles: TINY_CONFIG.numRecycles,
      readsAlignments: false,
      stopsEarly: false,
      readsTemplates: false,
    });
    expect(esmfoldModel(CODONFOLD_SMALL).readsTemplates).toBe(true);
    expect(() => esmfoldModel(CODONFOLD_SMALL).start(nodeEngine(1), TINY_WEIGHTS)).toThrow(
      expect.objectContaining({ code: 'WEIGHTS_MISMATCH' }),
    );
  });
});
