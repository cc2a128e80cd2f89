import { describe, expect, it } from 'vitest';
import { PredictionSchema } from '#server/http/api-schemas';
import { batchView, predictionView, progressView, stillView } from '#server/http/views';
import type { JobState } from '#store/job';
import type { SubmissionRecord } from '#store/submission';
import { newJob, submissionRecord as record } from '../../helpers/jobs.js';

const NOBODY = { owner: '', listed: '', client: 'c' };

const summary = { meanPlddt: 71, ptm: 0.5 };
const finishedAt = Date.UTC(2024, 1, 5);
const startedAt = Date.UTC(2024, 1, 4);

describe('stillView', () => {
  it('shows of a prediction that waits what was asked for, and no more', () => {
    const view = stillView(record('waiting', { job: { summary, error: { code: 'X', detail: 'y' } } }), NOBODY); // prettier-ignore
    expect(view).toStrictEqual({
      id: 'x',
      name: 'mine',
      status: 'waiting',
      isOwn: true,
      model: 'fake',
      numRecycles: 2,
      numResidues: 10,
      chains: [{ id: 'A', sequence: 'MKTAYIAKQR' }],
      input: { kind: 'protein', title: 'x', warnings: [] },
      estimate: { seconds: 1, megabytes: 50 },
      attempts: 2,
      createdAt: '2024-02-03T00:00:00.000Z',
      links: { self: '/api/v1/predictions/x', events: '/api/v1/predictions/x/events' },
    });
    expect(PredictionSchema.parse(view)).toEqual(view);
  });

  it('shows confidence, times and files of one that is completed', () => {
    const view = stillView(
      record('completed', { finishedAt, job: { startedAt, summary, error: { code: 'X', detail: 'y' } } }), // prettier-ignore
      NOBODY,
    );
    expect(view).toMatchObject({
      ...summary,
      startedAt: '2024-02-04T00:00:00.000Z',
      finishedAt: '2024-02-05T00:00:00.000Z',
    });
    expect(view).not.toHaveProperty('error');
    const names = ['structure.pdb', 'structure.cif', 'confidence.json', 'pae.json', 'bundle.zip'];
    for (const name of [...names, 'neighbours'])
      expect(view.links[name]).toBe(`/api/v1/predictions/x/${name}`);
    expect(Object.keys(view.links)).toHaveLength(2 + names.length + 1);
  });

  it('shows why one failed, and nothing of an earlier result', () => {
    const error = { code: 'PROCESS_DIED', detail: 'ended' };
    const view = stillView(record('failed', { finishedAt, job: { error, summary } }), NOBODY);
    expect(view.error).toEqual(error);
    expect(view).not.toHaveProperty('ptm');
    expect(stillView(record('failed'), NOBODY)).not.toHaveProperty('error');
  });

  it('belongs to its owner, and to everybody where nobody owns it', () => {
    const isOwn = (owner: string, caller: string) =>
      stillView(record('waiting', { owner }), { ...NOBODY, owner: caller }).isOwn;
    expect([isOwn('a', 'a'), isOwn('a', 'b'), isOwn('', 'b'), isOwn('a', '')]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  const given = {
    alignment: { sha256: 's', numRows: 7 },
    templates: { sha256: 't', numChains: 3 },
  };
  const sought = {
    alignment: { server: 'https://msa.example', mode: 'env' },
    templates: { from: 'library' as const, place: 'p' },
  };
  const request = newJob('job').request;

  it('shows an alignment and templates that came with it, and where they are', () => {
    const view = stillView(
      record('active', { job: { request: { ...request, ...given } } }),
      NOBODY,
    );
    expect(view.alignment).toEqual({ numRows: 7, isFound: true });
    expect(view.templates).toEqual({ numChains: 3, isFound: true });
    expect(view.links).toMatchObject({
      'alignment.a3m': '/api/v1/predictions/x/alignment.a3m',
      'template.pdb': '/api/v1/predictions/x/template.pdb',
    });
  });

  it('shows what is searched for, and links it once it is found', () => {
    const asked = { ...request, ...sought };
    const before = stillView(record('active', { job: { request: asked, searches: 'server' } }), NOBODY); // prettier-ignore
    expect(before.alignment).toEqual({ server: 'https://msa.example', isFound: false });
    expect(before.templates).toEqual({ from: 'library', isFound: false });
    expect(Object.keys(before.links)).toEqual(['self', 'events']);
    const after = stillView(record('active', { job: { request: asked } }), NOBODY);
    expect(after.alignment).toMatchObject({ isFound: true });
    expect(after.templates).toMatchObject({ isFound: true });
    expect(Object.keys(after.links)).toEqual(['self', 'events', 'alignment.a3m', 'template.pdb']);
  });

  it('shows templates that were given while relatives are searched for', () => {
    const mixed = { ...request, alignment: sought.alignment, templates: given.templates };
    const view = stillView(record('active', { job: { request: mixed, searches: 'server' } }), NOBODY); // prettier-ignore
    expect(view.templates).toEqual({ numChains: 3, isFound: true });
    expect(Object.keys(view.links)).toEqual(['self', 'events', 'template.pdb']);
  });
});

describe('predictionView', () => {
  const progress = { pass: 1, numPasses: 3, block: 2, numBlocks: 4 };
  const services = {
    store: { runs: { countBefore: () => Promise.resolve(5) } },
    events: { progress: () => progress, search: () => 'asked' },
  };
  const view = (submission: SubmissionRecord) =>
    predictionView(submission, { services, caller: NOBODY } as unknown as Parameters<
      typeof predictionView
    >[1]);

  it('adds its place to one that waits', async () => {
    const submission = record('waiting', { job: { searches: 'server' } });
    expect(await view(submission)).toStrictEqual({
      ...stillView(submission, NOBODY),
      position: 5,
    });
  });

  it('adds its progress to one that runs', async () => {
    const submission = record('active');
    const added = { progress: { ...progress, fraction: 0.5 } };
    expect(await view(submission)).toStrictEqual({ ...stillView(submission, NOBODY), ...added });
  });

  it('adds how its search stands to one that searches', async () => {
    const submission = record('active', { job: { searches: 'server' } });
    expect(await view(submission)).toMatchObject({ search: { message: 'asked' } });
  });

  it('adds nothing to one that has ended', async () => {
    const submission = record('completed', { finishedAt, job: { summary, searches: 'server' } });
    expect(await view(submission)).toStrictEqual(stillView(submission, NOBODY));
  });

  it('tells the share that is done in thousandths', () => {
    const thirds = { pass: 0, numPasses: 1, block: 2, numBlocks: 3 };
    expect(progressView(thirds)).toEqual({ ...thirds, fraction: 0.667 });
  });
});

describe('batchView', () => {
  const view = (...states: JobState[]) =>
    batchView({ id: 'b', createdAt: finishedAt }, states.map((state) => record(state)), NOBODY); // prettier-ignore

  it.each([
    [['waiting', 'waiting'], 'waiting'],
    [['waiting', 'completed'], 'active'],
    [['waiting', 'active'], 'active'],
    [['waiting'], 'waiting'],
    [['active'], 'active'],
    [['active', 'active'], 'active'],
    [['completed', 'active', 'failed'], 'active'],
    [['completed', 'completed'], 'completed'],
    [['completed', 'failed'], 'failed'],
    [['completed', 'cancelled', 'failed'], 'cancelled'],
    [[], 'completed'],
  ] as const)('of %j is %s', (states, status) => {
    expect(view(...states).status).toBe(status);
  });

  it('counts its members and shows each', () => {
    expect(view('waiting', 'active', 'active', 'failed')).toMatchObject({
      id: 'b',
      createdAt: '2024-02-05T00:00:00.000Z',
      counts: { waiting: 1, active: 2, completed: 0, failed: 1, cancelled: 0 },
      predictions: [{}, {}, {}, { status: 'failed' }],
      links: { self: '/api/v1/batches/b' },
    });
  });
});
