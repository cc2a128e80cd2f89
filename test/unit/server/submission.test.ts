import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { Predictor } from '#predict/prediction';
import { readSettings } from '#server/settings';
import { problemOf } from '#server/http/problem';
import { submissionsOf } from '#server/jobs/submission';
import { RequestReader } from '#server/http/request-reader';
import type { NewSubmission } from '#store/submission';
import { fakePredictor } from '../../helpers/fake-predictor.js';

const usual = readSettings({ MEMORY_LIMIT_MB: '1000' });
const predictors = [fakePredictor(), fakePredictor({ name: 'other', sha256: 'e'.repeat(64) })];
const reader = new RequestReader(usual);
afterAll(() => {
  return reader.close();
});
const templateSearch = { place: () => undefined };
/** What is made of a request in JSON. */
const submissionsFrom = async (
  text: string,
  options: object = {},
  owner = '',
  PRECISION = usual.PRECISION,
) => {
  const bytes = new TextEncoder().encode(JSON.stringify({ fasta: text, ...options }));
  const body = { bytes, contentType: 'application/json', query: {} };
  const read = await reader.read({ ...body, operation: 'submitPrediction' });
  const caller = { owner, client: 'anyone' };
  const settings = { ...usual, PRECISION };
  return submissionsOf(read, { caller, settings, predictors, templateSearch });
};
const idOf = async (text: string, changes: object = {}, owner = ''): Promise<string> =>
  (await submissionsFrom(text, changes, owner))[0]!.id;

describe('text that is called a form, as curl calls all text', () => {
  const read = (text: string) =>
    reader.read({
      operation: 'submitPrediction',
      bytes: new TextEncoder().encode(text),
      contentType: 'application/x-www-form-urlencoded',
      query: {},
    });

  it('is read as text', async () => {
    for (const text of ['MKVLA', '>x y=z\nMKVLA', 'id,sequence\na,MKVLA'])
      expect(JSON.parse((await read(text)).records[0]!)).toMatchObject({
        chains: [{ sequence: 'MKVLA' }],
      });
  });

  it('is refused in plain words where it is one', async () => {
    await expect(read('sequence=MKVLA&name=a')).rejects.toMatchObject({
      code: 'MEDIA_TYPE',
      hint: expect.stringContaining('curl -F sequence=') as string,
    });
  });
});

describe('the id of a submission', () => {
  it('does not depend on case, line breaks or the default being named', async () => {
    const id = await idOf('MKVLA');
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    for (const text of ['mkvla', 'MKV\nLA\n', ' M K V L A '])
      expect(await idOf(text), text).toBe(id);
    expect(await idOf('MKVLA', { model: 'fake', numRecycles: 2 })).toBe(id);
  });

  it('depends on everything that changes the result or its files, and on whose it is', async () => {
    const ids = await Promise.all([
      idOf('MKVLA'),
      idOf('MKVLG'),
      idOf('MKV:LA'),
      idOf('MKVLA', { numRecycles: 0 }),
      idOf('MKVLA', { model: 'other' }),
      idOf('MKVLA', { name: 'other' }),
      idOf('>sequence-1 title\nMKVLA'),
      idOf('ATGAAAGTATTAGCA', { type: 'dna' }),
      idOf('ATGAAAGTACTAGCA', { type: 'dna' }),
      idOf('MKVLA', {}, 'somebody'),
    ]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('depends on the precision, as does the result that it shares with others', async () => {
    const [exact] = await submissionsFrom('MKVLA');
    const [rounded] = await submissionsFrom('MKVLA', {}, '', 'int8');
    expect(rounded!.job.id).not.toBe(exact!.job.id);
    expect(rounded!.id).not.toBe(exact!.id);
  });

  it('depends on the warnings, which the files of the result repeat', async () => {
    const [plain] = await submissionsFrom('MKVCA');
    const [replaced] = await submissionsFrom('MKVUA');
    expect(replaced!.input.warnings).toEqual([expect.stringContaining('selenocysteine')]);
    expect(replaced!.id).not.toBe(plain!.id);
    expect(replaced!.job).toEqual(plain!.job);
  });
});

describe('the id of a job', () => {
  const jobOf = async (text: string, changes: object = {}, owner = '') =>
    (await submissionsFrom(text, changes, owner))[0]!.job;

  it('is that of all who ask for the same, whatever they call it', async () => {
    const { id } = await jobOf('MKVLA');
    expect((await jobOf('>a title\nMKVLA', {}, 'somebody')).id).toBe(id);
    expect((await jobOf('MKVLA', { name: 'other' })).id).toBe(id);
    expect((await jobOf('ATGAAAGTATTAGCA', { type: 'dna' })).id).toBe(id);
  });

  it('depends on everything that changes the result', async () => {
    const jobs = await Promise.all([
      jobOf('MKVLA'),
      jobOf('MKVLG'),
      jobOf('MKV:LA'),
      jobOf('MKVLA', { numRecycles: 0 }),
      jobOf('MKVLA', { model: 'other' }),
    ]);
    expect(new Set(jobs.map(({ id }) => id)).size).toBe(jobs.length);
  });

  it('is of a request that holds neither name nor codons', async () => {
    const { request } = await jobOf('>name\nATGAAAGTATTAGCA', { type: 'dna' });
    expect(request).toEqual({ chains: [{ id: 'A', sequence: 'MKVLA' }], numRecycles: 2 });
  });
});

describe('submissionsOf', () => {
  it('names the only record as asked, safe as a file name', async () => {
    const [job] = await submissionsFrom('>x\nMKV', { name: ' my / protein ' });
    expect(job!.name).toBe('my___protein');
  });

  it('estimates before anything is computed', async () => {
    await expect(submissionsFrom('M'.repeat(1500))).rejects.toThrow(/about 2\.3 GB/);
  });

  it('counts templates in time and memory', async () => {
    const perTemplate = { seconds: 5, megabytes: 7 };
    const reading: Predictor = {
      ...fakePredictor({ readsTemplates: true }),
      estimate: ({ numTemplates = 0 }) => ({
        seconds: 1 + numTemplates * perTemplate.seconds,
        megabytes: 1 + numTemplates * perTemplate.megabytes,
      }),
    };
    const structure = readFileSync('test/fixtures/structure/5pti-a.pdb', 'utf8');
    const estimateWith = async (templates: object) => {
      const bytes = new TextEncoder().encode(JSON.stringify({ sequence: 'MKVLA', ...templates }));
      const contentType = 'application/json';
      const read = await reader.read({ operation: 'submitPrediction', bytes, contentType, query: {} }); // prettier-ignore
      const caller = { owner: '', client: '' };
      return (
        await submissionsOf(read, {
          caller,
          settings: usual,
          predictors: [reading],
          templateSearch,
        })
      )[0]!.job.estimate;
    };
    expect(await estimateWith({})).toEqual({ seconds: 1, megabytes: 1 });
    const two = [{ structure }, { structure }];
    expect(await estimateWith({ templates: two })).toEqual({ seconds: 11, megabytes: 15 });
  });

  it('searches for relatives where the operator has named a server, and else refuses', async () => {
    const bytes = new TextEncoder().encode(JSON.stringify({ sequence: 'MKVLA', msa: 'server' }));
    const body = { bytes, contentType: 'application/json', query: {} };
    const read = await reader.read({ ...body, operation: 'submitPrediction' });
    const submit = (environment: Record<string, string>) =>
      submissionsOf(read, {
        caller: { owner: '', client: '' },
        settings: readSettings(environment),
        predictors: [fakePredictor({ readsAlignments: true })],
        templateSearch,
      });
    const [{ job }] = (await submit({
      MSA_SERVER: 'https://msa.example',
      CODONFOLD_CONTACT: 'a@b.example',
    })) as [NewSubmission];
    expect(job.request.alignment).toMatchObject({ server: 'https://msa.example' });
    await expect(submit({})).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      message: 'msa: this server does not search for relatives',
    });
  });

  it.each([
    ['library', 'this server has no library of known structures', 'TEMPLATE_LIBRARY'],
    ['pdb', 'this server does not ask the PDB', 'TEMPLATES_FROM_PDB'],
  ])(
    'searches the %s for templates where it may, and else refuses',
    async (from, message, setting) => {
      const text = JSON.stringify({ sequence: 'MKVLA', templates: from });
      const body = {
        bytes: new TextEncoder().encode(text),
        contentType: 'application/json',
        query: {},
      };
      const read = await reader.read({ ...body, operation: 'submitPrediction' });
      const submit = (place: string | undefined) =>
        submissionsOf(read, {
          ...{ caller: { owner: '', client: '' }, settings: usual },
          predictors: [fakePredictor({ readsTemplates: true })],
          templateSearch: { place: (asked) => (asked === from ? place : undefined) },
        });
      const [{ job }] = (await submit('there')) as [NewSubmission];
      expect(job.request.templates).toEqual({ from, place: 'there' });
      await expect(submit(undefined)).rejects.toMatchObject({
        ...{ code: 'REQUEST_INVALID', message: `templates: ${message}` },
        hint: expect.stringContaining(setting) as string,
      });
    },
  );

  it('reads long genes as it reads short ones', async () => {
    const gene = `ATG${'GCTAAATTC'.repeat(230)}TAA`;
    const text = `>one\n${gene}\n>two\n${gene}`;
    expect(text.length).toBeGreaterThan(4096);
    const jobs = await submissionsFrom(text, { type: 'dna' });
    const [short] = await submissionsFrom(gene, { type: 'dna', name: 'two' });
    expect(jobs.map(({ name }) => name)).toEqual(['one', 'two']);
    const { id, ...second } = jobs[1]!;
    expect(second).toEqual({ ...short, id: undefined, input: { ...short!.input, title: 'two' } });
    expect(id).not.toBe(short!.id);
  });

  it('says where a letter of a long text cannot be read', async () => {
    const text = `${'MKVLA'.repeat(1000)}?`;
    const error: unknown = await submissionsFrom(text).catch((thrown: unknown) => thrown);
    expect(problemOf(error)).toMatchObject({
      code: 'SEQUENCE_LETTER',
      position: 5001,
      letter: '?',
    });
  });

  it('takes the records that were named, and nothing of a genome unasked', async () => {
    const features = Array.from(
      { length: 60 },
      (_, i) => `     CDS             1..9\n                     /gene="gen${i + 1}"`,
    );
    const letters = 'ATGAAATAA'.repeat(9);
    const text = `LOCUS       T1     81 bp    DNA     linear BCT\nFEATURES\n${features.join('\n')}\nORIGIN\n1 ${letters}\n//\n`;
    const namesOf = async (options: object): Promise<string[]> =>
      (await submissionsFrom(text, options)).map(({ name }) => name);
    expect(await namesOf({ record: ['gen7', 'GEN3'] })).toEqual(['gen3', 'gen7']);
    expect(await namesOf({ allRecords: true })).toHaveLength(60);
    await expect(namesOf({})).rejects.toMatchObject({ code: 'BATCH_TOO_LARGE' });
    await expect(namesOf({ record: ['gex'] })).rejects.toMatchObject({ code: 'SEQUENCE_NAME' });
  });

  it('refuses too many records, in long texts as in short ones', async () => {
    for (const numRecords of [usual.MAX_BATCH + 1, 200_000]) {
      const asked = submissionsFrom('>\nM\n'.repeat(numRecords));
      await expect(asked).rejects.toMatchObject({
        code: 'BATCH_TOO_LARGE',
        message: `more than ${usual.MAX_BATCH} records at a time`,
      });
    }
  });
});
