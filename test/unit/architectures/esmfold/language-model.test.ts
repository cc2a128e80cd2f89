import { describe, expect, it } from 'vitest';
import {
  addToMix,
  embedAttentionMaps,
  embedSequence,
  mixStates,
} from '#architectures/esmfold/embedder';
import { contactEvidence } from '#architectures/esmfold/language-model/contacts';
import {
  embedTokens,
  languageModelLayer,
  mapsOfResidues,
  tokenMask,
} from '#architectures/esmfold/language-model/language-model';
import {
  rotaryAngles,
  rotaryFrequencies,
  rotatePositions,
} from '#architectures/esmfold/language-model/rotary';
import { sequenceToPair } from '#architectures/esmfold/trunk/sequence-to-pair';
import { Parameters } from '#layers/parameters';
import { constant, input } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import { randomTensor } from '../../../helpers/random.js';
import { evaluate } from '../../../helpers/reference-engine.js';

const valuesOf = (tensor: Tensor, feeds: Record<string, ArrayLike<number>> = {}) =>
  evaluate([tensor], feeds)[0]!;
const random = (shape: readonly number[], seed: number) => {
  const { data } = randomTensor(shape, seed);
  return { data, tensor: constant(data, shape) };
};
const [CLS, PAD, EOS, A, MASK] = [0, 1, 2, 5, 32];
const CONFIG = {
  numLayers: 1,
  channels: 3,
  numHeads: 1,
  transitionChannels: 5,
  layerNormEpsilon: 1e-5,
  tokenDropout: true,
};

describe('tokens', () => {
  const rows = [CLS, A, MASK, EOS, PAD, CLS, A, A, A, EOS, PAD, PAD, PAD, PAD, PAD];
  const tokens = constant(Int32Array.from(rows), [3, 5]);

  it('count, but for padding', () => {
    expect(Array.from(valuesOf(tokenMask(tokens)))).toEqual(
      rows.map((token) => Number(token !== PAD)),
    );
  });

  it.each([
    // 0.12 of the tokens were masked in training; in the rows it is a quarter, none, and of none
    ['are scaled to what training masked', true, [0.88 / 0.75, 0.88, 0.88]],
    ['are left as they are', false, [1, 1, 1]],
  ])('%s', (_, tokenDropout, scales) => {
    const parameters = new Parameters();
    const embedded = embedTokens(parameters, tokens, { ...CONFIG, tokenDropout });
    const table = randomTensor([33, 3], 1).data;
    const values = valuesOf(embedded, { 'embeddings.word_embeddings.weight': table });
    const expected = rows.flatMap((token, at) => {
      const isKept = token !== PAD && !(tokenDropout && token === MASK);
      const scale = isKept ? scales[Math.floor(at / 5)]! : 0;
      return [0, 1, 2].map((c) => scale * table[3 * token + c]!);
    });
    expect(values).toBeCloseToTensor(expected);
  });
});

describe('rotary positions', () => {
  it('turn by frequencies that fall from 1', () => {
    expect(rotaryFrequencies(8)).toBeCloseToTensor([1, 0.1, 0.01, 0.001], { rtol: 1e-6, atol: 0 });
  });

  it('turn each channel with the one that stands half a head further', () => {
    const [T, D] = [3, 4];
    const x = random([2, T, D], 1);
    const angles = rotaryAngles(constant([0.5, 0.2]), T);
    const turned = valuesOf(rotatePositions(x.tensor, angles));
    for (let row = 0; row < 2 * T; row++)
      for (let i = 0; i < 2; i++) {
        const angle = (row % T) * [0.5, 0.2][i]!;
        const [a, b] = [x.data[row * D + i]!, x.data[row * D + i + 2]!];
        expect(turned[row * D + i]).toBeCloseTo(a * Math.cos(angle) - b * Math.sin(angle), 6);
        expect(turned[row * D + i + 2]).toBeCloseTo(b * Math.cos(angle) + a * Math.sin(angle), 6);
      }
  });
});

describe('a layer of the language model', () => {
  it('attends to nothing that pads, and to all else with shares of 1', () => {
    const [T, C, H] = [5, 8, 2];
    const parameters = new Parameters();
    const config = { ...CONFIG, channels: C, numHeads: H, transitionChannels: 7 };
    const mask = constant([1, 1, 1, 1, 0], [1, T]);
    const { hidden, attention } = languageModelLayer(parameters, random([1, T, C], 1).tensor, mask, config); // prettier-ignore
    expect(hidden.shape).toEqual([1, T, C]);
    expect(attention.shape).toEqual([1, H, T, T]);
    const feeds = Object.fromEntries(
      [...parameters.all].map(([name, { tensor, initialisation }], i) => [
        name,
        initialisation instanceof Float32Array
          ? initialisation
          : randomTensor(tensor.shape, i).data,
      ]),
    );
    const shares = valuesOf(attention, feeds);
    for (let row = 0; row < H * T; row++) {
      expect(shares[row * T + 4]).toBe(0);
      expect(shares.slice(row * T, row * T + T).reduce((a, b) => a + b)).toBeCloseTo(1, 10);
    }
    expect(parameters.all.get('intermediate.dense.weight')!.tensor.shape).toEqual([7, C]);
  });
});

describe('attention of the language model', () => {
  const [H, N] = [2, 3];
  const T = N + 2;
  const attention = random([1, H, T, T], 1);
  const of = (head: number, i: number, j: number): number =>
    attention.data[(head * T + i + 1) * T + j + 1]!;
  const residues = [0, 1, 2];

  it('becomes maps of residues: how much j attends to i, a channel for each head', () => {
    const maps = mapsOfResidues(attention.tensor);
    expect(maps.shape).toEqual([1, N, N, H]);
    expect(Array.from(valuesOf(maps))).toEqual(
      residues.flatMap((i) => residues.flatMap((j) => [of(0, j, i), of(1, j, i)])),
    );
  });

  it('speaks for contacts where it is more than rows and columns explain', () => {
    const weights = [0.7, -1.3];
    const evidence = contactEvidence(attention.tensor, constant(weights));
    expect(evidence.shape).toEqual([1, N, N]);
    const both = (head: number, i: number, j: number) => of(head, i, j) + of(head, j, i);
    const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
    const expected = residues.flatMap((i) =>
      residues.map((j) =>
        sum(
          weights.map((weight, head) => {
            const row = sum(residues.map((k) => both(head, i, k)));
            const column = sum(residues.map((k) => both(head, k, j)));
            const all = sum(residues.flatMap((a) => residues.map((b) => both(head, a, b))));
            return weight * (both(head, i, j) - (row * column) / all);
          }),
        ),
      ),
    );
    expect(valuesOf(evidence)).toBeCloseToTensor(expected);
  });
});

describe('what a trunk starts from', () => {
  it('is a mix of all hidden states by shares of 1', () => {
    const states = [1, 2, 3].map((seed) => random([1, 2, 3], seed));
    const parameters = new Parameters();
    const mixed = mixStates(parameters, states.map(({ tensor }) => tensor)); // prettier-ignore
    const logits = [0, Math.log(2), Math.log(5)];
    const expected = Array.from(states[0]!.data, (_, at) =>
      [1, 2, 5].reduce((sum, share, i) => sum + (share / 8) * states[i]!.data[at]!, 0),
    );
    expect(valuesOf(mixed, { esm_s_combine: logits })).toBeCloseToTensor(expected);
    const first = addToMix(undefined, states[0]!.tensor, constant([2]));
    expect(valuesOf(first)).toBeCloseToTensor(Array.from(states[0]!.data, (x) => 2 * x));
  });

  it('has rows of 23 residue types, and an MLP for states and maps', () => {
    const parameters = new Parameters();
    const aatype = constant(Int32Array.of(3, 20), [1, 2]);
    const single = embedSequence(parameters, input('mixed', [1, 2, 5]), aatype, 3);
    const pair = embedAttentionMaps(parameters, input('maps', [1, 2, 2, 7]), 4);
    expect([single.shape, pair.shape]).toEqual([
      [1, 2, 3],
      [1, 2, 2, 4],
    ]);
    const shapes = Object.fromEntries(
      [...parameters.all].map(([name, { tensor }]) => [name, tensor.shape.join('×')]),
    );
    expect(shapes).toMatchObject({
      'embedding.weight': '23×3',
      'esm_s_mlp.1.weight': '3×5',
      'esm_s_mlp.3.weight': '3×3',
      'esm_z_mlp.1.weight': '4×7',
      'esm_z_mlp.3.weight': '4×4',
    });
    const zeros = Object.fromEntries(
      [...parameters.all].map(([name, { tensor }]) => [
        name,
        new Float32Array(tensor.shape.reduce((a, b) => a * b, 1)),
      ]),
    );
    const table = randomTensor([23, 3], 1).data;
    const values = valuesOf(single, { ...zeros, mixed: new Float32Array(10), 'embedding.weight': table }); // prettier-ignore
    expect(values).toBeCloseToTensor([...table.subarray(9, 12), ...table.subarray(60, 63)]);
  });
});

describe('what residues say to pairs', () => {
  it('is the product and the difference of their projections', () => {
    const [N, C_S, C_Z] = [3, 5, 4];
    const parameters = new Parameters();
    const single = random([1, N, C_S], 1);
    const update = sequenceToPair(parameters, single.tensor, C_Z);
    const feeds = Object.fromEntries(
      [...parameters.all].map(([name, { tensor }], i) => [name, randomTensor(tensor.shape, 9 + i).data]), // prettier-ignore
    );
    const projected = [0, 1, 2].map((i) => {
      const x = Array.from(single.data.subarray(i * C_S, (i + 1) * C_S));
      const mean = x.reduce((a, b) => a + b) / C_S;
      const deviation = Math.sqrt(x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / C_S + 1e-5);
      return Array.from({ length: C_Z }, (_, row) =>
        x.reduce(
          (sum, v, c) =>
            sum +
            feeds['proj.weight']![row * C_S + c]! *
              (((v - mean) / deviation) * feeds['layernorm.weight']![c]! +
                feeds['layernorm.bias']![c]!),
          feeds['proj.bias']![row]!,
        ),
      );
    });
    const expected = [0, 1, 2].flatMap((i) =>
      [0, 1, 2].flatMap((j) => {
        const [q, k] = [projected[j]!.slice(0, 2), projected[i]!.slice(2)];
        const joined = [...q.map((x, c) => x * k[c]!), ...q.map((x, c) => x - k[c]!)];
        return Array.from({ length: C_Z }, (_, row) =>
          joined.reduce(
            (sum, x, c) => sum + feeds['o_proj.weight']![row * C_Z + c]! * x,
            feeds['o_proj.bias']![row]!,
          ),
        );
      }),
    );
    expect(update.shape).toEqual([1, N, N, C_Z]);
    expect(valuesOf(update, feeds)).toBeCloseToTensor(expected);
  });
});
