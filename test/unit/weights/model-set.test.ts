import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { modelSet } from '#weights/node/model-set';
import { findModel } from '#weights/registry';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'codonfold-set-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const touch = (...names: string[]) => {
  for (const name of names) writeFileSync(join(folder, name), '');
};
const labels = () => modelSet(folder).map(({ label }) => label);

describe('a set of models', () => {
  it('is a name that stands for several', () => {
    expect(modelSet('alphafold2_ptm').map(({ pathOrName }) => pathOrName)).toEqual(
      [1, 2, 3, 4, 5].map((n) => `alphafold2_model_${n}_ptm`),
    );
    expect(modelSet('openfold_ptm')).toHaveLength(3);
    expect(() => findModel('openfold_ptm')).toThrow(/is 3 models, not one/);
  });

  it("is DeepMind's folder: the networks that tell aligned errors, multimers left out", () => {
    touch('LICENSE', 'params_model_1.npz', 'params_model_10_ptm.npz', 'params_model_2_ptm.npz');
    touch('params_model_1_multimer_v3.npz');
    expect(labels()).toEqual(['params_model_2_ptm', 'params_model_10_ptm']);
  });

  it('is a folder of folders, and tells files of one name apart', () => {
    mkdirSync(join(folder, 'a-int8'));
    writeFileSync(join(folder, 'a-int8', 'model.safetensors'), '');
    mkdirSync(join(folder, 'notes'));
    touch('b.npz', 'b.pt');
    expect(labels()).toEqual(['b.npz', 'b.pt', 'a-int8']);
  });

  it('is a single model where a folder is one, or holds nothing', () => {
    expect(modelSet(folder)).toHaveLength(1);
    touch('model.safetensors', 'other.pt');
    expect(modelSet(folder)).toEqual([{ pathOrName: folder, label: expect.any(String) as string }]);
    cpSync(join(folder, 'other.pt'), join(folder, 'again.pt'));
    expect(modelSet(join(folder, 'other.pt'))).toEqual([
      { pathOrName: join(folder, 'other.pt'), label: 'other' },
    ]);
  });
});
