/** @file `templates: "library"` and `"pdb"`: a server searches for templates, and goes on where it was killed. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Confidence } from '#predict/files/confidence';
import { forkedPredictor } from '#predict/node/forked-predictor';
import { DEFAULT_MODEL } from '#predict/node/load-model';
import type { PredictionView } from '#server/http/api-schemas';
import { ApiClient, problemIn } from '../helpers/api-client.js';
import {
  buildInhibitorLibrary,
  INHIBITOR,
  INHIBITOR_SEQUENCE,
  inhibitorEntry,
  RELATIVE,
} from '../helpers/inhibitor-library.js';
import { hits, sends, startPdbService, type FakePdbService } from '../helpers/pdb-service.js';
import { startReadingServer, type ReadingServer } from '../helpers/reading-server.js';
import { startTestServer, testSettings } from '../helpers/server.js';
import { spawnServer, type ServerProcess } from '../helpers/server-process.js';
import { temporaryFolder } from '../helpers/services.js';

const STRANGER = 'MKVLAWRRNDMKVLAWRRNDHHGSGSTAYE';
/** A lock of a process that was killed is taken over after thirty seconds. */
const LONG = 90_000;

interface Models {
  readonly models: readonly {
    readonly templateLibrary?: { readonly numChains: number };
    readonly templateServer?: string;
  }[];
}
const modelsOf = async (api: ApiClient) =>
  ((await (await api.fetch('/api/v1/models')).json()) as Models).models;
const sourcesIn = (server: ReadingServer): string[] =>
  server.seen.at(-1)!.templates!.map(({ source, chainId }) => `${source}:${chainId}`);

describe('templates of the library of a server', () => {
  let server: ReadingServer;
  let library: string;
  beforeAll(async () => {
    library = await buildInhibitorLibrary(temporaryFolder('library'));
    server = await startReadingServer({ readsTemplates: true }, { TEMPLATE_LIBRARY: library });
  }, 60_000);
  afterAll(() => server.close());
  const finished = async (body: object): Promise<PredictionView> => {
    const job = await server.api.predict(body);
    return server.api.finished(job.id);
  };

  it('are found, folded after, kept, and found once', async () => {
    const [reading, other] = await modelsOf(server.api);
    expect(reading!.templateLibrary).toEqual({ numChains: 2 });
    expect(reading).not.toHaveProperty('templateServer');
    expect(other).not.toHaveProperty('templateLibrary');
    const body = { sequence: RELATIVE, templates: 'library' };
    const done = await finished(body);
    expect(done).toMatchObject({
      status: 'completed',
      templates: { from: 'library', isFound: true },
      attempts: 2,
    });
    expect(sourcesIn(server)).toEqual(['5PTI:A']);
    const { 'template.pdb': address = '' } = done.links;
    expect(await (await server.api.fetch(address)).text()).toMatch(/^ATOM .* CA /m);
    const again = await server.submitForm([
      ['sequence', RELATIVE],
      ['templates', 'library'],
    ]);
    expect(await again.json()).toMatchObject({ id: done.id, status: 'completed' });
  });

  it('are none where nothing resembles the sequence, or all is left out', async () => {
    const excluded = { sequence: RELATIVE, templates: 'library', templateExclude: ['5pti'] };
    for (const body of [{ sequence: STRANGER, templates: 'library' }, excluded]) {
      expect((await finished(body)).status).toBe('completed');
      expect(sourcesIn(server)).toEqual([]);
    }
  });

  it('are part of the id by what the library holds and by what is left out', async () => {
    const sequence = RELATIVE;
    const templates = 'library';
    const ids = [
      await server.api.predict({ sequence }),
      await server.api.predict({ sequence, templates }),
      await server.api.predict({ sequence, templates, templateMaxIdentity: 0.9 }),
      await server.api.predict({ sequence, templates, templateMaxDate: '2021-09-30' }),
    ].map(({ id }) => id);
    const moved = INHIBITOR.replace(/^(ATOM.{26})(.{8})/m, (_, head: string, x: string) => {
      return head + (Number(x) + 1).toFixed(3).padStart(8);
    });
    expect(moved).not.toBe(INHIBITOR);
    const TEMPLATE_LIBRARY = await buildInhibitorLibrary(temporaryFolder('moved'), moved);
    const other = await startReadingServer({ readsTemplates: true }, { TEMPLATE_LIBRARY });
    ids.push((await other.api.predict({ sequence, templates })).id);
    await other.close();
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each<[string, object, RegExp]>([
    ['a complex', { sequence: `${RELATIVE}:${RELATIVE}`, templates: 'library' }, /single chain/],
    ['another place', { sequence: RELATIVE, templates: 'folder' }, /library or pdb/],
    ['the PDB, where it is not allowed', { sequence: RELATIVE, templates: 'pdb' }, /the PDB/],
    ['a model that reads none', { sequence: RELATIVE, templates: 'library', model: 'other' }, /no/],
    ['a choice among nothing', { sequence: RELATIVE, templateMaxIdentity: 0.3 }, /templates must/],
    [
      'a date that is none',
      { sequence: RELATIVE, templates: 'library', templateMaxDate: '2021-02-30' },
      /templateMaxDate/,
    ],
  ])('are refused for %s', async (_, body, detail) => {
    const problem = await problemIn(await server.api.submit(body));
    expect(problem).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
    expect(problem.detail).toMatch(detail);
  });

  it('are searched for each record of a batch', async () => {
    const fasta = `>a\n${RELATIVE}\n>b\n${INHIBITOR_SEQUENCE}\n`;
    const answer = await server.api.submit({ fasta, templates: 'library' });
    const { predictions } = (await answer.json()) as { readonly predictions: PredictionView[] };
    for (const { id } of predictions)
      expect((await server.api.finished(id)).status).toBe('completed');
    expect(predictions).toHaveLength(2);
  });

  it('codonfold-small folds after them, and says that a structure is known', async () => {
    const folding = await startTestServer({ TEMPLATE_LIBRARY: library }, [
      forkedPredictor(DEFAULT_MODEL, { numThreads: 1 }),
    ]);
    try {
      const client = new ApiClient(folding.url);
      const confidenceOf = async (sequence: string): Promise<Confidence> => {
        const { id } = await client.predict({ sequence, templates: 'library' });
        expect((await client.finished(id, 60_000)).status).toBe('completed');
        return (await (await client.file(id, 'confidence.json')).json()) as Confidence;
      };
      const relative = await confidenceOf(RELATIVE);
      expect(relative.templates!.chains).toMatchObject([{ source: '5PTI', isUsed: true }]);
      expect(relative).not.toHaveProperty('knownStructure');
      expect((await confidenceOf(INHIBITOR_SEQUENCE)).knownStructure).toEqual({
        source: '5PTI',
        chainId: 'A',
      });
      const stranger = await confidenceOf(STRANGER);
      expect(stranger.templates!.chains).toEqual([]);
      expect(stranger.warnings).toContain('no template was used: none was found');
    } finally {
      await folding.close();
    }
  }, 120_000);
});

it('a server does not start with a library that is none', async () => {
  const settings = { TEMPLATE_LIBRARY: 'package.json' };
  await expect(startReadingServer({ readsTemplates: true }, settings)).rejects.toThrow(
    /package\.json cannot be used as a library/,
  );
});

describe('templates of the PDB', () => {
  let pdb: FakePdbService;
  let settings: Record<string, string>;
  let server: ServerProcess;
  const started: ServerProcess[] = [];
  const start = async (): Promise<ApiClient> => {
    server = await spawnServer(settings);
    started.push(server);
    return new ApiClient(server.url);
  };
  const serve = async (...args: Parameters<typeof startPdbService>): Promise<void> => {
    pdb = await startPdbService(...args);
    settings = {
      ...testSettings(temporaryFolder('pdb')),
      ...pdb.environment,
      TEMPLATES_FROM_PDB: '1',
      CODONFOLD_CACHE: temporaryFolder('pdb-cache'),
      FAKE_READS_TEMPLATES: '1',
    };
  };
  const BODY = { sequence: RELATIVE, templates: 'pdb' };
  afterEach(async () => {
    await Promise.all(started.splice(0).map((process) => process.kill()));
    await pdb.close();
  });
  const whenAsked = async (line: RegExp): Promise<void> => {
    while (!pdb.lines().some((asked) => line.test(asked))) await delay(50);
  };

  it(
    'are asked for beside predictions that need none, and asked for once',
    async () => {
      let answer = (): void => undefined;
      const inTime = new Promise<void>((resolve) => (answer = resolve));
      await serve([hits('5PTI_1')], {
        '5PTI': (response) => {
          void inTime.then(() => {
            sends(inhibitorEntry())(response);
          });
        },
      });
      const api = await start();
      const [model] = await modelsOf(api);
      expect(model!.templateServer).toBe(pdb.environment['CODONFOLD_PDB_SEARCH']);
      const job = await api.predict(BODY);
      expect(job.templates).toEqual({ from: 'pdb', isFound: false });
      expect(job.links).not.toHaveProperty('template.pdb');
      await whenAsked(/GET \/files\/5PTI/);
      const searching = await api.job(job.id);
      expect(searching.status).toBe('active');
      expect(searching.search!.message).toMatch(/5PTI comes from 127\.0\.0\.1/);
      const other = await api.predict({ sequence: STRANGER });
      expect((await api.finished(other.id)).status).toBe('completed');
      answer();
      expect(await api.finished(job.id)).toMatchObject({
        status: 'completed',
        templates: { isFound: true },
      });
      const filtered = await api.predict({ ...BODY, templateMaxIdentity: 0.99 });
      expect((await api.finished(filtered.id)).status).toBe('completed');
      expect(pdb.lines()).toEqual(['POST /query', 'GET /files/5PTI.cif.gz']);
    },
    LONG,
  );

  it(
    'are asked for again by what is kept after a process was killed, and no longer once cancelled',
    async () => {
      await serve([hits('5PTI_1')], { '5PTI': () => undefined });
      const api = await start();
      const job = await api.predict(BODY);
      await whenAsked(/GET \/files\/5PTI/);
      await server.kill();
      const again = await start();
      while (pdb.lines().length < 3) await delay(50);
      expect(pdb.lines()).toEqual([
        'POST /query',
        'GET /files/5PTI.cif.gz',
        'GET /files/5PTI.cif.gz',
      ]);
      await again.fetch(job.links['self']!, { method: 'DELETE' });
      expect((await again.job(job.id)).status).toBe('cancelled');
      const asked = pdb.lines().length;
      await delay(3000); // longer than the first wait after a failure
      expect(pdb.lines()).toHaveLength(asked);
    },
    LONG,
  );

  it('are not asked for where a sequence is too short for it, or the server fails', async () => {
    await serve([sends('nothing is known of this', 400)]);
    const api = await start();
    const short = await api.predict({ sequence: RELATIVE.slice(0, 20), templates: 'pdb' });
    expect((await api.finished(short.id)).status).toBe('completed');
    expect(pdb.lines()).toEqual([]);
    const failed = await api.predict(BODY);
    const { status, error } = await api.finished(failed.id);
    expect([status, error!.code]).toEqual(['failed', 'TEMPLATE_SEARCH']);
  });
});
