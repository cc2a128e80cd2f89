/** @file Templates over REST: beside a sequence in JSON or in a form, kept with the job and folded after. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePdb } from '#bio-pdb/pdb/reader';
import type { Confidence } from '#predict/files/confidence';
import { forkedPredictor } from '#predict/node/forked-predictor';
import { DEFAULT_MODEL } from '#predict/node/load-model';
import type { PredictionView } from '#server/http/api-schemas';
import { compareStructures } from '#structure/compare-structures';
import { residuesFromStructure } from '#structure/from-bio-pdb';
import { readTemplates } from '#structure/templates/read-templates';
import { ApiClient, problemIn } from '../helpers/api-client.js';
import {
  INHIBITOR,
  RELATIVE as SEQUENCE,
  UNRELATED as OTHER,
} from '../helpers/inhibitor-library.js';
import { startReadingServer, type ReadingServer } from '../helpers/reading-server.js';
import { startTestServer } from '../helpers/server.js';

const PREDICTIONS = '/api/v1/predictions';
const TEMPLATES = [{ name: '5pti-a.pdb', structure: INHIBITOR, chain: 'A' }];

let server: ReadingServer;
let api: ApiClient;

beforeAll(async () => {
  const settings = { MAX_TEMPLATES_MB: '1', MAX_BODY_KB: '64' };
  server = await startReadingServer({ readsTemplates: true }, settings);
  ({ api } = server);
});
afterAll(() => server.close());

describe('templates beside a sequence', () => {
  it('reach the model as they were sent, and can be downloaded from the start', async () => {
    const job = await api.predict({ sequence: SEQUENCE, templates: TEMPLATES });
    expect(job.templates).toEqual({ numChains: 1, isFound: true });
    const sent = readTemplates(new TextEncoder().encode(INHIBITOR), '5pti-a.pdb');
    const back = await (await api.fetch(`${job.links['template.pdb']!}?chain=A`)).text();
    expect(readTemplates(new TextEncoder().encode(back), '5pti-a.pdb')).toEqual(sent);
    expect((await api.finished(job.id)).status).toBe('completed');
    expect(server.seen.at(-1)!.templates).toEqual(sent);
  });

  it('are part of the id, with their chains and names', async () => {
    const given = [
      undefined,
      TEMPLATES,
      [...TEMPLATES, { structure: OTHER }],
      [{ structure: OTHER }],
      [{ structure: OTHER, name: 'other.pdb' }],
    ];
    const ids = await Promise.all(
      given.map(async (templates) => (await api.predict({ sequence: SEQUENCE, templates })).id),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('may be files of a form, packed or not, and are the same then', async () => {
    const templates = [
      { name: 'a.pdb', structure: INHIBITOR },
      { name: 'b.pdb.gz', structure: OTHER },
    ];
    const { id } = await api.predict({ sequence: SEQUENCE, templates });
    const answer = await server.submitForm([
      ['sequence', SEQUENCE],
      ['templates', new File([INHIBITOR], 'a.pdb')],
      ['templates', new File([gzipSync(OTHER)], 'b.pdb.gz')],
    ]);
    expect(await answer.json()).toMatchObject({ id });
  });

  it('go with the prediction that is deleted', async () => {
    const job = await api.predict({ sequence: `${SEQUENCE}A`, templates: TEMPLATES });
    await api.finished(job.id);
    await api.fetch(`${PREDICTIONS}/${job.id}`, { method: 'DELETE' });
    expect((await api.file(job.id, 'template.pdb')).status).toBe(404);
  });
});

describe('what is refused', () => {
  const noProtein = INHIBITOR.replaceAll(/^ATOM.*\n/gm, '');
  it.each<[string, object, number, string, RegExp]>([
    [
      'no structure',
      { templates: [{ name: 'notes', structure: 'hello' }] },
      422,
      'PARSE_PDB',
      /notes/,
    ],
    [
      'an empty file',
      { templates: [{ name: 'empty.pdb', structure: '' }] },
      422,
      'PARSE_PDB',
      /empty\.pdb/,
    ],
    ['no protein', { templates: [{ structure: noProtein }] }, 422, 'PARSE_PDB', /template-1/],
    [
      'a chain that is not there',
      { templates: [{ name: 'x.pdb', structure: INHIBITOR, chain: 'Q' }] },
      422,
      'STRUCTURE_MISMATCH',
      /x\.pdb has no protein chain Q/,
    ],
    [
      'a model that reads none',
      { model: 'other', templates: TEMPLATES },
      400,
      'REQUEST_INVALID',
      /other reads no/,
    ],
    ['none', { templates: [] }, 400, 'REQUEST_INVALID', /templates/],
    [
      'a complex',
      { sequence: `${SEQUENCE}:${SEQUENCE}`, templates: TEMPLATES },
      400,
      'REQUEST_INVALID',
      /single chain/,
    ],
    ['text', { templates: 'here' }, 400, 'REQUEST_INVALID', /templates/],
    [
      'more than may be sent',
      { templates: [{ structure: INHIBITOR + ' '.repeat(1 << 20) }] },
      413,
      'BODY_TOO_LARGE',
      /1 MB/,
    ],
  ])('%s', async (_, body, status, code, detail) => {
    const problem = await problemIn(await api.submit({ sequence: SEQUENCE, ...body }));
    expect(problem).toMatchObject({ status, code });
    expect(problem.detail).toMatch(detail);
  });

  it('a file that is cut short, by its name', async () => {
    const cut = new File([gzipSync(INHIBITOR).subarray(0, 100)], 'cut.pdb.gz');
    const answer = await server.submitForm([
      ['sequence', SEQUENCE],
      ['templates', cut],
    ]);
    const problem = await problemIn(answer);
    expect(problem).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
    expect(problem.detail).toMatch(/the gzip data of cut\.pdb\.gz are broken or cut short/);
  });

  it('templates of several sequences, and to look for what is not there', async () => {
    const fasta = `>a\n${SEQUENCE}\n>b\n${SEQUENCE}\n`;
    const problem = await problemIn(await api.submit({ fasta, templates: TEMPLATES }));
    expect(problem).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
    expect(problem.detail).toContain('one sequence at a time');
    const job = await api.predict({ sequence: SEQUENCE, templates: TEMPLATES });
    expect((await api.file(job.id, 'template.pdb?source=other')).status).toBe(404);
    const without: PredictionView = await api.predict({ sequence: SEQUENCE });
    expect(without.links).not.toHaveProperty('template.pdb');
    expect((await api.file(without.id, 'template.pdb')).status).toBe(404);
  });
});

it('codonfold-small folds after a template over REST, and says so in its files', async () => {
  const folding = await startTestServer({}, [forkedPredictor(DEFAULT_MODEL, { numThreads: 1 })]);
  try {
    const client = new ApiClient(folding.url);
    const templates = [...TEMPLATES, { name: '2hbb-a.pdb', structure: OTHER }];
    const { id } = await client.predict({ sequence: SEQUENCE, templates });
    expect((await client.finished(id, 60_000)).status).toBe('completed');
    const pdb = await (await client.file(id, 'structure.pdb')).text();
    const [ours, theirs] = [pdb, INHIBITOR].map((text) => residuesFromStructure(parsePdb(text)));
    expect(compareStructures(ours!, theirs!).tmScore).toBeGreaterThan(0.9);
    const confidence = (await (await client.file(id, 'confidence.json')).json()) as Confidence;
    expect(confidence.templates!.chains.map(({ source, isUsed }) => [source, isUsed])).toEqual([
      ['5pti-a.pdb', true],
      ['2hbb-a.pdb', false],
    ]);
    expect(await (await client.file(id, 'structure.cif')).text()).toContain('_ma_template_details');
  } finally {
    await folding.close();
  }
}, 120_000);
