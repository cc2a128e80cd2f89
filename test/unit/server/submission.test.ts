import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from '#server/config';
import { problemOf } from '#server/http/problem';
import { jobsOf } from '#server/jobs/submission';
import { SubmissionReader } from '#server/jobs/submission-reader';
import { fakePredictor } from '../../helpers/fake-predictor.js';

const config = readConfig({ MEMORY_LIMIT_MB: '1000' });
const predictors = [fakePredictor(), fakePredictor({ name: 'other', sha256: 'e'.repeat(64) })];
const reader = new SubmissionReader(config);
afterAll(() => {
  reader.close();
});
const context = { owner: '', config, predictors, reader };
const idOf = async (text: string, changes: object = {}, owner = ''): Promise<string> =>
  (await jobsOf({ text, ...changes }, { ...context, owner }))[0]!.id;

describe('the id of a job', () => {
  it('does not depend on name, case, line breaks or the default being named', async () => {
    const id = await idOf('MKVLA');
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    for (const text of ['mkvla', '>title\nMKV\nLA\n', ' M K V L A '])
      expect(await idOf(text), text).toBe(id);
    expect(await idOf('MKVLA', { name: 'other name', model: 'fake', numRecycles: 2 })).toBe(id);
  });

  it('depends on everything that changes the result, and on whose it is', async () => {
    const ids = await Promise.all([
      idOf('MKVLA'),
      idOf('MKVLG'),
      idOf('MKV:LA'),
      idOf('MKVLA', { numRecycles: 0 }),
      idOf('MKVLA', { model: 'other' }),
      idOf('ATGAAAGTATTAGCA', { type: 'dna' }),
      idOf('ATGAAAGTACTAGCA', { type: 'dna' }),
      idOf('MKVLA', {}, 'somebody'),
    ]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('depends on the warnings, which the files of the result repeat', async () => {
    const [plain] = await jobsOf({ text: 'MKVCA' }, context);
    const [replaced] = await jobsOf({ text: 'MKVUA' }, context);
    expect(replaced!.request.chains).toEqual(plain!.request.chains);
    expect(replaced!.input.warnings).toEqual([expect.stringContaining('selenocysteine')]);
    expect(replaced!.id).not.toBe(plain!.id);
  });
});

describe('jobsOf', () => {
  it('names the only record as asked, safe as a file name', async () => {
    const [job] = await jobsOf({ text: '>x\nMKV', name: ' my / protein ' }, context);
    expect(job!.request.name).toBe('my___protein');
  });

  it('estimates before anything is computed', async () => {
    await expect(jobsOf({ text: 'M'.repeat(1500) }, context)).rejects.toThrow(/about 2300 MB/);
  });

  it('counts the linkers between chains, which the model folds too', async () => {
    const one = await jobsOf({ text: 'M'.repeat(127) }, context);
    const five = await jobsOf({ text: 'MKVLAMK:MKVLA:MKVLA:MKVLA:MKVLA' }, context);
    expect(five[0]).toMatchObject({ numResidues: 27, estimate: one[0]!.estimate });
    const many = Array(80).fill('M').join(':');
    await expect(jobsOf({ text: many }, context)).rejects.toMatchObject({
      code: 'SEQUENCE_TOO_LONG',
      message: expect.stringContaining('80 residues (2055 with') as string,
    });
  });

  it('reads long genes as it reads short ones', async () => {
    const gene = `ATG${'GCTAAATTC'.repeat(230)}TAA`;
    const text = `>one\n${gene}\n>two\n${gene}`;
    expect(text.length).toBeGreaterThan(4096);
    const jobs = await jobsOf({ text, type: 'dna' }, context);
    const [short] = await jobsOf({ text: gene, type: 'dna', name: 'two' }, context);
    expect(jobs.map(({ request }) => request.name)).toEqual(['one', 'two']);
    expect(jobs[1]).toEqual({ ...short, input: { ...short!.input, title: 'two' } });
  });

  it('says where a letter of a long text cannot be read', async () => {
    const text = `${'MKVLA'.repeat(1000)}?`;
    const error: unknown = await jobsOf({ text }, context).catch((thrown: unknown) => thrown);
    expect(problemOf(error)).toMatchObject({
      code: 'SEQUENCE_LETTER',
      position: 5001,
      letter: '?',
    });
  });

  it('refuses too many records, in long texts as in short ones', async () => {
    for (const numRecords of [config.MAX_BATCH + 1, 200_000])
      await expect(jobsOf({ text: '>\nM\n'.repeat(numRecords) }, context)).rejects.toMatchObject({
        code: 'BATCH_TOO_LARGE',
        message: `more than ${config.MAX_BATCH} records at a time`,
      });
  });
});
