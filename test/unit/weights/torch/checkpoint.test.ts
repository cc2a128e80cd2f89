import { describe, expect, it } from 'vitest';
import type { TensorSource } from '#weights/tensor-source';
import { readTorchCheckpoint } from '#weights/torch/checkpoint';
import { fixture } from '../fixture.js';

function tensorsOf(name: string): TensorSource {
  const checkpoint = readTorchCheckpoint(fixture(name));
  expect(checkpoint.root).toBeInstanceOf(Map);
  return checkpoint.tensors(checkpoint.root as Map<never, never>);
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe.each(['layouts.pt', 'deflated.pt'])('%s, written by torch.save', (file) => {
  const tensors = tensorsOf(file);

  it.each<[string, string, number[], number[]]>([
    ['base', 'F32', [5, 7], range(35)],
    ['transposed', 'F32', [7, 5], range(35).map((i) => (i % 5) * 7 + Math.floor(i / 5))],
    ['sliced', 'F32', [3, 3], [7, 10, 13, 14, 17, 20, 21, 24, 27]],
    [
      'permuted',
      'F32',
      [5, 2, 3],
      range(30).map((i) => Math.floor(i / 6) + (Math.floor(i / 3) % 2) * 15 + (i % 3) * 5),
    ],
    ['row', 'F32', [7], range(7).map((i) => i + 14)],
    ['scalar', 'F32', [], [2.5]],
    ['empty', 'F32', [0, 3], []],
    ['parameter', 'F32', [2], [1, 2]],
    ['float64', 'F64', [1], [Math.fround(0.1)]],
    ['float16', 'F16', [2], [0.5, -65504]],
    ['float16_transposed', 'F16', [3, 2], [0, 3, 1, 4, 2, 5]],
    ['bfloat16', 'BF16', [1], [1.5]],
    ['int64', 'I64', [2], [-5, 2 ** 33]],
    ['int32', 'I32', [1], [-7]],
    ['int16', 'I16', [1], [-300]],
    ['int8', 'I8', [1], [-128]],
    ['uint8', 'U8', [1], [255]],
    ['bool', 'BOOL', [2], [1, 0]],
  ])('gives %s as %s %j', (name, dtype, shape, values) => {
    expect(tensors.info(name)).toEqual({ dtype, shape });
    expect([...tensors.read(name)]).toEqual(values);
  });

  it('gives strided tensors contiguously in their own precision too', () => {
    const raw = tensors.readRaw('float16_transposed');
    expect(raw.length).toBe(12);
    expect(tensors.readRaw('float16_transposed', new Uint8Array(20))).toEqual(raw);
  });
});

describe('what is not a plain checkpoint', () => {
  it.each<[string, RegExp]>([
    ['attack.pt', /refers to "__builtin__\.print", which could run code/],
    ['legacy.pt', /was written by PyTorch before 1\.6/],
    ['make.py', /has no zip directory/],
  ])('%s is refused by name', (name, message) => {
    expect(() => readTorchCheckpoint(fixture(name))).toThrow(
      expect.objectContaining({
        code: 'PARSE_CHECKPOINT',
        message: expect.stringMatching(message) as string,
      }) as Error,
    );
  });
});
