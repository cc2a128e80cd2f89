import { expect, it } from 'vitest';
import type { Embedding } from '#predict/embeddings';
import { embeddingsJson, embeddingsSafetensors } from '#predict/files/embedding-files';
import { memoryBytes } from '#weights/byte-source';
import { readSafetensors } from '#weights/safetensors';

const EMBEDDINGS: readonly Embedding[] = [
  {
    name: 'one',
    sequence: 'MA',
    tensors: new Map([
      ['per-residue', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 0.1) }],
      ['mean', { shape: [3], data: Float32Array.of(2.5, 3.5, 1.55) }],
    ]),
  },
  {
    name: 'two',
    sequence: 'G',
    tensors: new Map([['mean', { shape: [3], data: Float32Array.of(7, 8, 9) }]]),
  },
];

it('writes every tensor of every chain as safetensors, with model and sequences', () => {
  const file = embeddingsSafetensors(EMBEDDINGS, { model: 'tiny' });
  const read = readSafetensors(memoryBytes(file, 'test'));
  expect([...read.names].sort()).toEqual(['one/mean', 'one/per-residue', 'two/mean']);
  expect(read.info('one/per-residue')).toEqual({ dtype: 'F32', shape: [2, 3] });
  expect(read.read('one/per-residue')).toEqual(Float32Array.of(1, 2, 3, 4, 5, 0.1));
  expect(Object.fromEntries(read.metadata)).toEqual({
    model: 'tiny',
    'sequence:one': 'MA',
    'sequence:two': 'G',
  });
});

it('writes JSON with rows as their axes are', () => {
  expect(JSON.parse(embeddingsJson(EMBEDDINGS, { model: 'tiny' }))).toEqual({
    model: 'tiny',
    chains: [
      {
        name: 'one',
        sequence: 'MA',
        'per-residue': [
          [1, 2, 3],
          [4, 5, 0.1],
        ],
        mean: [2.5, 3.5, 1.55],
      },
      { name: 'two', sequence: 'G', mean: [7, 8, 9] },
    ],
  });
});
