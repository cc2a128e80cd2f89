import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatModelConfig, parseModelConfig } from '#architectures/esmfold/config-file';
import { CODONFOLD_SMALL } from '#architectures/esmfold/presets';
import { TINY_CONFIG } from '../../../helpers/esmfold-tiny.js';
import { PRIME_MODEL } from '../../../helpers/prime-model.js';

type Json = Record<string, unknown>;

/** The file with one field, named by its path, changed or (undefined) left out. */
function changed(path: string, value: unknown): Json {
  const file = JSON.parse(JSON.stringify(formatModelConfig(PRIME_MODEL))) as Json;
  const parts = path.split('.');
  const owner = parts.slice(0, -1).reduce((object, part) => object[part] as Json, file);
  owner[parts.at(-1)!] = value;
  return JSON.parse(JSON.stringify(file)) as Json;
}

/** Paths of all numbers, flags and objects that the format has, but for what only names the kind of model. */
function pathsOf(object: object, prefix = ''): string[] {
  return Object.entries(object).flatMap(([name, value]) =>
    typeof value === 'object' && !Array.isArray(value)
      ? [prefix + name, ...pathsOf(value as object, `${prefix}${name}.`)]
      : [prefix + name],
  );
}
const NAMES_ONLY = ['architectures', 'model_type', 'is_folding_model'];
const PATHS = pathsOf(formatModelConfig(PRIME_MODEL)).filter((path) => !NAMES_ONLY.includes(path));

describe('a model configuration', () => {
  it.each([
    ['our own', CODONFOLD_SMALL],
    ['ESMFold’s', TINY_CONFIG],
    ['any other', PRIME_MODEL],
  ])('is read as it was written: %s', (_, config) => {
    const text = JSON.stringify(formatModelConfig(config));
    expect(parseModelConfig(JSON.parse(text))).toEqual(config);
  });

  it('that does not say otherwise is that of ESMFold: triangle attention, four passes, from the origin', () => {
    expect(TINY_CONFIG.trunk).toMatchObject({ triangleAttention: true, pairTransitionFactor: 4 });
    expect(TINY_CONFIG.startsFromFoldedChain).toBeUndefined();
    expect(TINY_CONFIG.numRecycles).toBe(3);
  });

  it.each(PATHS)('with a wrong %s is refused by that name', (path) => {
    const error = {
      code: 'WEIGHTS_MISMATCH',
      message: expect.stringContaining(`"${path}"`) as string,
    };
    expect(() => parseModelConfig(changed(path, 'many'))).toThrow(expect.objectContaining(error));
  });

  it.each([
    ['num_hidden_layers', 0, 'a whole number from 1, got 0'],
    ['num_hidden_layers', 1.5, 'a whole number from 1, got 1.5'],
    ['num_hidden_layers', undefined, 'a whole number from 1, got nothing'],
    ['layer_norm_eps', 0, 'a number above 0, got 0'],
    ['hidden_size', 9, 'a multiple of twice num_attention_heads, 6, got 9'],
    ['esmfold_config.num_recycles', -1, 'a whole number from 0, got -1'],
    ['esmfold_config.trunk.pairwise_state_dim', 21, 'a multiple of the two halves of a product, 2'],
    ['esmfold_config.trunk.sequence_state_dim', 16, 'a multiple of sequence_head_width, 5, got 16'],
  ])('says what is wrong with %s = %s', (path, value, words) => {
    expect(() => parseModelConfig(changed(path, value))).toThrow(`"${path}" must be ${words}`);
  });

  it.each([
    ['position_embedding_type', 'absolute'],
    ['esmfold_config.embed_aa', false],
  ])('that asks for what we cannot do is refused: %s = %s', (path, value) => {
    expect(() => parseModelConfig(changed(path, value))).toThrow(
      `"${path}" is ${JSON.stringify(value)}`,
    );
  });

  it.each([null, 7, 'text', [], {}])('that is no configuration is refused: %j', (value) => {
    const error = { code: 'WEIGHTS_MISMATCH' };
    expect(() => parseModelConfig(value)).toThrow(expect.objectContaining(error));
  });

  it('is read, or refused with a code, whatever the file holds', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PATHS), fc.jsonValue(), (path, value) => {
        try {
          parseModelConfig(changed(path, value));
        } catch (error) {
          expect(error).toMatchObject({ name: 'FoldError', code: 'WEIGHTS_MISMATCH' });
        }
      }),
    );
  });
});
