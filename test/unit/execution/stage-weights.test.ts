import { describe, expect, it } from 'vitest';
import { keptBytes, narrowTypeOf, stageWeights } from '#execution/stage-weights';
import { scalesOf } from '#tensor/narrow';
import { memoryBytes } from '#weights/byte-source';
import { float16ToFloat32 } from '#weights/half-precision';
import { dequantised } from '#weights/int8';
import { joined } from '#weights/join';
import { renamed } from '#weights/rename';
import { readSafetensors } from '#weights/safetensors';
import type { TensorSource } from '#weights/tensor-source';
import { writeSafetensors, type TensorToWrite } from '#weights/write-safetensors';

const LAYERS = [0, 1, 2];
const STAGE = {};

/** Layers with a matrix in float16 and a bias, and a table outside them. */
function source(): TensorSource {
  const tensor = (dtype: 'F16' | 'F32', shape: number[], start: number) => ({
    dtype,
    shape,
    values: Float32Array.from(
      { length: shape.reduce((a, b) => a * b) },
      (_, i) => start + i / 8, // exact in float16
    ),
  });
  const tensors = LAYERS.flatMap((layer) => [
    [`layer.${layer}.weight`, tensor('F16', [3, 5], 10 * layer)] as const,
    [`layer.${layer}.bias`, tensor('F32', [3], -layer)] as const,
  ]);
  const file = writeSafetensors(new Map([...tensors, ['table', tensor('F32', [7, 2], 100)]]));
  return readSafetensors(memoryBytes(file, 'test'));
}

const NAMES = ['weight', 'bias'];

describe('weights for an engine that takes float16', () => {
  it('stay as they are stored, in buffers that the layers share', () => {
    const weights = stageWeights(source(), { holding: 'streamed', takesNarrow: true });
    const first = weights.load(STAGE, 'layer.0.', NAMES);
    expect(first['bias']!.data).toBeInstanceOf(Float32Array);
    const { data, shape } = weights.load(STAGE, 'layer.2.', NAMES)['weight']!;
    expect(shape).toEqual([3, 5]);
    expect(data).toBeInstanceOf(Uint16Array);
    expect(data.buffer).toBe(first['weight']!.data.buffer);
    const values = new Float32Array(15);
    float16ToFloat32(data as Uint16Array, values);
    expect(values).toEqual(source().read('layer.2.weight'));
  });
});

/** A matrix in int8. */
function quantised(): TensorSource {
  const tensors = new Map<string, TensorToWrite>([
    ['a.weight', { dtype: 'I8', shape: [2, 3], values: Int8Array.of(1, -2, 3, 4, 5, -127) }],
    ['a.weight.scale', { dtype: 'F32', shape: [2], values: Float32Array.of(0.5, 2) }],
  ]);
  return dequantised(readSafetensors(memoryBytes(writeSafetensors(tensors), 'test')));
}

it.each([
  ['another name', () => renamed(quantised(), (name) => name.replace('a.', 'b.'), 'test')],
  [
    'several files',
    () => joined([source(), renamed(quantised(), (name) => name.replace('a.', 'b.'), 'x')], 'test'),
  ],
])('int8 weights stay int8 under %s, with their scales', (_, open) => {
  const checkpoint = open();
  expect(narrowTypeOf(checkpoint, 'b.weight')).toBe('int8');
  const weights = stageWeights(checkpoint, { holding: 'streamed', takesNarrow: true });
  expect(weights.load(STAGE, 'b.', ['weight'])[scalesOf('weight')]!.data).toEqual(
    Float32Array.of(0.5, 2),
  );
  expect(checkpoint.has('c.weight.scale')).toBe(false);
});

describe.each(['kept', 'streamed'] as const)(
  '%s weights for an engine that takes int8',
  (holding) => {
    it('come with the scales of their rows', () => {
      const weights = stageWeights(quantised(), { holding, takesNarrow: true });
      expect(weights.load(STAGE, 'a.', ['weight'])).toEqual({
        weight: { shape: [2, 3], data: Int8Array.of(1, -2, 3, 4, 5, -127) },
        [scalesOf('weight')]: { shape: [2], data: Float32Array.of(0.5, 2) },
      });
    });
  },
);

describe.each(['decoded', 'kept', 'streamed'] as const)(
  'factors of int8 products that are %s',
  (holding) => {
    const factors = new Set(['weight']);

    it('are what is stored as int8, transposed', () => {
      const weights = stageWeights(quantised(), { holding });
      expect(weights.load(STAGE, 'a.', ['weight'], factors)).toEqual({
        weight: { shape: [3, 2], data: Int8Array.of(1, 4, -2, 5, 3, -127) },
        [scalesOf('weight')]: { shape: [2], data: Float32Array.of(0.5, 2) },
      });
    });

    it('are rounded from what is not, by the largest number of each row', () => {
      const weights = stageWeights(source(), { holding, takesNarrow: true });
      const { weight, bias, ...scales } = weights.load(STAGE, 'layer.0.', NAMES, factors);
      expect(bias!.data).toBeInstanceOf(Float32Array);
      expect(weight).toMatchObject({ shape: [5, 3] });
      const ofRows = scales[scalesOf('weight')]!.data;
      const exact = source().read('layer.0.weight'); // [3, 5]
      for (let row = 0; row < 3; row++)
        for (let column = 0; column < 5; column++) {
          const value = weight!.data[3 * column + row]! * ofRows[row]!;
          expect(Math.abs(value - exact[5 * row + column]!)).toBeLessThanOrEqual(ofRows[row]! / 2);
        }
    });

    it('do not stand in for the same weights elsewhere', () => {
      const weights = stageWeights(source(), { holding });
      weights.load(STAGE, 'layer.1.', NAMES, factors);
      expect(weights.load({}, 'layer.1.', NAMES)['weight']!.data).toEqual(
        source().read('layer.1.weight'),
      );
    });
  },
);

describe.each(['decoded', 'kept', 'streamed'] as const)('weights that are %s', (holding) => {
  it('are those of the scope that is asked for, in any order', () => {
    const expected = source();
    const weights = stageWeights(source(), { holding });
    for (const layer of [0, 1, 1, 2, 0]) {
      const loaded = weights.load(STAGE, `layer.${layer}.`, NAMES);
      for (const name of NAMES) {
        const full = `layer.${layer}.${name}`;
        expect(loaded[name]).toEqual({
          shape: expected.info(full).shape,
          data: expected.read(full),
        });
      }
    }
  });
});

describe('weights that are kept', () => {
  it('stay as they are stored where the engine takes that, in buffers of their own', () => {
    const weights = stageWeights(source(), { holding: 'kept', takesNarrow: true });
    const first = weights.load(STAGE, 'layer.0.', NAMES)['weight']!.data;
    expect(first).toBeInstanceOf(Uint16Array);
    expect(weights.load(STAGE, 'layer.1.', NAMES)['weight']!.data).not.toBe(first);
    expect(weights.load({}, 'layer.0.', NAMES)['weight']!.data).toBe(first);
  });

  it('take the bytes that the engine is fed', () => {
    const others = LAYERS.length * 4 * 3 + 4 * 14;
    expect(keptBytes(source(), true)).toBe(LAYERS.length * 2 * 15 + others);
    expect(keptBytes(source(), false)).toBe(LAYERS.length * 4 * 15 + others);
    expect(keptBytes(quantised(), true)).toBe(6);
  });
});

describe('weights that are decoded', () => {
  it('are float32 whatever the engine takes', () => {
    const weights = stageWeights(source(), { holding: 'decoded', takesNarrow: true });
    const { data } = weights.load(STAGE, 'layer.1.', NAMES)['weight']!;
    expect(data).toEqual(source().read('layer.1.weight'));
  });
});

describe('weights that are streamed', () => {
  it('use the same buffers for every layer of a stage, and others for other stages', () => {
    const weights = stageWeights(source(), { holding: 'streamed' });
    const first = weights.load(STAGE, 'layer.0.', NAMES)['weight']!.data;
    expect(weights.load(STAGE, 'layer.2.', NAMES)['weight']!.data.buffer).toBe(first.buffer);
    expect(weights.load({}, 'layer.1.', NAMES)['weight']!.data.buffer).not.toBe(first.buffer);
  });

  it('are not read again for the scope that was loaded last', () => {
    let numReads = 0;
    const inner = source();
    const counting = {
      ...inner,
      read: (name: string, into?: Float32Array) => {
        numReads++;
        return inner.read(name, into);
      },
    };
    const weights = stageWeights(counting, { holding: 'streamed' });
    weights.load(STAGE, 'layer.1.', NAMES);
    weights.load(STAGE, 'layer.1.', NAMES);
    expect(numReads).toBe(2);
  });

  it('are whole again after a read that failed half-way', () => {
    const weights = stageWeights(source(), { holding: 'streamed' });
    weights.load(STAGE, 'layer.0.', NAMES);
    expect(() => weights.load(STAGE, 'layer.1.', ['weight', 'nowhere'])).toThrow(/nowhere/);
    const { weight } = weights.load(STAGE, 'layer.0.', NAMES);
    expect(weight!.data).toEqual(source().read('layer.0.weight'));
  });
});
