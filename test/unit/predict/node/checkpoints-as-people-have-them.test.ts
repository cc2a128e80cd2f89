import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadLanguageModel } from '#predict/node/load-language-model';
import { identify, loadModel } from '#predict/node/load-model';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { hubDirectory, hubSnapshot } from '#weights/node/hub';
import { openCheckpoint } from '#weights/node/open';
import { parseFile } from '#weights/node/open-file';
import { readSafetensors } from '#weights/safetensors';
import { findModel } from '#weights/registry';
import { writeSafetensors, type TensorToWrite } from '#weights/write-safetensors';

const ESM2 = resolve('test/fixtures/esm2-tiny');
const ESMFOLD = resolve('test/fixtures/esmfold-tiny/checkpoint');
const reference = parseFile(join(ESM2, 'model.safetensors'), readSafetensors);
const config = JSON.parse(readFileSync(join(ESM2, 'config.json'), 'utf8')) as object;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'codonfold-checkpoint-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** The tiny language model saved under other names, or with another configuration. */
function saved(rename: (name: string) => string | undefined, changes: object = {}): string {
  const tensors = [...reference.names].flatMap((name): [string, TensorToWrite][] => {
    const newName = rename(name);
    const { shape } = reference.info(name);
    return newName === undefined
      ? []
      : [[newName, { dtype: 'F32', shape, values: reference.read(name) }]];
  });
  writeFileSync(join(folder, 'model.safetensors'), writeSafetensors(new Map(tensors)));
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, ...changes }));
  return folder;
}

const bare = (name: string) => (name.startsWith('esm.') ? name.slice(4) : undefined);
/** Names of facebookresearch/esm. */
const original = (name: string) =>
  name
    .replace('esm.embeddings.word_embeddings.', 'embed_tokens.')
    .replace('esm.encoder.emb_layer_norm_after.', 'emb_layer_norm_after.')
    .replace('esm.contact_head.', 'contact_head.')
    .replace(/^esm\.encoder\.layer\.(\d+)\./, 'layers.$1.')
    .replace(
      /attention\.self\.(query|key|value)\./,
      (_, what: string) => `self_attn.${what[0]!}_proj.`,
    )
    .replace('attention.self.rotary_embeddings.', 'self_attn.rot_emb.')
    .replace('attention.output.dense.', 'self_attn.out_proj.')
    .replace('attention.LayerNorm.', 'self_attn_layer_norm.')
    .replace('intermediate.dense.', 'fc1.')
    .replace('output.dense.', 'fc2.')
    .replace('LayerNorm.', 'final_layer_norm.');

describe('a language model', () => {
  it.each<[string, (name: string) => string | undefined, boolean]>([
    ['as EsmForMaskedLM.save_pretrained writes it', (name) => name, true],
    ['as EsmModel.save_pretrained writes it', bare, false],
    ['in DataParallel', (name) => `module.${name}`, true],
    ['compiled', (name) => `_orig_mod.${name}`, true],
    ['compiled inside DataParallel', (name) => `module._orig_mod.${name}`, true],
    ['with its layers compiled', (name) => name.replace(/layer\.\d+\./, '$&_orig_mod.'), true],
    ['inside a module of another name', (name) => `model.backbone.${name}`, true],
    ['bare, inside DataParallel', (name) => bare(name) && `module.${bare(name)!}`, false],
    ['under the names of facebookresearch/esm', original, true],
  ])('%s has the same tensors under the same names', (_, rename, hasHead) => {
    const { weights } = loadLanguageModel(saved(rename));
    const expected = [...reference.names].filter((name) => hasHead || name.startsWith('esm.'));
    expect([...weights.names].sort()).toEqual(expected.sort());
    for (const name of expected) expect(weights.read(name)).toEqual(reference.read(name));
    weights.close();
  });

  it.each<[string, object, RegExp]>([
    [
      'fewer layers',
      { num_hidden_layers: 2 },
      /"esm\.encoder\.layer\.2\..*" is there, the configuration has fewer/,
    ],
    ['more layers', { num_hidden_layers: 4 }, /"esm\.encoder\.layer\.3\..*" is not there/],
    [
      'other channels',
      { hidden_size: 80 },
      /word_embeddings\.weight" is \[33, 40\], the configuration wants \[33, 80\]/,
    ],
    ['wider layers', { intermediate_size: 80 }, /intermediate\.dense\.weight" is \[160, 40\]/],
    [
      'other heads',
      { num_attention_heads: 4 },
      /inv_freq" is \[4\], the configuration wants \[5\]/,
    ],
  ])('whose config.json says %s is refused by what differs', (_, changes, words) => {
    expect(() => loadLanguageModel(saved((name) => name, changes))).toThrow(
      expect.objectContaining({
        code: 'WEIGHTS_MISMATCH',
        message: expect.stringMatching(words) as string,
      }) as Error,
    );
  });

  it.each<[string, object, RegExp]>([
    ['of nucleotides', { vocab_size: 4105 }, /"vocab_size" is 4105, not 33: .*another alphabet/],
    [
      'with the letters in another order',
      { vocab_list: ['<cls>', '<pad>', '<eos>', '<unk>', 'A', 'L'] },
      /"vocab_list" has "A" in place 4, not "L": .*another alphabet/,
    ],
    ['of another kind', { model_type: 'bert' }, /"model_type" is "bert", not "esm"/],
  ])('%s is refused as such', (_, changes, words) => {
    expect(() => loadLanguageModel(saved((name) => name, changes))).toThrow(words);
  });

  it('whose vocab.txt has the letters in another order is refused as such', () => {
    const path = saved((name) => name);
    writeFileSync(join(path, 'vocab.txt'), '<cls>\n<pad>\n<eos>\n<unk>\nA\n');
    expect(() => loadLanguageModel(path)).toThrow(/has "A" in place 4, not "L"/);
  });
});

describe('a folding model', () => {
  it.each<[string, (trunk: Record<string, unknown>) => void, RegExp]>([
    ['blocks', (trunk) => (trunk['num_blocks'] = 1), /"trunk\.blocks\.1\..*fewer blocks/],
    ['channels', (trunk) => (trunk['sequence_state_dim'] = 64), /the configuration wants \[.*64/],
  ])('whose config.json says other %s does not start', (_, change, words) => {
    cpSync(ESMFOLD, folder, { recursive: true });
    const path = join(folder, 'config.json');
    const changed = JSON.parse(readFileSync(path, 'utf8')) as {
      esmfold_config: { trunk: Record<string, unknown> };
    };
    change(changed.esmfold_config.trunk);
    writeFileSync(path, JSON.stringify(changed));
    const { model, weights } = loadModel(folder);
    expect(() => model.start(nodeEngine(1), weights)).toThrow(words);
    weights.close();
  });
});

describe('the cache of huggingface.co', () => {
  const environment = () => ({ HF_HUB_CACHE: folder, CODONFOLD_CACHE: join(folder, 'own') });
  const SHA256 = 'a'.repeat(64);
  const revision = (hash: string, hubName = 'facebook/esm2_t6_8M_UR50D') => {
    const model = join(folder, `models--${hubName.replace('/', '--')}`);
    const snapshot = join(model, 'snapshots', hash);
    mkdirSync(snapshot, { recursive: true });
    mkdirSync(join(model, 'blobs'), { recursive: true });
    mkdirSync(join(model, 'refs'), { recursive: true });
    cpSync(join(ESM2, 'model.safetensors'), join(model, 'blobs', SHA256));
    symlinkSync(join('../../blobs', SHA256), join(snapshot, 'model.safetensors'));
    cpSync(join(ESM2, 'config.json'), join(snapshot, 'config.json'));
    return { model, snapshot };
  };

  it.each([
    [{ HF_HUB_CACHE: '/a' }, '/a'],
    [{ HF_HOME: '/b' }, '/b/hub'],
    [{ XDG_CACHE_HOME: '/c' }, '/c/huggingface/hub'],
    [{ HF_HUB_CACHE: '/a', HF_HOME: '/b' }, '/a'],
  ])('is found by %j', (variables, expected) => {
    expect(hubDirectory(variables)).toBe(expected);
  });

  it.each([
    ['facebook/esm2_t6_8M_UR50D', 'its name there'],
    ['esm2_t6_8M_UR50D', 'its name here, where it is not installed'],
  ])('gives %s, %s', (name) => {
    const { snapshot } = revision('f00d');
    expect(hubSnapshot('facebook/esm2_t6_8M_UR50D', environment())).toBe(snapshot);
    const checkpoint = openCheckpoint(name, { environment: environment() });
    expect([...checkpoint.tensors.names]).toHaveLength([...reference.names].length);
    expect(identify(name, checkpoint)).toEqual({ name: 'esm2_t6_8M_UR50D', sha256: SHA256 });
    checkpoint.tensors.close();
  });

  it('gives a model that we do not know, and a folder of it by its path', () => {
    const { model, snapshot } = revision('f00d', 'somebody/esm2-finetuned');
    for (const name of ['somebody/esm2-finetuned', model, snapshot]) {
      const checkpoint = openCheckpoint(name, { environment: environment() });
      expect(identify(name, checkpoint)).toEqual({ name: 'esm2-finetuned', sha256: SHA256 });
      checkpoint.tensors.close();
    }
  });

  it('gives the revision that main is at', () => {
    const { model } = revision('0ld');
    const { snapshot } = revision('f00d', 'facebook/esm2_t12_35M_UR50D');
    revision('newer');
    writeFileSync(join(model, 'refs/main'), '0ld\n');
    expect(hubSnapshot('facebook/esm2_t6_8M_UR50D', environment())).toMatch(/0ld$/);
    expect(hubSnapshot('facebook/esm2_t12_35M_UR50D', environment())).toBe(snapshot);
  });

  it('does not take a configuration without weights for a model', () => {
    const { snapshot } = revision('f00d');
    rmSync(join(snapshot, 'model.safetensors'));
    expect(hubSnapshot('facebook/esm2_t6_8M_UR50D', environment())).toBeUndefined();
  });

  it('says where it looked for a name that is not there', () => {
    expect(() => openCheckpoint('somebody/nothing', { environment: environment() })).toThrow(
      expect.objectContaining({
        code: 'MODEL_UNKNOWN',
        message: expect.stringContaining(`${folder} has no model of that name`) as string,
      }) as Error,
    );
    expect(() => openCheckpoint('facebook/esmfold_v1', { environment: environment() })).toThrow(
      expect.objectContaining({
        code: 'MODEL_MISSING',
        hint: 'codonfold models pull esmfold_v1',
      }) as Error,
    );
  });

  it('has the names by which models are found here', () => {
    expect(findModel('facebook/esmfold_v1').name).toBe('esmfold_v1');
    expect(findModel('facebook/esm2_t33_650M_UR50D').name).toBe('esm2_t33_650M_UR50D');
  });
});
