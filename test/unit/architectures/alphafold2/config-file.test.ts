import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAlphafold2Config } from '#architectures/alphafold2/config-file';
import { publishedAlphafold2Config } from '#weights/alphafold2/published-config';
import { alphafold2File } from '../../../helpers/alphafold2-tiny.js';

type Json = Record<string, unknown>;
const text = readFileSync(alphafold2File('config.json'), 'utf8');

/** The tiny configuration with one field, named by its path, changed or (undefined) left out. */
function changed(path: string, value: unknown): Json {
  const file = JSON.parse(text) as Json;
  const parts = path.split('.');
  const owner = parts.slice(0, -1).reduce((object, part) => object[part] as Json, file);
  owner[parts.at(-1)!] = value;
  return JSON.parse(JSON.stringify(file)) as Json;
}
const parsed = (path: string, value: unknown) => parseAlphafold2Config(changed(path, value));

describe('a configuration of AlphaFold 2', () => {
  it('has the sizes that the file names', () => {
    expect(parseAlphafold2Config(JSON.parse(text))).toEqual({
      msaChannels: 32,
      pairChannels: 24,
      singleChannels: 40,
      positionBins: 32,
      templates: {
        numBlocks: 2,
        channels: 16,
        pair: {
          multiplicationChannels: 14,
          attention: { numHeads: 2, headChannels: 5 },
          transitionFactor: 2,
        },
        attention: { numHeads: 2, headChannels: 11 },
      },
      extraMsa: {
        numBlocks: 2,
        msaChannels: 20,
        msaAttention: { numHeads: 4, headChannels: 3 },
        outerProductChannels: 6,
        transitionFactor: 3,
        pair: {
          multiplicationChannels: 18,
          attention: { numHeads: 3, headChannels: 10 },
          transitionFactor: 3,
        },
      },
      evoformer: {
        numBlocks: 3,
        msaChannels: 32,
        msaAttention: { numHeads: 4, headChannels: 7 },
        outerProductChannels: 6,
        transitionFactor: 3,
        pair: {
          multiplicationChannels: 18,
          attention: { numHeads: 3, headChannels: 10 },
          transitionFactor: 3,
        },
      },
      structureModule: {
        singleChannels: 40,
        pairChannels: 24,
        attentionChannels: 9,
        numHeads: 3,
        numQueryPoints: 4,
        numValuePoints: 8,
        resnetChannels: 26,
        numIterations: 3,
        numTransitionLayers: 1,
        numResnetBlocks: 2,
        lengthScale: 10,
        epsilon: 1e-8,
      },
      lddtChannels: 34,
      predictsAlignedError: true,
      defaults: { numRecycles: 3, maxClusters: 512, maxExtra: 5120, maxTemplates: 4 },
    });
  });

  it('is taken as published where it does not say: templates, but no head for aligned errors', () => {
    expect(parsed('model.template.enabled', undefined)).toHaveProperty('templates');
    expect(parsed('model.template.enabled', false)).not.toHaveProperty('templates');
    expect(parsed('model.heads.tm.enabled', undefined).predictsAlignedError).toBe(false);
    const bare = publishedAlphafold2Config({ has: () => true }, 'params_model_1.npz', 'deepmind');
    expect(parseAlphafold2Config(bare).templates!.numBlocks).toBe(2);
  });

  it('may ask for no recycles and no templates, but not for no rows', () => {
    expect(parsed('data.max_recycling_iters', 0).defaults.numRecycles).toBe(0);
    expect(parsed('data.max_templates', 0).defaults.maxTemplates).toBe(0);
    expect(() => parsed('data.max_msa_clusters', 0)).toThrow(
      '"data.max_msa_clusters" must be a whole number from 1, got 0',
    );
    expect(() => parsed('data.max_recycling_iters', -1)).toThrow('a whole number from 0, got -1');
  });

  it.each([
    ['model._mask_trans', true],
    ['model.extra_msa.enabled', false],
    ['model.evoformer_stack.opm_first', true],
    ['model.evoformer_stack.no_column_attention', true],
    ['model.evoformer_stack.fuse_projection_weights', true],
    ['model.extra_msa.extra_msa_stack.opm_first', true],
    ['model.template.embed_angles', false],
    ['model.template.use_unit_vector', true],
    ['model.template.average_templates', true],
    ['model.template.template_pair_stack.tri_mul_first', true],
    ['model.template.template_pair_stack.fuse_projection_weights', true],
  ])('that asks for what we cannot do is refused: %s = %s', (path, value) => {
    expect(() => parsed(path, value)).toThrow(
      expect.objectContaining({
        code: 'WEIGHTS_MISMATCH',
        message: expect.stringContaining(`"${path}" is ${value}, not ${!value}`) as string,
      }),
    );
    expect(() => parsed(path, undefined)).not.toThrow();
  });

  it.each([
    ['model.structure_module.trans_scale_factor', 0, 'must be a number above 0, got 0'],
    ['model.evoformer_stack.c_m', 3.5, 'must be a whole number from 1, got 3.5'],
    ['model.heads.lddt', 7, 'must be an object'],
  ])('says what is wrong with %s = %s', (path, value, words) => {
    expect(() => parsed(path, value)).toThrow(`"${path}" ${words}`);
  });
});
