import { describe, expect, it } from 'vitest';
import type { LanguageModelRunner } from '#architectures/esmfold/language-model/runner';
import { TOKENS, tokenise } from '#architectures/esmfold/language-model/tokens';
import { embed, EMBEDDING_KINDS, embeddingShapes, type EmbeddingKind } from '#predict/embeddings';
import { aatypeOf } from '#sequence/amino-acids';

const SEQUENCE = 'MKV';
const NUM_CHANNELS = 2;

/** A language model of two channels, which gives what it is asked for and keeps how it was asked. */
function languageModel() {
  const asked: Parameters<LanguageModelRunner['run']>[] = [];
  const numbers = (...shape: number[]) => ({
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => i * i),
  });
  const run: LanguageModelRunner['run'] = (tokens, options) => {
    asked.push([tokens, options]);
    return Promise.resolve({
      representation: numbers(1, 3, NUM_CHANNELS),
      ...(options?.contacts ? { contacts: numbers(1, 3, 3) } : {}),
      ...(options?.logits ? { logits: numbers(1, 3, TOKENS.length) } : {}),
    } as never);
  };
  return { runner: { run } as unknown as LanguageModelRunner, asked };
}

async function embedded(kinds: readonly EmbeddingKind[], signal?: AbortSignal) {
  const { runner, asked } = languageModel();
  return { ...(await embed(runner, { name: 'x', sequence: SEQUENCE }, kinds, signal)), asked };
}

describe('the embedding of a chain', () => {
  it('has its residues in order, and their mean', async () => {
    const { name, sequence, tensors, asked } = await embedded(['mean', 'per-residue']);
    expect([name, sequence]).toEqual(['x', SEQUENCE]);
    expect([...tensors]).toEqual([
      ['per-residue', { shape: [3, 2], data: Float32Array.of(0, 1, 4, 9, 16, 25) }],
      ['mean', { shape: [2], data: Float32Array.of(20 / 3, 35 / 3) }],
    ]);
    const data = tokenise(aatypeOf(SEQUENCE));
    expect(asked).toHaveLength(1);
    expect(asked[0]![0]).toEqual({ shape: [1, 5], data });
  });

  it.each<[EmbeddingKind[], boolean, boolean]>([
    [['mean'], false, false],
    [['contacts'], true, false],
    [['logits'], false, true],
    [[...EMBEDDING_KINDS], true, true],
  ])('of %j asks for no more', async (kinds, contacts, logits) => {
    const { signal } = new AbortController();
    const { tensors, asked } = await embedded(kinds, signal);
    expect(asked[0]![1]).toEqual({ contacts, logits, signal });
    expect([...tensors.keys()]).toEqual(kinds);
  });

  it('has the shapes that are known before it', async () => {
    for (const kinds of [['logits', 'mean'], ['contacts'], EMBEDDING_KINDS] as const) {
      const { tensors } = await embedded(kinds);
      const shapes = [...tensors].map(([kind, { shape }]) => [kind, shape]);
      expect([...embeddingShapes(kinds, 3, NUM_CHANNELS)]).toEqual(shapes);
    }
  });
});
