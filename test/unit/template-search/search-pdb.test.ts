import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeMmcif } from '#bio-pdb/mmcif/writer';
import { parsePdb } from '#bio-pdb/pdb/reader';
import type { TemplateFilter } from '#template-search/find-templates';
import { searchPdb, type PdbSearch } from '#template-search/rcsb/search-pdb';
import { VERSION } from '#version';
import {
  hits,
  sends,
  startPdbService,
  type FakePdbService,
  type PdbAnswer,
} from '../../helpers/pdb-service.js';

const atoms = (name: string): string[] =>
  readFileSync(`test/fixtures/structure/${name}.pdb`, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('ATOM'));
/** The Kunitz domain of the amyloid precursor protein, a relative of 5PTI. */
const QUERY = 'EVCSEQAETGPCRAMISRWYFDVTEGKCAPFFYGGCGGNRNNFDTEEYCMAVCGSA';

/** An mmCIF file as the PDB has it. */
function entry(id: string, lines: readonly string[], released = '1983-01-18'): Buffer {
  const cif = writeMmcif({ ...parsePdb(lines.join('\n')), id });
  const history = `_pdbx_audit_revision_history.revision_date ${released}\n#\n`;
  return gzipSync(`${cif}\n${history}`);
}

const INHIBITOR = entry('5PTI', atoms('5pti-a'));
const chainB = atoms('2hbb-a').map((line) => `${line.slice(0, 21)}B${line.slice(22)}`);
/** The inhibitor beside another protein. */
const COMPLEX = entry('9CPX', [...atoms('5pti-a').slice(60), 'TER', ...chainB]);

/** The inhibitor without its first residues: none, one, two and so on, as many as there are entries. */
function shortened(ids: readonly string[]): Record<string, PdbAnswer> {
  const residueOf = (line: string): string => line.slice(22, 27);
  const residues = [...new Set(atoms('5pti-a').map(residueOf))];
  return Object.fromEntries(
    ids.map((id, k) => {
      const kept = new Set(residues.slice(k));
      return [id, sends(entry(id, atoms('5pti-a').filter((line) => kept.has(residueOf(line)))))]; // prettier-ignore
    }),
  );
}

let cache: string;
let service: FakePdbService;
let messages: string[];
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'codonfold-pdb-'));
  messages = [];
});
afterEach(async () => {
  await service.close();
  rmSync(cache, { recursive: true, force: true });
});

const start = async (searches: PdbAnswer[], files: Record<string, PdbAnswer> = {}) => {
  service = await startPdbService(searches, { '5PTI': sends(INHIBITOR), ...files });
};
const search = (settings: PdbSearch = {}) =>
  searchPdb(QUERY, {
    firstWaitMs: 1,
    lock: { pollMs: 1 },
    onMessage: (message) => messages.push(message),
    ...settings,
    environment: { CODONFOLD_CACHE: cache, ...service.environment, ...settings.environment },
  });
const idsOf = ({ found }: Awaited<ReturnType<typeof searchPdb>>): string[] =>
  found.map(({ facts, template }) => `${facts.id}:${template.chainId}`);

describe('a search of the PDB', () => {
  it('sends the sequence, says so and who asks, and gives what was found as templates', async () => {
    await start([hits('5PTI_1')]);
    const { found, problems } = await search({
      environment: { CODONFOLD_CONTACT: 'me@example.org' },
    });
    expect(problems).toEqual([]);
    expect(found).toMatchObject([
      { facts: { id: '5PTI', date: '1983-01-18' }, template: { source: '5PTI', chainId: 'A' } },
    ]);
    expect(found[0]!.identity).toBeGreaterThan(0.4);
    expect(readFileSync(found[0]!.path)).toEqual(INHIBITOR);
    expect(service.lines()).toEqual(['POST /query', 'GET /files/5PTI.cif.gz']);
    expect(service.requests[0]!.userAgent).toBe(`codonfold/${VERSION} me@example.org`);
    expect(JSON.parse(service.requests[0]!.body)).toMatchObject({
      query: {
        service: 'sequence',
        parameters: { sequence_type: 'protein', evalue_cutoff: 1e-3, value: QUERY },
      },
      return_type: 'polymer_entity',
    });
    expect(messages[0]).toMatch(/The sequence is sent to 127\.0\.0\.1/);
  });

  it('asks in the words of the search service', async () => {
    await start([hits('5PTI_1')]);
    await search({ filter: { maxDate: '1990-01-31' } });
    const resembles = {
      ...{ type: 'terminal', service: 'sequence' },
      parameters: {
        ...{ evalue_cutoff: 1e-3, identity_cutoff: 0, sequence_type: 'protein', value: QUERY },
      },
    };
    const until = {
      ...{ type: 'terminal', service: 'text' },
      parameters: {
        attribute: 'rcsb_accession_info.initial_release_date',
        ...{ operator: 'less_or_equal', value: '1990-01-31' },
      },
    };
    expect(JSON.parse(service.requests[0]!.body)).toEqual({
      query: { type: 'group', logical_operator: 'and', nodes: [resembles, until] },
      return_type: 'polymer_entity',
      request_options: { scoring_strategy: 'sequence', paginate: { start: 0, rows: 100 } },
    });
  });

  it('gives eight templates of different sequences at most, and asks for no more files', async () => {
    const ids = Array.from({ length: 10 }, (_, k) => `9Y0${k}`);
    await start([hits(...ids.map((id) => `${id}_1`))], shortened(ids));
    expect(idsOf(await search())).toEqual(ids.slice(0, 8).map((id) => `${id}:A`));
    expect(service.lines().filter((line) => line.startsWith('GET'))).toHaveLength(8);
  });

  it('gives no more where the last entry has several', async () => {
    const ids = Array.from({ length: 7 }, (_, k) => `9Y0${k}`);
    const files = { ...shortened(ids), '9CPX': sends(COMPLEX) };
    await start([hits(...ids.map((id) => `${id}_1`), '9CPX_1', '9CPX_2')], files);
    expect(idsOf(await search())).toEqual([...ids.map((id) => `${id}:A`), '9CPX:A']);
    await service.close();
    rmSync(cache, { recursive: true });
    await start([hits('9CPX_2', '9CPX_1')], files);
    expect(idsOf(await search())).toEqual(['9CPX:A', '9CPX:B']);
  });

  it('asks a second time for other dates, and where what it has kept of a search is damaged', async () => {
    await start([hits('5PTI_1')]);
    const numSearches = () => service.lines().filter((line) => line.startsWith('POST')).length;
    await search();
    await search({ filter: { maxDate: '1990-01-01' } });
    expect(numSearches()).toBe(2);
    const kept = join(cache, 'templates');
    for (const name of readdirSync(kept).filter((one) => one.startsWith('search-')))
      writeFileSync(join(kept, name), '[{"entry"');
    expect(idsOf(await search())).toEqual(['5PTI:A']);
    expect(numSearches()).toBe(3);
    expect(readdirSync(kept).some((name) => name.endsWith('.lock'))).toBe(false);
  });

  it('waits for another search of the installation, and says so once', async () => {
    await start([hits('5PTI_1')]);
    mkdirSync(join(cache, 'templates'));
    const lock = join(cache, 'templates', 'server.lock');
    writeFileSync(lock, 'another');
    const searched = search();
    await vi.waitFor(() => {
      expect(messages).toEqual(['Another search of this installation comes first.']);
    });
    expect(service.requests).toEqual([]);
    rmSync(lock);
    expect(idsOf(await searched)).toEqual(['5PTI:A']);
    const host = new URL(service.environment['CODONFOLD_PDB_FILES']!).host;
    expect(messages.slice(1)).toEqual([
      `The sequence is sent to ${host}.`,
      `5PTI comes from ${host}.`,
    ]);
    expect(service.requests[0]!.userAgent).toBe(`codonfold/${VERSION}`);
  });

  it('leaves out what nobody dates where a date is asked for', async () => {
    const undated = { '5PTI': sends(entry('5PTI', atoms('5pti-a'), '?')) };
    await start([hits('5PTI_1')], undated);
    expect((await search()).found.map(({ facts }) => facts.date)).toEqual(['']);
    expect(idsOf(await search({ filter: { maxDate: '2099-12-31' } }))).toEqual([]);
  });

  it('takes as much identity as is wanted, and no more', async () => {
    await start([hits('5PTI_1')]);
    const [found] = (await search()).found;
    const { identity } = found!;
    expect(idsOf(await search({ filter: { maxIdentity: identity } }))).toEqual(['5PTI:A']);
    expect(idsOf(await search({ filter: { maxIdentity: identity - 1e-9 } }))).toEqual([]);
  });

  it('asks nothing twice, and asks again for what is damaged on disk', async () => {
    await start([hits('5PTI_1')]);
    const { found } = await search();
    await search();
    expect(service.requests).toHaveLength(2);
    writeFileSync(found[0]!.path, 'not gzip');
    expect(idsOf(await search())).toEqual(['5PTI:A']);
    expect(service.lines().slice(2)).toEqual(['GET /files/5PTI.cif.gz']);
  });

  it('uses the chains of the entity alone, and each sequence once', async () => {
    const copy = sends(entry('6COP', atoms('5pti-a')));
    const files = { '6COP': copy, '9CPX': sends(COMPLEX) };
    await start([hits('5PTI_1', '6COP_1', '9CPX_1')], files);
    expect(idsOf(await search())).toEqual(['5PTI:A', '9CPX:A']);
  });

  it.each<[string, TemplateFilter, string[], number]>([
    ['an excluded entry is not downloaded', { exclude: ['5pti'] }, [], 1],
    ['excluded chains', { exclude: ['5PTI:A'] }, [], 2],
    ['more identity', { maxIdentity: 0.3 }, [], 2],
    ['a later date', { maxDate: '1983-01-17' }, [], 2],
    ['no later date', { maxDate: '1983-01-18' }, ['5PTI:A'], 2],
  ])('leaves out what is not wanted: %s', async (_, filter, wanted, numRequests) => {
    await start([hits('5PTI_1')]);
    expect(idsOf(await search({ filter }))).toEqual(wanted);
    expect(service.requests).toHaveLength(numRequests);
    if (filter.maxDate !== undefined)
      expect(service.requests[0]!.body).toContain(`"value":"${filter.maxDate}"`);
  });

  it('finds nothing where the server has no content for it', async () => {
    await start([sends('', 204)]);
    expect(await search()).toEqual({ found: [], problems: [] });
  });

  it.each<[string, PdbAnswer]>([
    ['refuses too many queries', sends('', 429)],
    ['is in trouble', sends('broken', 500)],
    ['sends what is not JSON', sends('<html>')],
    ['sends JSON of another kind', sends('{"result_set":7}')],
    ['names what is no entity', hits('../../etc/passwd')],
    ['hangs', () => undefined],
    ['breaks off', (response) => response.writeHead(200).write('{', () => response.destroy())],
  ])('asks a server again that %s', async (_, trouble) => {
    await start([trouble, trouble, hits('5PTI_1')]);
    expect(idsOf(await search({ stallTimeoutMs: 100 }))).toEqual(['5PTI:A']);
    expect(service.lines().filter((line) => line.startsWith('POST'))).toHaveLength(3);
    expect(messages.filter((message) => message.includes('is in trouble'))).toHaveLength(2);
  });

  it('gives up a server that stays in trouble, and keeps nothing of that', async () => {
    await start([sends('', 503)]);
    await expect(search()).rejects.toMatchObject({ code: 'TEMPLATE_SEARCH' });
    expect(service.requests).toHaveLength(5);
  });

  it('says when a server is asked again, and shows 300 characters of what it says', async () => {
    const said = sends(JSON.stringify({ message: 'x'.repeat(301) }), 503);
    await start([said, sends('7', 503), hits('5PTI_1')]);
    await search();
    const troubles = messages.filter((message) => message.includes('in trouble'));
    expect(troubles[0]).toContain(`HTTP status 503 (${'x'.repeat(300)})`);
    expect(troubles[0]).toMatch(/; it is asked again in 1 s\.$/);
    expect(troubles[1]).toContain('HTTP status 503)');
  });

  it('says why a query is refused, and asks no second time', async () => {
    await start([sends('{"status":400,"message":"the sequence is odd"}', 400)]);
    await expect(search()).rejects.toMatchObject({
      code: 'TEMPLATE_SEARCH',
      message: expect.stringMatching(/400 \(the sequence is odd\)/) as string,
    });
    expect(service.requests).toHaveLength(1);
  });

  it.each<[string, PdbAnswer]>([
    ['there is none', sends('', 404)],
    ['it is cut short', sends(INHIBITOR.subarray(0, INHIBITOR.length / 2))],
    ['it is no structure', sends(gzipSync('this is no structure'))],
    ['it is not gzip', sends('data_4BAD')],
  ])('leaves out an entry whose file cannot be used and says so: %s', async (_, broken) => {
    await start([hits('4BAD_1', '5PTI_1')], { '4BAD': broken });
    const result = await search();
    expect(idsOf(result)).toEqual(['5PTI:A']);
    expect(result.problems).toEqual([expect.stringMatching(/^4BAD is left out: ./)]);
  });

  it('fails where the files stay out of reach, and goes on later with what has come', async () => {
    let isDown = true;
    await start([hits('5PTI_1', '9CPX_1')], {
      '9CPX': (response) => {
        sends(isDown ? '' : COMPLEX, isDown ? 503 : 200)(response);
      },
    });
    await expect(search()).rejects.toMatchObject({ code: 'TEMPLATE_SEARCH' });
    isDown = false;
    const before = service.requests.length;
    expect(idsOf(await search())).toEqual(['5PTI:A', '9CPX:A']);
    expect(service.lines().slice(before)).toEqual(['GET /files/9CPX.cif.gz']);
  });

  it('reads a bounded number of entries', async () => {
    const many = Array.from({ length: 60 }, (_, k) => `9X${String(k).padStart(2, '0')}_1`);
    await start([hits(...many)]);
    expect((await search()).problems).toHaveLength(24);
  });

  it('stops when it is told to', async () => {
    await start([() => undefined]);
    const reason = new Error('nobody waits');
    const stop = new AbortController();
    const onMessage = () => {
      stop.abort(reason);
    };
    await expect(search({ signal: stop.signal, onMessage })).rejects.toBe(reason);
  });

  it('refuses addresses and contacts that are none', async () => {
    await start([hits()]);
    for (const environment of [
      { CODONFOLD_PDB_SEARCH: 'ftp://x' },
      { CODONFOLD_CONTACT: 'a b' },
    ] as Record<string, string>[])
      await expect(search({ environment })).rejects.toMatchObject({ code: 'USAGE' });
    expect(service.requests).toEqual([]);
  });
});
