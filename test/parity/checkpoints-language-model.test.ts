import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import {
  finalNorm,
  languageModelLayer,
  tokenTable,
} from '#architectures/esmfold/language-model/language-model';
import { maskedResidueLogits } from '#architectures/esmfold/language-model/masked-residue';
import {
  LanguageModelRunner,
  type LoadedLanguageModel,
} from '#architectures/esmfold/language-model/runner';
import { tokenise } from '#architectures/esmfold/language-model/tokens';
import { languageModelBytes } from '#architectures/esmfold/memory';
import { Parameters } from '#layers/parameters';
import { embed } from '#predict/embeddings';
import { AMINO_ACIDS, scoreMutations } from '#predict/mutation-scores';
import { loadLanguageModel } from '#predict/node/load-language-model';
import { aatypeOf } from '#sequence/amino-acids';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { graphOf } from '#tensor/graph';
import { constant, gather, input, multiply } from '#tensor/ops';
import type { HostTensor } from '#tensor/tensor';
import { parseFile } from '#weights/node/open-file';
import { isInstalled } from '#weights/node/pull';
import { findModel } from '#weights/registry';
import { readSafetensors } from '#weights/safetensors';

const SEQUENCE = 'LAGVSERMKTXVRQGWC';
const MASKED_POSITION = 4;
const LETTER_TOKENS = 'LAGVSERTIDPKQNFYMHWC';
const folder = fileURLToPath(new URL('../fixtures/esm2-tiny/', import.meta.url));
const golden = parseFile(`${folder}golden.safetensors`, readSafetensors);

/** A golden tensor without the rows of start and end tokens. */
function ofResidues(name: string): HostTensor {
  const [, numTokens, channels] = golden.info(name).shape as [number, number, number];
  const data = golden.read(name).slice(channels, (numTokens - 1) * channels);
  return { shape: [numTokens - 2, channels], data };
}

const engine = nodeEngine(1);
const runner = new LanguageModelRunner(engine, loadLanguageModel(folder));
afterAll(() => runner.close());

it('reads letters as tokens with a start and an end', () => {
  expect([...tokenise(aatypeOf('LAGVS'))]).toEqual([0, 4, 5, 6, 7, 8, 2]);
  expect([...tokenise(aatypeOf('MKTVRQG'))]).toEqual([0, 20, 15, 11, 7, 10, 16, 6, 2]);
});

describe('a tiny ESM-2', () => {
  it('gives the representations, logits and contacts of transformers', async () => {
    const { tensors } = await embed(runner, { name: 'tiny', sequence: SEQUENCE }, [
      'per-residue',
      'mean',
      'contacts',
      'logits',
    ]);
    const close = { atol: 1e-4, rtol: 0 };
    expect(tensors.get('per-residue')!).toBeCloseToTensor(ofResidues('representation'), close);
    expect(tensors.get('logits')!).toBeCloseToTensor(ofResidues('logits'), close);
    const contacts = { shape: [17, 17], data: golden.read('contacts') };
    expect(tensors.get('contacts')!).toBeCloseToTensor(contacts, { atol: 1e-5, rtol: 0 });
  });

  it.each([
    ['masked-marginals', 'masked_logits'],
    ['wildtype-marginals', 'logits'],
  ] as const)('scores mutants by %s from the logits of transformers', async (method, logits) => {
    const { logOdds } = await scoreMutations(
      runner,
      { name: 'tiny', sequence: SEQUENCE },
      { method },
    );
    const { data } = ofResidues(logits);
    const row = data.subarray(MASKED_POSITION * 33, (MASKED_POSITION + 1) * 33);
    const logitOf = (letter: string) => row[4 + LETTER_TOKENS.indexOf(letter)]!;
    const expected = AMINO_ACIDS.map((letter) => logitOf(letter) - logitOf('S'));
    const got = logOdds.subarray(MASKED_POSITION * 20, (MASKED_POSITION + 1) * 20);
    expect(got).toBeCloseToTensor(expected, { atol: 2e-4, rtol: 0 });
  });

  it('takes as many positions at once as fit into memory', async () => {
    const sizes = { batch: 5, numResidues: 85 };
    const memoryBytes = () => languageModelBytes(runner.config, sizes);
    const small = new LanguageModelRunner(engine, loadLanguageModel(folder), { memoryBytes });
    expect(small.largestBatch(85, 47)).toBe(5);
    expect(small.largestBatch(85_000, 47)).toBe(1);
    const chain = { name: 'long', sequence: SEQUENCE.replace('X', 'L').repeat(5) };
    const [scores, expected] = [
      await scoreMutations(small, chain),
      await scoreMutations(runner, chain),
    ];
    await small.close();
    expect(scores.logOdds).toBeCloseToTensor(expected.logOdds, { atol: 2e-4, rtol: 0 });
  });

  it('gives the same scores however many positions run at once', async () => {
    const long = SEQUENCE.repeat(5); // 85 residues: two runs
    const { logOdds } = await scoreMutations(runner, { name: 'long', sequence: long });
    const masked = tokenise(aatypeOf(long)).with(85, 32);
    const { logits } = await runner.run({ shape: [1, 87], data: masked }, { logits: true });
    const last = logits!.data.subarray(84 * 33, 85 * 33);
    const expected = AMINO_ACIDS.map((letter) => {
      const [mutant, wildtype] = [letter, 'C'].map((one) => last[4 + LETTER_TOKENS.indexOf(one)]!);
      return mutant! - wildtype!;
    });
    expect(logOdds.subarray(84 * 20)).toBeCloseToTensor(expected, { atol: 2e-4, rtol: 0 });
  });
});

/**
 * Logits of all tokens, none of which counts as padding: so the published values were made.
 *
 * @returns `[T, 33]`
 */
async function logitsOf(model: LoadedLanguageModel, ids: readonly number[]): Promise<HostTensor> {
  const { config, weights } = model;
  const parameters = new Parameters();
  const esm = parameters.within('esm');
  const table = tokenTable(esm, config.channels);
  const mask = constant(
    ids.map(() => 1),
    [1, ids.length],
  );
  let hidden = multiply(gather(table, input('tokens', [1, ids.length], 'int32')), 0.88);
  for (let i = 0; i < config.numLayers; i++) {
    hidden = languageModelLayer(esm.within(`encoder.layer.${i}`), hidden, mask, config).hidden;
  }
  const last = finalNorm(esm, hidden, config);
  const logits = maskedResidueLogits(parameters.within('lm_head'), table, last);
  const executable = await engine.compile(graphOf({ logits }));
  const feeds = [...parameters.all.keys()].map((name): [string, HostTensor] => [
    name,
    { shape: weights.info(name).shape, data: weights.read(name) },
  ]);
  const tokens = { shape: [1, ids.length], data: Int32Array.from(ids) };
  const { logits: got } = await executable.run({ tokens, ...Object.fromEntries(feeds) });
  await executable.dispose();
  return { shape: got.shape.slice(1), data: got.data };
}

describe('logits of bare token ids', () => {
  it('are those of transformers for the tiny model', async () => {
    const model = loadLanguageModel(folder);
    const { data } = await logitsOf(model, [...tokenise(aatypeOf(SEQUENCE))]);
    model.weights.close();
    expect(data).toBeCloseToTensor(golden.read('logits'), { atol: 1e-4, rtol: 0 });
  });

  const name = 'esm2_t6_8M_UR50D';
  const check = `are the published ones for ids 0 to 5 of ${name}`;
  if (isInstalled(findModel(name))) {
    it(check, async () => {
      const model = loadLanguageModel(name);
      const { data } = await logitsOf(model, [0, 1, 2, 3, 4, 5]);
      model.weights.close();
      const corner = [0, 1, 2].flatMap((row) => [...data.subarray(33 * row, 33 * row + 3)]);
      expect(corner).toBeCloseToTensor(
        [8.9215, -10.5898, -6.4671, -6.3967, -13.9114, -1.1212, -7.7812, -13.9516, -3.7406],
        { atol: 1e-4, rtol: 0 },
      );
    });
  } else {
    it(`NOT RUN, the model is not installed (codonfold models pull ${name}): ${check}`, () => {
      expect(() => loadLanguageModel(name)).toThrow(/not installed/);
    });
  }
});
