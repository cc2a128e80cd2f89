import { describe, expect, it } from 'vitest';
import { attentionWithPairBias } from '#layers/attention';
import { embedDistances } from '#layers/distance-bins';
import { layerNormLayer, linearLayer, OPENFOLD_TRANSITION, transition } from '#layers/elementary';
import { maskBias } from '#layers/masks';
import { Parameters } from '#layers/parameters';
import { relativePosition } from '#layers/relative-position';
import { pairBias, rowAttention } from '#layers/row-attention';
import { inRowChunks, rowsAtOnce } from '#layers/row-chunks';
import { identityFrames, scaleFrames, startFrames } from '#layers/structure-module/frames';
import { triangleAttention } from '#layers/triangle-attention';
import { triangleMultiplication } from '#layers/triangle-multiplication';
import { add, constant, input, multiply, slice } from '#tensor/ops';
import type { Tensor } from '#tensor/tensor';
import { randomTensor } from '../../helpers/random.js';
import { evaluate } from '../../helpers/reference-engine.js';

const valuesOf = (tensor: Tensor, feeds: Record<string, ArrayLike<number>> = {}) =>
  evaluate([tensor], feeds)[0]!;
const random = (shape: readonly number[], seed: number) => {
  const { data } = randomTensor(shape, seed);
  return { data, tensor: constant(data, shape) };
};

/** Random numbers for all learned tensors, by name. */
function learned({ all }: Parameters): Record<string, Float32Array> {
  return Object.fromEntries(
    [...all].map(([name, { tensor }], i) => [name, randomTensor(tensor.shape, 50 + i).data as Float32Array]), // prettier-ignore
  );
}

/** `weight · x + bias` by plain loops. */
function plainLinear(x: ArrayLike<number>, weight: ArrayLike<number>, bias?: ArrayLike<number>) {
  const size = x.length;
  return Array.from({ length: weight.length / size }, (_, row) =>
    Array.from(x).reduce(
      (sum, value, i) => sum + weight[row * size + i]! * value,
      bias?.[row] ?? 0,
    ),
  );
}

/** Layer norm of one row by the definition. */
function plainNorm(x: readonly number[], scale: ArrayLike<number>, offset: ArrayLike<number>) {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  return x.map(
    (value, i) => ((value - mean) / Math.sqrt(variance + 1e-5)) * scale[i]! + offset[i]!,
  );
}

const rowsOf = (values: ArrayLike<number>, size: number) =>
  Array.from({ length: values.length / size }, (_, row) =>
    Array.from({ length: size }, (_, i) => values[row * size + i]!),
  );
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
function softmax(logits: readonly number[]): number[] {
  const shares = logits.map((x) => Math.exp(x - Math.max(...logits)));
  const sum = shares.reduce((a, b) => a + b, 0);
  return shares.map((share) => share / sum);
}

describe('learned tensors', () => {
  it('are handed out by their full names, once', () => {
    const parameters = new Parameters();
    const scope = parameters.within('a').within('b');
    const weight = scope.get('weight', [2, 3], 'lecun');
    expect(scope.get('weight', [2, 3], 'lecun')).toBe(weight);
    expect(() => scope.get('weight', [3, 2], 'lecun')).toThrow('a.b.weight was asked for in two');
    scope.fixed('table', Float32Array.of(1, 2, 3, 4));
    expect([...parameters.all.keys()]).toEqual(['a.b.weight', 'a.b.table']);
    expect(parameters.all.get('a.b.table')!.tensor.shape).toEqual([4]);
    expect([...parameters.all.values()].map(({ isTrained }) => isTrained)).toEqual([true, false]);
  });

  it('of a linear layer are weight and bias, unless it has none', () => {
    const x = input('x', [2, 3]);
    const names = (bias?: boolean) => {
      const parameters = new Parameters();
      linearLayer(parameters, x, 5, bias === undefined ? {} : { bias });
      return [...parameters.all].map(([name, { tensor }]) => `${name} ${tensor.shape.join('×')}`);
    };
    expect(names()).toEqual(['weight 5×3', 'bias 5']);
    expect(names(false)).toEqual(['weight 5×3']);
  });
});

describe('a transition', () => {
  it.each([
    ['as ESMFold names its layers', undefined, undefined, ['mlp.0', 'mlp.1', 'mlp.3'], 4],
    ['as OpenFold does', 3, OPENFOLD_TRANSITION, ['layer_norm', 'linear_1', 'linear_2'], 3],
  ] as const)(
    'is norm, widening, relu, narrowing and residual, %s',
    (_, factor, names, scopes, wide) => {
      const parameters = new Parameters();
      const x = random([2, 3], 1);
      const result = transition(parameters, x.tensor, factor, names);
      const feeds = learned(parameters);
      const [norm, widen, narrow] = scopes;
      expect(parameters.all.get(`${widen}.weight`)!.tensor.shape).toEqual([wide * 3, 3]);
      const expected = rowsOf(x.data, 3).flatMap((row) => {
        const normalised = plainNorm(row, feeds[`${norm}.weight`]!, feeds[`${norm}.bias`]!);
        const hidden = plainLinear(normalised, feeds[`${widen}.weight`]!, feeds[`${widen}.bias`]);
        const update = plainLinear(
          hidden.map((value) => Math.max(0, value)),
          feeds[`${narrow}.weight`]!,
          feeds[`${narrow}.bias`],
        );
        return row.map((value, i) => value + update[i]!);
      });
      expect(valuesOf(result, feeds)).toBeCloseToTensor(expected);
    },
  );

  it('adds nothing before it is trained', () => {
    const parameters = new Parameters();
    transition(parameters, input('x', [2, 3]));
    expect(parameters.all.get('mlp.3.weight')!.initialisation).toBe('zeros');
  });
});

describe('a layer norm', () => {
  it('keeps to the epsilon that it is given', () => {
    const parameters = new Parameters();
    const x = constant([0.01, -0.01], [1, 1, 2]);
    const result = layerNormLayer(parameters, x, 1);
    const values = valuesOf(result, { weight: [2, 2], bias: [1, 1] });
    expect(values).toBeCloseToTensor([1.02, 0.98], { atol: 1e-4 });
  });
});

describe('masks', () => {
  it('cost nothing where they are 1 and everything where they are 0', () => {
    expect(Array.from(valuesOf(maskBias(constant([1, 0, 1]))), (x) => x + 0)).toEqual([0, -1e9, 0]);
  });
});

describe('bins of distances', () => {
  it('begin beyond each limit, a distance on a limit being in the bin below', () => {
    const table = constant([10, 1, 20, 2, 30, 3], [3, 2]);
    const squares = constant([0, 8.99, 9, 9.01, 25, 25.01], [1, 2, 3]);
    const rows = embedDistances(squares, [3, 5], table);
    expect(rows.shape).toEqual([1, 2, 3, 2]);
    const first = [10, 1];
    const second = [20, 2];
    expect(valuesOf(rows)).toBeCloseToTensor([first, first, first, second, second, [30, 3]].flat());
  });
});

describe('relative positions', () => {
  it('are rows of a table that has one for padding and one for each distance', () => {
    const parameters = new Parameters();
    const bins = constant(Int32Array.of(0, 3, 7, 1, 2, 4, 5, 6, 0), [1, 3, 3]);
    const embedded = relativePosition(parameters, bins, 3, 5);
    const { tensor } = parameters.all.get('embedding.weight')!;
    expect(tensor.shape).toEqual([8, 5]);
    const feeds = learned(parameters);
    const rows = rowsOf(feeds['embedding.weight']!, 5);
    expect(valuesOf(embedded, feeds)).toBeCloseToTensor(
      [0, 3, 7, 1, 2, 4, 5, 6, 0].flatMap((row) => rows[row]!),
    );
  });
});

describe('chunks of rows', () => {
  it.each([
    [7, undefined, [[0, 7]]],
    [
      7,
      3,
      [
        [0, 3],
        [3, 6],
        [6, 7],
      ],
    ],
    [
      6,
      3,
      [
        [0, 3],
        [3, 6],
      ],
    ],
    [
      3,
      1,
      [
        [0, 1],
        [1, 2],
        [2, 3],
      ],
    ],
    [3, 9, [[0, 3]]],
  ] as const)('of %d rows, %s at once, cover each row once', (numRows, chunkSize, expected) => {
    const x = random([2, numRows, 5], 1);
    const taken: [number, number][] = [];
    const whole = inRowChunks(numRows, chunkSize, (start, end) => {
      taken.push([start, end]);
      return multiply(slice(x.tensor, 1, start, end), 3);
    });
    expect(taken).toEqual(expected);
    expect(whole.shape).toEqual([2, numRows, 5]);
    expect(valuesOf(whole)).toBeCloseToTensor(Array.from(x.data, (value) => 3 * value));
  });

  it('are as large as bytes allow, of 4 a number, and never empty', () => {
    expect(rowsAtOnce(undefined, 10)).toBeUndefined();
    expect(rowsAtOnce(1200, 100)).toBe(3);
    expect(rowsAtOnce(1199, 100)).toBe(2);
    expect(rowsAtOnce(1, 100)).toBe(1);
  });
});

describe('triangle updates', () => {
  const [N, C] = [5, 4];
  const pair = random([1, N, N, C], 1).tensor;
  const mask = constant(
    Array.from({ length: N * N }, (_, at) => Number(at % N !== 2 && Math.floor(at / N) !== 2)),
    [1, N, N],
  );
  const updates = {
    outgoing: (parameters: Parameters, chunkSize?: number) =>
      triangleMultiplication(parameters, pair, mask, 'outgoing', { hiddenChannels: 3, chunkSize }),
    incoming: (parameters: Parameters, chunkSize?: number) =>
      triangleMultiplication(parameters, pair, mask, 'incoming', { hiddenChannels: 3, chunkSize }),
    starting: (parameters: Parameters, chunkSize?: number) =>
      triangleAttention(parameters, pair, mask, 'starting', { numHeads: 2, headChannels: 3, chunkSize }), // prettier-ignore
    ending: (parameters: Parameters, chunkSize?: number) =>
      triangleAttention(parameters, pair, mask, 'ending', { numHeads: 2, headChannels: 3, chunkSize }), // prettier-ignore
  };

  it.each(Object.entries(updates))('of %s edges are the same a few rows at a time', (_, update) => {
    const parameters = new Parameters();
    const whole = update(parameters);
    const feeds = learned(parameters);
    expect(whole.shape).toEqual([1, N, N, C]);
    for (const chunkSize of [1, 2, 5])
      expect(valuesOf(update(parameters, chunkSize), feeds)).toBeCloseToTensor(
        valuesOf(whole, feeds),
      );
  });

  it('of no mask are those of a mask that keeps all', () => {
    const all = constant(new Float32Array(N * N).fill(1), [1, N, N]);
    for (const given of [undefined, all]) {
      const parameters = new Parameters();
      const product = triangleMultiplication(parameters, pair, given, 'outgoing');
      const withMask = triangleMultiplication(parameters, pair, all, 'outgoing');
      expect(parameters.all.get('linear_a_p.weight')!.tensor.shape).toEqual([C, C]);
      const feeds = learned(parameters);
      expect(valuesOf(product, feeds)).toEqual(valuesOf(withMask, feeds));
    }
  });
});

describe('attention of residues', () => {
  const [N, H, D] = [3, 2, 2];
  const C = H * D;
  const mask = [1, 0, 1];

  it('is that of plain loops: biased by pairs, masked, gated', () => {
    const parameters = new Parameters();
    const single = random([1, N, C], 1);
    const bias = random([1, H, N, N], 2);
    const { update, weights } = attentionWithPairBias(parameters, single.tensor, bias.tensor, constant(mask, [1, N]), D); // prettier-ignore
    const feeds = learned(parameters);
    const rows = rowsOf(single.data, C);
    const projected = rows.map((row) => plainLinear(row, feeds['proj.weight']!));
    /** Part 0 is the query, 1 the key, 2 the value. */
    const part = (i: number, head: number, which: number) =>
      projected[i]!.slice(head * 3 * D + which * D, head * 3 * D + (which + 1) * D);
    const shares = (head: number, i: number) =>
      softmax(
        mask.map((isUsed, j) => {
          const product = part(i, head, 0).reduce((sum, q, d) => sum + q * part(j, head, 1)[d]!, 0);
          const places = bias.data[(head * N + i) * N + j]!;
          return isUsed === 1 ? product / Math.sqrt(D) + places : -Infinity;
        }),
      );
    const heads = [0, 1];
    expect(valuesOf(weights, feeds)).toBeCloseToTensor(
      heads.flatMap((head) => mask.flatMap((_, i) => shares(head, i))),
    );
    const expected = rows.flatMap((row, i) => {
      const gathered = heads.flatMap((head) => {
        const of = shares(head, i);
        return [0, 1].map((d) =>
          of.reduce((sum, share, j) => sum + share * part(j, head, 2)[d]!, 0),
        );
      });
      const gate = plainLinear(row, feeds['g_proj.weight']!, feeds['g_proj.bias']).map(sigmoid);
      return plainLinear(
        gathered.map((value, c) => value * gate[c]!),
        feeds['o_proj.weight']!,
        feeds['o_proj.bias'],
      );
    });
    expect(valuesOf(update, feeds)).toBeCloseToTensor(expected);
  });

  it('starts with open gates and adds nothing', () => {
    const parameters = new Parameters();
    attentionWithPairBias(parameters, input('x', [1, N, C]), input('b', [1, H, N, N]), constant(mask, [1, N]), D); // prettier-ignore
    const startOf = (name: string) => parameters.all.get(name)!.initialisation;
    expect(startOf('g_proj.bias')).toBe('ones');
    expect(startOf('g_proj.weight')).toBe('zeros');
    expect(startOf('o_proj.weight')).toBe('zeros');
    expect(parameters.all.has('proj.bias')).toBe(false);
  });
});

describe('attention within rows', () => {
  const [I, N, C, H, D] = [2, 3, 5, 2, 4];

  it('is that of plain loops, and rows do not meet', () => {
    const parameters = new Parameters();
    const rows = random([1, I, N, C], 1);
    const mask = [1, 0, 1, 1, 1, 0];
    const bias = random([1, 1, H, N, N], 2);
    const terms = { mask: constant(mask, [1, I, N]), bias: bias.tensor };
    const sizes = { numHeads: H, headChannels: D };
    const update = rowAttention(parameters, rows.tensor, terms, sizes);
    const feeds = learned(parameters);
    const weightOf = (name: string) => feeds[`${name}.weight`]!;
    const places = rowsOf(rows.data, C);
    const expected = places.flatMap((place, at) => {
      const [row, i] = [Math.floor(at / N), at % N];
      const joined = [...Array(H).keys()].flatMap((head) => {
        const of = (name: string, j: number) =>
          plainLinear(places[row * N + j]!, weightOf(name)).slice(head * D, (head + 1) * D);
        const shares = softmax(
          [...Array(N).keys()].map((j) => {
            const product = of('linear_q', i).reduce(
              (sum, q, d) => sum + q * of('linear_k', j)[d]!,
              0,
            );
            const closing = bias.data[(head * N + i) * N + j]!;
            return mask[row * N + j] === 1 ? product / Math.sqrt(D) + closing : -Infinity;
          }),
        );
        return [...Array(D).keys()].map((d) =>
          shares.reduce((sum, share, j) => sum + share * of('linear_v', j)[d]!, 0),
        );
      });
      const gate = plainLinear(place, weightOf('linear_g'), feeds['linear_g.bias']).map(sigmoid);
      const gated = joined.map((value, c) => value * gate[c]!);
      return plainLinear(gated, weightOf('linear_o'), feeds['linear_o.bias']);
    });
    expect(update.shape).toEqual([1, I, N, C]);
    expect(valuesOf(update, feeds)).toBeCloseToTensor(expected);
    expect([...parameters.all.keys()].filter((name) => name.endsWith('bias'))).toEqual([
      'linear_g.bias',
      'linear_o.bias',
    ]);
  });

  it('attends to all places where there is no mask', () => {
    const parameters = new Parameters();
    const rows = random([1, I, N, C], 1).tensor;
    const sizes = { numHeads: H, headChannels: D };
    const without = rowAttention(parameters, rows, {}, sizes);
    const all = rowAttention(parameters, rows, { mask: constant(Array(6).fill(1), [1, I, N]) }, sizes); // prettier-ignore
    const feeds = learned(parameters);
    expect(valuesOf(without, feeds)).toBeCloseToTensor(valuesOf(all, feeds));
  });

  it('is biased by a number of each pair for each head', () => {
    const parameters = new Parameters();
    const pair = random([1, N, N, C], 3);
    const bias = pairBias(parameters, pair.tensor, H);
    const feeds = learned(parameters);
    expect([...parameters.all.keys()]).toEqual(['weight']);
    expect(bias.shape).toEqual([1, 1, H, N, N]);
    const perPair = rowsOf(pair.data, C).map((row) => plainLinear(row, feeds['weight']!));
    const expected = [0, 1].flatMap((head) => perPair.map((ofHeads) => ofHeads[head]!));
    expect(valuesOf(bias, feeds)).toBeCloseToTensor(expected);
  });
});

describe('frames of a structure module', () => {
  it('start at the origin, unturned, or where they are fed, in units of length', () => {
    const { quaternion, translation } = identityFrames(2, 3);
    expect(quaternion.shape).toEqual([2, 3, 4]);
    expect(Array.from(valuesOf(quaternion))).toEqual(Array(6).fill([1, 0, 0, 0]).flat());
    expect(translation.shape).toEqual([2, 3, 3]);
    expect(Array.from(valuesOf(translation))).toEqual(Array(18).fill(0));
    const fed = startFrames(1, 2, 10);
    expect(fed.quaternion.shape).toEqual([1, 2, 4]);
    const feeds = { startTranslation: [10, 20, 30, -10, 0, 5] };
    expect(valuesOf(fed.translation, feeds)).toBeCloseToTensor([1, 2, 3, -1, 0, 0.5]);
    const back = scaleFrames({ ...fed, translation: add(fed.translation, 1) }, 10);
    expect(valuesOf(back.translation, feeds)).toBeCloseToTensor([20, 30, 40, 0, 10, 15]);
    expect(back.quaternion).toBe(fed.quaternion);
  });
});
