import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import {
  formatModelConfig,
  parseLanguageModelConfig,
  parseModelConfig,
} from '#architectures/esmfold/config-file';
import { CODONFOLD_SMALL } from '#architectures/esmfold/presets';
import { ESM2, ESMFOLD_V1, esmfoldOn } from '#architectures/esmfold/public-models';
import { TOKENS } from '#architectures/esmfold/language-model/tokens';
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

/** `config.json` of the public ESM-2 models, as Hugging Face has them, but for what we do not read. */
const esm2File = (numLayers: number, channels: number, numHeads: number, wide: number) => ({
  model_type: 'esm',
  vocab_size: 33,
  pad_token_id: 1,
  mask_token_id: 32,
  position_embedding_type: 'rotary',
  emb_layer_norm_before: false,
  hidden_size: channels,
  num_hidden_layers: numLayers,
  num_attention_heads: numHeads,
  intermediate_size: wide,
  layer_norm_eps: 1e-5,
  token_dropout: true,
});

/** `config.json` of `facebook/esmfold_v1`. */
const ESMFOLD_FILE = {
  ...esm2File(36, 2560, 40, 10_240),
  is_folding_model: true,
  esmfold_config: {
    bypass_lm: false,
    embed_aa: true,
    lddt_head_hid_dim: 128,
    trunk: {
      num_blocks: 48,
      pairwise_head_width: 32,
      pairwise_state_dim: 128,
      position_bins: 32,
      sequence_head_width: 32,
      sequence_state_dim: 1024,
      structure_module: {
        epsilon: 1e-8,
        ipa_dim: 16,
        num_blocks: 8,
        num_heads_ipa: 12,
        num_qk_points: 4,
        num_resnet_blocks: 2,
        num_transition_layers: 1,
        num_v_points: 8,
        pairwise_dim: 128,
        resnet_dim: 128,
        sequence_dim: 384,
        trans_scale_factor: 10,
      },
    },
  },
};

describe('a published configuration', () => {
  it('of ESMFold is the one that we have', () => {
    expect(parseModelConfig(ESMFOLD_FILE)).toEqual(ESMFOLD_V1);
  });

  it.each([
    ['8M', 6, 320, 20, 1280],
    ['35M', 12, 480, 20, 1920],
    ['150M', 30, 640, 20, 2560],
    ['650M', 33, 1280, 20, 5120],
    ['3B', 36, 2560, 40, 10_240],
  ] as const)(
    'of ESM-2 %s is the one that we have',
    (size, numLayers, channels, numHeads, wide) => {
      const file = esm2File(numLayers, channels, numHeads, wide);
      expect(parseLanguageModelConfig(file)).toEqual(ESM2[size]);
      expect(esmfoldOn(size, 1).languageModel).toBe(ESM2[size]);
    },
  );

  it('of ESMFold without blocks starts from attention maps', () => {
    expect([0, 1].map((numBlocks) => esmfoldOn('8M', numBlocks).usesAttentionMaps)).toEqual([
      ...[true, false],
    ]);
  });

  it('that we ship is the one that we train', () => {
    const file = new URL('../../../../data/weights/codonfold-small/config.json', import.meta.url);
    expect(parseModelConfig(JSON.parse(readFileSync(file, 'utf8')))).toEqual(CODONFOLD_SMALL);
  });
});

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
    ['esmfold_config.trunk.pair_transition_factor', 0, 'a whole number from 1, got 0'],
    ['esmfold_config.trunk.pairwise_state_dim', 16, 'a multiple of pairwise_head_width, 7, got 16'],
    ['token_dropout', 'yes', 'true or false, got "yes"'],
    ['layer_norm_eps', -1, 'a number above 0, got -1'],
    ['layer_norm_eps', '1e-5', 'a number above 0, got "1e-5"'],
  ])('says what is wrong with %s = %s', (path, value, words) => {
    expect(() => parseModelConfig(changed(path, value))).toThrow(`"${path}" must be ${words}`);
  });

  it.each([
    ['position_embedding_type', 'absolute'],
    ['esmfold_config.embed_aa', false],
    ['esmfold_config.bypass_lm', true],
    ['emb_layer_norm_before', true],
    ['vocab_size', 34],
    ['pad_token_id', 2],
    ['mask_token_id', 31],
    ['model_type', 'bert'],
  ])('that asks for what we cannot do is refused: %s = %s', (path, value) => {
    expect(() => parseModelConfig(changed(path, value))).toThrow(
      `"${path}" is ${JSON.stringify(value)}`,
    );
  });

  it('with another list of letters is refused by the first place that differs', () => {
    const letters = (list: unknown) => () => parseModelConfig({ ...changed('x', 0), vocab_list: list }); // prettier-ignore
    expect(letters([...TOKENS])).not.toThrow();
    expect(letters(null)).not.toThrow();
    expect(letters([...TOKENS.slice(0, 5), 'J', ...TOKENS.slice(6)])).toThrow(
      '"vocab_list" has "J" in place 5, not "A": these weights read another alphabet',
    );
    expect(letters(TOKENS.slice(0, 32))).toThrow('has nothing in place 32, not "<mask>"');
    expect(letters([...TOKENS, 'J'])).toThrow('has "J" in place 33, not nothing');
  });

  it('takes what nobody says of flags and factors as ESMFold has it', () => {
    const flag = (path: string, value: unknown) => parseModelConfig(changed(path, value));
    expect(flag('token_dropout', undefined).languageModel.tokenDropout).toBe(true);
    expect(flag('esmfold_config.trunk.triangle_attention', undefined).trunk.triangleAttention).toBe(
      true,
    );
    expect(flag('esmfold_config.use_esm_attn_map', undefined)).not.toHaveProperty(
      'usesAttentionMaps',
    );
    expect(flag('esmfold_config.use_esm_attn_map', true).usesAttentionMaps).toBe(true);
    const module = 'esmfold_config.trunk.structure_module';
    expect(flag(`${module}.starts_from_torsions`, undefined)).not.toHaveProperty(
      'startsFromFoldedChain',
    );
    expect(flag('esmfold_config.num_recycles', 0).numRecycles).toBe(0);
    expect(flag('esmfold_config.trunk.num_blocks', 0).trunk.numBlocks).toBe(0);
    const factor = flag('esmfold_config.trunk.pair_transition_factor', undefined);
    expect(factor.trunk.pairTransitionFactor).toBe(4);
  });

  it.each([null, 7, 'text', [], {}])('that is no configuration is refused: %j', (value) => {
    const path = value !== null && typeof value === 'object' && !Array.isArray(value) ? '"esmfold_config"' : 'the file'; // prettier-ignore
    const message = `config.json: ${path} must be an object`;
    const error = { code: 'WEIGHTS_MISMATCH', message };
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
