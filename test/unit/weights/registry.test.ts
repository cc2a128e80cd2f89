import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findModel, MODELS } from '#weights/registry';
import { maxBytesOf } from '#weights/registry-model';
import { registryModule } from '../../../data/models/generate.js';

describe('the registry', () => {
  it('is what data/models/registry.json says', async () => {
    const path = new URL('../../../src/weights/registry.generated.ts', import.meta.url);
    expect(readFileSync(path, 'utf8')).toBe(await registryModule());
  });

  it('has each name and alias once', () => {
    const names = MODELS.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('names plain files, https addresses and whole checksums', () => {
    for (const file of MODELS.flatMap((model) => model.files)) {
      expect(file.path).toMatch(/^[\w][\w.-]*$/);
      expect(file.url).toMatch(
        /^https:\/\/(huggingface\.co|dl\.fbaipublicfiles\.com|storage\.googleapis\.com)\//,
      );
      const isArchive = file.url.endsWith('.tar');
      expect(isArchive ? file.archiveMember : file.url.replace(/^.*\//, '')).toBe(file.path);
      if (file.sha256 !== undefined) expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  it('knows what files have at most: sizes are rounded, descriptions are short', () => {
    const [config, weights] = findModel('esmfold_v1').files;
    expect(maxBytesOf(config!)).toBe(1e6);
    expect(maxBytesOf(weights!)).toBe(8.44e9 * 1.01);
    expect(maxBytesOf(findModel('esm2_t12_35M_UR50D').files[1]!)).toBeUndefined();
    for (const { gigabytes = 1.11 } of MODELS.flatMap(({ files }) => files))
      expect(String(gigabytes)).toBe(gigabytes.toPrecision(3)); // fewer digits: a wider margin
  });

  it('finds a model by its name and by its alias', () => {
    expect(findModel('esmfold')).toBe(findModel('esmfold_v1'));
  });

  it('names the known models when there is no such one', () => {
    expect(() => findModel('constructor')).toThrow(
      expect.objectContaining({
        code: 'MODEL_UNKNOWN',
        hint: expect.stringContaining('esmfold_v1') as string,
      }) as Error,
    );
  });
});
