import { resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { languageModelBytes } from '#architectures/esmfold/memory';
import {
  LanguageModelRunner,
  type LanguageModelOutput,
} from '#architectures/esmfold/language-model/runner';
import { tokenise } from '#architectures/esmfold/language-model/tokens';
import { FoldError } from '#errors';
import { loadLanguageModel } from '#predict/node/load-language-model';
import { aatypeOf } from '#sequence/amino-acids';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import type { TensorSource } from '#weights/tensor-source';

const openModel = () => loadLanguageModel(resolve('test/fixtures/esm2-tiny'));
const model = openModel();
const engine = nodeEngine(1);
const SEQUENCE = 'MKTAYIA';
const tokens = { shape: [1, 9], data: tokenise(aatypeOf(SEQUENCE)) };
const REGRESSION = 'esm.contact_head.regression.weight';

/** The tiny model, some tensors of which are missing, or another. */
function modelWith(changes: Readonly<Record<string, Float32Array | undefined>>) {
  const { weights } = openModel();
  const changed: TensorSource = {
    ...weights,
    names: weights.names,
    has: (name) => (name in changes ? changes[name] !== undefined : weights.has(name)),
    info: (name) => weights.info(name),
    read: (name) => changes[name] ?? weights.read(name),
    close: () => {
      weights.close();
    },
  };
  return new LanguageModelRunner(engine, { ...model, name: 'tiny', weights: changed });
}

describe('a language model', () => {
  const runner = new LanguageModelRunner(engine, model);
  afterAll(async () => {
    await runner.close();
    expect(() => model.weights.read(REGRESSION)).toThrow('was closed');
  });

  it('says nothing that nobody asked for', async () => {
    expect(Object.keys(await runner.run(tokens))).toEqual(['representation']);
    const shapes = async (wishes: Parameters<typeof runner.run>[1]) => {
      const output: LanguageModelOutput = await runner.run(tokens, wishes);
      return Object.fromEntries(
        Object.entries(output).map(([name, { shape }]) => [name, shape as number[]]),
      );
    };
    const representation = [1, 7, runner.config.channels];
    expect(await shapes({ logits: true })).toEqual({ representation, logits: [1, 7, 33] });
    expect(await shapes({ contacts: true })).toEqual({ representation, contacts: [1, 7, 7] });
  });

  it('starts its contacts anew in each run', async () => {
    const [one, two] = [
      await runner.run(tokens, { contacts: true }),
      await runner.run(tokens, { contacts: true }),
    ];
    expect(one.contacts).toEqual(two.contacts);
    expect(one.representation).toEqual((await runner.run(tokens)).representation);
  });

  it('ends before a layer once nobody waits', async () => {
    const reason = new FoldError('JOB_CANCELLED', 'nobody waits any longer');
    const signal = AbortSignal.abort(reason);
    await expect(runner.run(tokens, { signal })).rejects.toBe(reason);
    await expect(runner.run(tokens, { signal, contacts: true })).rejects.toBe(reason);
  });

  it('takes as many sequences at once as fit: the half of it, and so on, but at least one', async () => {
    const fitting = (batch: number) =>
      new LanguageModelRunner(engine, openModel(), {
        memoryBytes: () => languageModelBytes(model.config, { batch, numResidues: 50 }),
      });
    for (const [fits, wanted, largest] of [
      [8, 8, 8],
      [7, 8, 4],
      [3, 13, 3],
      [2, 7, 1],
      [1, 2, 1],
      [9, 0, 1],
    ] as const) {
      const small = fitting(fits);
      expect(small.largestBatch(50, wanted)).toBe(largest);
      await small.close();
    }
    const none = new LanguageModelRunner(engine, openModel(), { memoryBytes: () => 1 });
    expect(none.largestBatch(50, 4)).toBe(1);
    await expect(none.run(tokens)).rejects.toMatchObject({ code: 'MEMORY_ESTIMATE' });
    await none.close();
  });
});

describe('a language model without a head', () => {
  const refused = (message: string) => ({ code: 'WEIGHTS_MISMATCH', message });

  it('for contacts gives none, but all else', async () => {
    const without = modelWith({ [REGRESSION]: undefined });
    await expect(without.run(tokens, { contacts: true })).rejects.toMatchObject(
      refused('tiny has no head for contacts'),
    );
    expect(await without.run(tokens, { logits: true })).toHaveProperty('logits');
    await without.close();
  });

  it('for contacts of its own size is refused with both numbers', async () => {
    const { numLayers, numHeads } = model.config;
    const heads = numLayers * numHeads;
    const short = modelWith({ [REGRESSION]: new Float32Array(heads - 1) });
    await expect(short.run(tokens, { contacts: true })).rejects.toMatchObject(
      refused(`"${REGRESSION}" of tiny has ${heads - 1} values; ${heads} heads need one each`),
    );
    await short.close();
  });

  it('for residues gives no logits, but all else', async () => {
    const without = modelWith({ 'lm_head.dense.weight': undefined });
    await expect(without.run(tokens, { logits: true })).rejects.toMatchObject(
      refused('tiny has no head that predicts residues'),
    );
    expect(await without.run(tokens, { contacts: true })).toHaveProperty('contacts');
    await without.close();
  });
});
