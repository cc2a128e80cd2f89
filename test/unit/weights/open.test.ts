import { mkdtempSync, cpSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openCheckpoint } from '#weights/node/open';
import { fixturePath } from './fixture.js';

const directory = mkdtempSync(join(tmpdir(), 'codonfold-open-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const reference = openCheckpoint(fixturePath('huggingface'));

describe.each([
  ['a safetensors file', 'huggingface/model.safetensors'],
  ['a folder of shards', 'sharded'],
  ['a folder with pytorch_model.bin', 'torch'],
  ['an original .pt with its language model beside it', 'original/esmfold_tiny.pt'],
])('%s', (_, path) => {
  const checkpoint = openCheckpoint(fixturePath(path));

  it('has the same tensors, values and all, under the same names', () => {
    expect([...checkpoint.tensors.names].sort()).toEqual([...reference.tensors.names].sort());
    for (const name of reference.tensors.names) {
      expect(checkpoint.tensors.info(name).shape).toEqual(reference.tensors.info(name).shape);
      expect(checkpoint.tensors.read(name)).toEqual(reference.tensors.read(name));
    }
  });

  it('has the same configuration where it counts', () => {
    const { esmfold_config: folding, ...languageModel } = checkpoint.config;
    const { esmfold_config: expected, ...expectedRest } = reference.config;
    // The original keeps its alphabet in code.
    expect({ vocab_list: reference.config['vocab_list'], ...languageModel }).toMatchObject(
      expectedRest,
    );
    const { trunk, lddt_head_hid_dim, esm_type } = expected as Record<string, object>;
    expect(folding).toMatchObject({ trunk, lddt_head_hid_dim, esm_type });
  });
});

describe('an original language model', () => {
  const { config, tensors } = openCheckpoint(fixturePath('original/tiny.pt'));

  it('keeps its head and finds the contact regression beside it', () => {
    const ownNames = [...tensors.names].filter((name) => !name.startsWith('esm.encoder.layer.'));
    expect(ownNames.sort()).toEqual([
      'esm.contact_head.regression.bias',
      'esm.contact_head.regression.weight',
      'esm.embeddings.word_embeddings.weight',
      'esm.encoder.emb_layer_norm_after.bias',
      'esm.encoder.emb_layer_norm_after.weight',
      'lm_head.bias',
      'lm_head.decoder.weight',
      'lm_head.dense.bias',
      'lm_head.dense.weight',
      'lm_head.layer_norm.bias',
      'lm_head.layer_norm.weight',
    ]);
    expect(config).toMatchObject({ num_hidden_layers: 3, hidden_size: 40, vocab_size: 33 });
  });

  it('keeps the rotary frequencies in the half precision that it has them in', () => {
    const name = 'esm.encoder.layer.0.attention.self.rotary_embeddings.inv_freq';
    expect(tensors.info(name).dtype).toBe('F16');
  });
});

describe('what cannot be opened', () => {
  it('an original ESMFold without its language model says which one and where', () => {
    cpSync(fixturePath('original/esmfold_tiny.pt'), join(directory, 'esmfold_tiny.pt'));
    expect(() => openCheckpoint(join(directory, 'esmfold_tiny.pt'))).toThrow(
      expect.objectContaining({
        code: 'MODEL_MISSING',
        hint: expect.stringContaining('tiny.pt') as string,
      }) as Error,
    );
  });

  it('takes that language model from elsewhere when told', () => {
    const { tensors } = openCheckpoint(join(directory, 'esmfold_tiny.pt'), {
      languageModel: fixturePath('huggingface'),
    });
    expect(tensors.has('esm.encoder.layer.2.intermediate.dense.bias')).toBe(true);
    expect(tensors.has('trunk.recycle_disto.weight')).toBe(true);
  });

  it('a published model that is not installed says how to install it', () => {
    expect(() =>
      openCheckpoint('esmfold', { environment: { CODONFOLD_CACHE: directory } }),
    ).toThrow(
      expect.objectContaining({
        code: 'MODEL_MISSING',
        hint: 'codonfold models pull esmfold_v1',
      }) as Error,
    );
  });

  it.each<[string, string, string]>([
    ['an unknown name', 'esmfold_v7', 'MODEL_UNKNOWN'],
    ['a folder without weights', directory, 'FILE_READ'],
    ['weights without a configuration', join(directory, 'model.safetensors'), 'FILE_READ'],
  ])('%s', (_, path, code) => {
    if (path.endsWith('.safetensors')) cpSync(fixturePath('huggingface/model.safetensors'), path);
    expect(() => openCheckpoint(path)).toThrow(expect.objectContaining({ code }) as Error);
    rmSync(join(directory, 'model.safetensors'), { force: true });
  });

  it.each<[string, string, RegExp]>([
    ['a path instead of a file', '../../etc/passwd', /not a plain file name/],
    ['a shard that is not there', 'model-9.safetensors', /cannot be opened/],
  ])('an index that names %s', (_, file, message) => {
    const index = join(directory, 'model.safetensors.index.json');
    writeFileSync(index, JSON.stringify({ weight_map: { weight: file } }));
    writeFileSync(join(directory, 'config.json'), '{}');
    expect(() => openCheckpoint(directory)).toThrow(message);
  });

  it('an index that promises a tensor that its shard does not have', () => {
    cpSync(fixturePath('huggingface/model.safetensors'), join(directory, 'shard.safetensors'));
    writeFileSync(
      join(directory, 'model.safetensors.index.json'),
      JSON.stringify({ weight_map: { nowhere: 'shard.safetensors' } }),
    );
    expect(() => openCheckpoint(directory)).toThrow(/"nowhere" is not in shard\.safetensors/);
  });
});
