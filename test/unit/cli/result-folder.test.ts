import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { existingResult } from '#cli/existing-result';
import { makeResultFolder, writeResult } from '#cli/result-folder';
import type { PredictionRequest } from '#predict/prediction';
import { fakePrediction } from '../../helpers/fake-predictor.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'codonfold-results-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const codons = [{ codon: 'ATG', positions: [1, 2, 3] as const }];
const request: PredictionRequest = { name: 'one', chains: [{ id: 'A', sequence: 'M', codons }] };
const wanted = {
  stem: 'one',
  request,
  modelSha256: 'f'.repeat(64),
  numRecycles: 2,
  formats: ['pdb', 'cif'] as const,
};
const write = (formats: readonly ('pdb' | 'cif')[] = ['pdb', 'cif']) =>
  writeResult(folder, fakePrediction(request), { formats, warnings: ['w'] });

describe('writing a result', () => {
  it('leaves four files named after the record and nothing else', async () => {
    await write();
    expect(readdirSync(folder).sort()).toEqual([
      'one.cif',
      'one.confidence.json',
      'one.pdb',
      'one_predicted_aligned_error_v1.json',
    ]);
    expect(readFileSync(join(folder, 'one.confidence.json'), 'utf8')).toContain('"w"');
  });

  it('takes the old confidence away before anything else changes', async () => {
    await write();
    rmSync(join(folder, 'one.pdb'));
    // A folder in the way of the first file: the write fails at once.
    makeResultFolder(join(folder, 'one.pdb'));
    await expect(write()).rejects.toMatchObject({ code: 'FILE_WRITE' });
    expect(readdirSync(folder)).not.toContain('one.confidence.json');
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('says why a folder cannot be made, and what to do', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => {
      makeResultFolder(join(folder, 'file'));
    }).toThrow(
      expect.objectContaining({
        code: 'FILE_WRITE',
        message: expect.stringContaining('a file, not a folder') as string,
        hint: expect.stringContaining('-o DIR') as string,
      }) as Error,
    );
  });
});

describe('an earlier result', () => {
  it('is complete where files, chains, codons, weights and recycles are the ones asked for', async () => {
    expect(await existingResult(folder, wanted)).toBe('none');
    await write();
    expect(await existingResult(folder, wanted)).toBe('complete');
  });

  it.each(['one.pdb', 'one.cif', 'one.confidence.json', 'one_predicted_aligned_error_v1.json'])(
    'is incomplete without %s',
    async (name) => {
      await write();
      rmSync(join(folder, name));
      expect(await existingResult(folder, wanted)).toBe('incomplete');
    },
  );

  it('need not hold formats that are not asked for', async () => {
    await write(['cif']);
    expect(await existingResult(folder, { ...wanted, formats: ['cif'] })).toBe('complete');
    expect(await existingResult(folder, wanted)).toBe('incomplete');
  });

  it.each([
    ['another input', { request: { ...request, chains: [{ id: 'A', sequence: 'G', codons }] } }],
    ['another input', { request: { ...request, chains: [{ id: 'A', sequence: 'M' }] } }],
    ['other weights', { modelSha256: 'e'.repeat(64) }],
    ['2 recycles', { numRecycles: 3 }],
  ])('differs where it is of %s', async (word, change) => {
    await write();
    expect(await existingResult(folder, { ...wanted, ...change })).toEqual({
      differs: expect.stringContaining(word) as string,
    });
  });

  it.each(['', '{"chains":', '[]', 'null', '{"chains":[null]}', '{"chains":[{"id":"A"}]}'])(
    'is never taken for complete where the confidence file holds %j',
    async (text) => {
      await write();
      writeFileSync(join(folder, 'one.confidence.json'), text);
      expect(await existingResult(folder, wanted)).toHaveProperty('differs');
    },
  );
});
