/** @file One value that is not a number must never become a result; see test/e2e/not-finite.test.ts for the doors. */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { forkedPredictor } from '#index';
import { embed } from '#predict/embeddings';
import { LanguageModelRunner } from '#architectures/esmfold/language-model/runner';
import { scoreMutations } from '#predict/mutation-scores';
import { loadLanguageModel } from '#predict/node/load-language-model';
import { loadModel } from '#predict/node/load-model';
import { localPredictor } from '#predict/predictor';
import type { KnownEngine } from '#tensor/engine/engine';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { poisoned } from '../../helpers/poisoned.js';

const FOLDING_MODEL = resolve('test/fixtures/esmfold-tiny/checkpoint');
const LANGUAGE_MODEL = resolve('test/fixtures/esm2-tiny');
/** Bias of a gate, where a sigmoid makes a 1 of infinity, and of a ReLU. */
const GATE = 'trunk.blocks.0.tri_mul_out.linear_g.bias';
const HIDDEN = 'trunk.blocks.1.mlp_pair.mlp.1.bias';
const REQUEST = { name: 'x', chains: [{ id: 'A', sequence: 'MKTAYIAK' }], numRecycles: 0 };
const CHAIN = { name: 'x', sequence: 'MKTAYIAK' };

/** An engine that can't be fed float16 and int8, as those of browsers. */
function wideEngine(): KnownEngine {
  const engine = nodeEngine(1);
  return { name: engine.name, facts: engine.facts, compile: (graph) => engine.compile(graph) };
}

const damaged = (tensor: string, value: number) =>
  expect.objectContaining({
    code: 'WEIGHTS_NOT_FINITE',
    message: expect.stringMatching(
      new RegExp(`value \\d+ of \\d+ in "${tensor}" is ${value}$`),
    ) as string,
    hint: expect.stringContaining('get the checkpoint again') as string,
  }) as Error;

describe('a damaged weight', () => {
  it.each([
    [GATE, Infinity],
    [HIDDEN, NaN],
    ['esm.embeddings.word_embeddings.weight', NaN],
  ])('ends a prediction in this process or page: %s of %d', async (tensor, value) => {
    const model = loadModel(poisoned(FOLDING_MODEL, tensor, value));
    const predictor = localPredictor(wideEngine(), model);
    await expect(predictor.predict(REQUEST)).rejects.toThrow(damaged(tensor, value));
    await expect(predictor.attention(REQUEST, { onBlock: () => undefined })).rejects.toThrow(
      damaged(tensor, value),
    );
    await predictor.close();
  });

  it('ends a prediction in a process of its own, which serves the next', async () => {
    const predictor = forkedPredictor(poisoned(FOLDING_MODEL, GATE, -Infinity));
    for (let i = 0; i < 2; i++)
      await expect(predictor.predict(REQUEST)).rejects.toThrow(damaged(GATE, -Infinity));
    await predictor.close();
  });

  it('ends what language models do', async () => {
    const tensor = 'esm.encoder.layer.0.attention.self.query.weight';
    const model = loadLanguageModel(poisoned(LANGUAGE_MODEL, tensor, NaN));
    const runner = new LanguageModelRunner(nodeEngine(1), model);
    await expect(embed(runner, CHAIN, ['mean'])).rejects.toThrow(damaged(tensor, NaN));
    await expect(scoreMutations(runner, CHAIN)).rejects.toThrow(damaged(tensor, NaN));
    await runner.close();
  });

  it('ends contacts, whose regression no graph reads', async () => {
    const tensor = 'esm.contact_head.regression.weight';
    const model = loadLanguageModel(poisoned(LANGUAGE_MODEL, tensor, Infinity));
    const runner = new LanguageModelRunner(nodeEngine(1), model);
    await expect(embed(runner, CHAIN, ['contacts'])).rejects.toThrow(damaged(tensor, Infinity));
    await runner.close();
  });
});

describe('a result that is not finite, of weights that are', () => {
  it('is no prediction', async () => {
    const huge = poisoned(FOLDING_MODEL, 'trunk.blocks.0.mlp_pair.mlp.3.bias', 3e38);
    const predictor = localPredictor(wideEngine(), loadModel(huge));
    await expect(predictor.predict(REQUEST)).rejects.toThrow(
      expect.objectContaining({
        code: 'RESULT_NOT_FINITE',
        message: expect.stringMatching(
          /^(trunk\.blocks\.\d|the model) gave (NaN|-?Infinity) in "/,
        ) as string,
      }) as Error,
    );
    await predictor.close();
  });

  it('is no embedding', async () => {
    const tensor = 'esm.encoder.layer.0.intermediate.dense.weight';
    const model = loadLanguageModel(poisoned(LANGUAGE_MODEL, tensor, 3e38));
    const runner = new LanguageModelRunner(nodeEngine(1), model);
    await expect(embed(runner, CHAIN, ['mean'])).rejects.toMatchObject({
      code: 'RESULT_NOT_FINITE',
    });
    await runner.close();
  });
});
