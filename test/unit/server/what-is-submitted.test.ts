/** @file From a request that was read to jobs and submissions, to the last field. */
import { createHash } from 'node:crypto';
import { expect, describe, it } from 'vitest';
import type { Predictor } from '#predict/prediction';
import type { ReadRequest } from '#server/http/read-request';
import { submissionsOf, type SubmissionContext } from '#server/jobs/submission';
import { readSettings } from '#server/settings';
import type { NewSubmission } from '#store/submission';
import { fakePredictor } from '../../helpers/fake-predictor.js';

/** What the predictor was asked to estimate. */
let estimated: object[];
let megabytes = 1;
const modelOf = (facts: object = {}): Predictor => {
  const fake = fakePredictor({ readsAlignments: true, readsTemplates: true });
  return {
    ...fake,
    model: { ...fake.model, stopsEarly: true, ...facts },
    estimate: (workload) => {
      estimated.push(workload);
      return { seconds: 1, megabytes };
    },
  };
};

const RECORD = {
  ...{ kind: 'protein', title: 'a title', name: 'one', warnings: [] },
  chains: [{ id: 'A', sequence: 'MKVLA' }],
};
const submit = (
  {
    record = {},
    ...read
  }: Partial<Omit<ReadRequest, 'records'>> & { readonly record?: object } = {},
  { environment = {}, ...changes }: Partial<SubmissionContext> & { readonly environment?: Record<string, string> } = {}, // prettier-ignore
): Promise<NewSubmission[]> => {
  estimated = [];
  return submissionsOf(
    { options: {}, ...read, records: [JSON.stringify({ ...RECORD, ...record })] },
    {
      caller: { owner: 'me', client: 'c' },
      settings: readSettings({ MEMORY_LIMIT_MB: '1000', ...environment }),
      predictors: [modelOf()],
      templateSearch: { place: (from) => `place of ${from}` },
      ...changes,
    },
  );
};
const only = async (...args: Parameters<typeof submit>) => (await submit(...args))[0]!;
const sha = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);
const PACKED = Uint8Array.of(1, 2, 3);
const ALIGNMENT = { sha256: 's', packed: PACKED, rows: { maxClusters: 5, seed: 7 } };
const SEARCH = {
  ...{ MSA_SERVER: 'https://a.example', CODONFOLD_CONTACT: 'me@b.example' },
};

describe('ids', () => {
  it('are those of earlier versions', async () => {
    const { id, job } = await only();
    const request = '{"chains":[{"id":"A","sequence":"MKVLA"}],"numRecycles":2}';
    expect(job.id).toBe(sha(`["job","${'f'.repeat(64)}",${request}]`));
    const input = '{"kind":"protein","title":"a title","warnings":[]}';
    expect(id).toBe(sha(`["submission","me","${job.id}","one",[null],${input}]`));
    const rounded = await only({}, { environment: { PRECISION: 'int8' } });
    expect(rounded.job.id).toBe(sha(`["job","${'f'.repeat(64)}",${request},"int8"]`));
  });

  it('depend on the codons, each with its place', async () => {
    const codons = [{ codon: 'ATG', positions: [1, 2, 3] }];
    const { id, job } = await only({ record: { chains: [{ id: 'A', sequence: 'M', codons }] } });
    const input = '{"kind":"protein","title":"a title","warnings":[]}';
    expect(id).toBe(sha(`["submission","me","${job.id}","one",[[["ATG",1,2,3]]],${input}]`));
  });
});

describe('a submission', () => {
  it('of a protein holds nothing that was not said', async () => {
    const { job, ...rest } = await only();
    expect(rest).toStrictEqual({
      ...{ id: rest.id, owner: 'me', client: 'c', name: 'one', chains: RECORD.chains },
      input: { kind: 'protein', title: 'a title', warnings: [] },
    });
    expect(job).toStrictEqual({
      ...{ id: job.id, model: { name: 'fake', sha256: 'f'.repeat(64) }, numResidues: 5 },
      request: { chains: RECORD.chains, numRecycles: 2 },
      estimate: { seconds: 1, megabytes: 1 },
    });
  });

  it('says how nucleotides were read, and what chains are called that are not A, B, …', async () => {
    const chains = [
      { id: 'A', sequence: 'MK' },
      { id: 'heavy', sequence: 'VLA' },
    ];
    const warnings = [{ message: 'short', position: 1, offsets: [] }];
    const said = { kind: 'dna', assumed: 'DNA', geneticCode: 11, frame: -2, warnings };
    const { input, job } = await only({ record: { ...said, chains } });
    expect(input).toStrictEqual({
      ...{ kind: 'dna', title: 'a title', assumed: 'DNA', geneticCode: 11, frame: -2 },
      ...{ chainNames: ['A', 'heavy'], warnings: ['short'] },
    });
    expect(job.request.chains.map(({ id }) => id)).toEqual(['A', 'B']);
    expect(job.numResidues).toBe(5);
  });

  it('asks for as many passes and as small a change as was said', async () => {
    const { job } = await only({ options: { numRecycles: 0, recycleTolerance: 0.5 } });
    expect(job.request).toStrictEqual({
      ...{ chains: RECORD.chains, numRecycles: 0, recycleTolerance: 0.5 },
    });
    expect(estimated).toMatchObject([{ numRecycles: 0, chainLengths: [5] }]);
  });
});

describe('an alignment', () => {
  it('that came along is stored beside the request, which says how rows are drawn', async () => {
    const { job } = await only({ alignment: ALIGNMENT, record: { numAlignmentRows: 4 } });
    expect(job.request.alignment).toEqual({ sha256: 's', numRows: 4, maxClusters: 5, seed: 7 });
    expect(job.alignment).toBe(PACKED);
    expect(job).not.toHaveProperty('templates');
    expect(estimated).toMatchObject([{ numRows: 4, maxClusters: 5, numTemplates: undefined }]);
  });

  it('is of one row where none came along, and of nobody knows how many where it is searched for', async () => {
    await submit();
    expect(estimated).toMatchObject([{ numRows: 1 }]);
    const options = { search: { maxExtra: 9, sampling: 'first' as const } };
    const { job } = await only({ options }, { environment: SEARCH });
    expect(job.request.alignment).toEqual({
      ...{ server: 'https://a.example', mode: 'env', maxExtra: 9, sampling: 'first' },
    });
    expect(estimated).toMatchObject([{ numRows: undefined, maxExtra: 9 }]);
    expect(job).not.toHaveProperty('alignment');
  });
});

describe('templates', () => {
  it('that came along are stored beside the request', async () => {
    const templates = { sha256: 't', packed: PACKED, numChains: 3 };
    const { job } = await only({ templates });
    expect(job.request.templates).toStrictEqual({ sha256: 't', numChains: 3 });
    expect(job.templates).toBe(PACKED);
    expect(job).not.toHaveProperty('alignment');
    expect(estimated).toMatchObject([{ numTemplates: 3 }]);
  });

  it('that are searched for are as many as the model takes, and some are left out as was said', async () => {
    const filter = { maxDate: '2020-01-01', exclude: undefined };
    const { job } = await only({ options: { templateSearch: { from: 'pdb', filter } as never } });
    expect(job.request.templates).toEqual({
      ...{ from: 'pdb', place: 'place of pdb', filter: { maxDate: '2020-01-01' } },
    });
    expect(estimated).toMatchObject([{ numTemplates: Infinity }]);
    for (const empty of [{}, { filter: { maxDate: undefined } }]) {
      const search = { from: 'library' as const, ...empty } as never;
      const plain = await only({ options: { templateSearch: search } });
      expect(plain.job.request.templates).toStrictEqual({
        ...{ from: 'library', place: 'place of library' },
      });
    }
  });
});

describe('a model', () => {
  it.each([
    ['an alignment', { alignment: ALIGNMENT }],
    ['an alignment that is searched for', { options: { search: {} } }],
    ['templates', { templates: { sha256: 't', packed: PACKED, numChains: 1 } }],
    ['templates that are searched for', { options: { templateSearch: { from: 'pdb' as const } } }],
    ['a tolerance', { options: { recycleTolerance: 0.5 } }],
  ])('that does not read %s refuses it', async (_, read) => {
    const facts = { readsAlignments: false, readsTemplates: false, stopsEarly: false };
    const context = { environment: SEARCH, predictors: [modelOf(facts)] };
    await expect(submit(read, context)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    await expect(submit(read, { environment: SEARCH })).resolves.toHaveLength(1);
  });

  it('is the first unless another is named', async () => {
    const predictors = [modelOf(), modelOf({ name: 'other', sha256: 'e'.repeat(64) })];
    const modelFor = async (options: ReadRequest['options']) =>
      (await only({ options }, { predictors })).job.model.name;
    expect(await modelFor({})).toBe('fake');
    expect(await modelFor({ model: 'other' })).toBe('other');
    await expect(modelFor({ model: 'gone' })).rejects.toMatchObject({
      ...{ code: 'MODEL_UNKNOWN', message: 'there is no model "gone"' },
      hint: 'this server has fake, other',
    });
  });

  it('may need just the memory that there is', async () => {
    const environment = { MEMORY_LIMIT_MB: '1000' };
    megabytes = 1000;
    await expect(submit({}, { environment })).resolves.toHaveLength(1);
    megabytes = 1000.0005;
    await expect(submit({}, { environment })).rejects.toMatchObject({
      code: 'MEMORY_ESTIMATE',
      message: 'one: 5 residues would take about 1.0 GB of memory; 1.0 GB may be used',
    });
    megabytes = 1;
  });
});
