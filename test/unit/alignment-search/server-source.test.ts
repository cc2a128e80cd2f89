import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alignChains } from '#alignment/align-chains';
import { rowText, type Alignment } from '#alignment/alignment';
import { readAlignments } from '#alignment/read-alignment';
import type { SearchProgress } from '#alignment-search/found-alignment';
import { serverSource } from '#alignment-search/server/server-source';
import type { FoldError } from '#errors';
import { VERSION } from '#version';
import {
  bytes,
  hang,
  json,
  startMsaServer,
  tarGz,
  type FakeMsaServer,
  type MsaAnswer,
  type MsaScript,
} from '../../helpers/msa-server.js';

const ANSWER = tarGz({
  'pdb70.m8': '101\t1abc_A\n',
  'bfd.mgnify30.metaeuk30.smag30.a3m': '>101\nMKVL\n>env\nMgKV-\n\0',
  'uniref.a3m': '>101\nMKVL\n>UniRef100_A\tstats\n-KVL\n\0',
});
const QUICK = { pollMs: 1, patienceMs: 20 };

let cache: string;
let server: FakeMsaServer;
let progress: SearchProgress[];

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'codonfold-msa-'));
  progress = [];
});
afterEach(async () => {
  await server.close();
  rmSync(cache, { recursive: true, force: true });
});

const source = (settings: Partial<Parameters<typeof serverSource>[0]> = {}) =>
  serverSource({
    url: server.url,
    contact: 'me@example.org',
    environment: { CODONFOLD_CACHE: cache },
    pace: QUICK,
    lock: { pollMs: 1 },
    ...settings,
  });

async function find(
  chains: readonly string[] = ['MKVL'],
  signal?: AbortSignal,
): Promise<Alignment> {
  const options = { signal, onProgress: (step: SearchProgress) => progress.push(step) };
  const { bytes: file, name } = await source().find(
    chains.map((sequence, i) => ({ id: 'ABC'[i]!, sequence })),
    'record',
    options,
  );
  return alignChains(chains, { sections: readAlignments(file), name });
}

const rows = (alignment: Alignment): string[] =>
  Array.from({ length: alignment.numRows }, (_, row) => rowText(alignment, row));

async function start(script: MsaScript, answer = ANSWER): Promise<void> {
  server = await startMsaServer(script, answer);
}

async function errorOf(work: Promise<unknown>): Promise<FoldError> {
  return work.then(
    () => {
      throw new Error('no error');
    },
    (error: unknown) => error as FoldError,
  );
}

const COMPLETE: MsaAnswer = json({ id: 'ID', status: 'COMPLETE' });
const PENDING: MsaAnswer = json({ id: 'ID', status: 'PENDING' });
const RUNNING: MsaAnswer = json({ id: 'ID', status: 'RUNNING' });
const messages = (): string => progress.map(({ message }) => message).join('\n');

describe('a server that works', () => {
  it('is asked once, with mode and contact, and polled until it is done', async () => {
    await start({ status: [PENDING, RUNNING, COMPLETE] });
    expect(rows(await find())).toEqual(['MKVL', '-KVL', 'MKV-']);
    expect(server.lines()).toEqual([
      'POST /ticket/msa',
      'GET /ticket/ID',
      'GET /ticket/ID',
      'GET /ticket/ID',
      'GET /result/download/ID',
    ]);
    expect(server.requests[0]!.form.get('q')).toBe('>101\nMKVL\n');
    expect(server.requests[0]!.form.get('mode')).toBe('env');
    expect(new Set(server.requests.map(({ userAgent }) => userAgent))).toEqual(
      new Set([`codonfold/${VERSION} me@example.org`]),
    );
    expect(progress.map(({ step }) => step)).toEqual(['submit', 'wait', 'run', 'download']);
  });

  it('is not asked again for what it has answered, by any process', async () => {
    await start({});
    const first = await find();
    const asked = server.requests.length;
    expect(await find()).toEqual(first);
    expect(server.requests).toHaveLength(asked);
  });

  it('is asked again where the answer that was kept is damaged', async () => {
    await start({});
    const first = await find();
    const [folder] = readdirSync(join(cache, 'alignments'));
    writeFileSync(join(cache, 'alignments', folder!, 'result.tar.gz'), 'damaged');
    expect(await find()).toEqual(first);
    expect(server.lines().filter((line) => line.startsWith('POST'))).toHaveLength(2);
  });

  it('is asked for relatives and for pairs of the chains of a complex, each once', async () => {
    await start({
      submit: [json({ id: 'MSA', status: 'COMPLETE' }), json({ id: 'PAIR', status: 'COMPLETE' })],
      status: [json({ status: 'COMPLETE' })],
      download: [
        bytes(tarGz({ 'uniref.a3m': '>101\nMK\n>a\nM-\n\0>102\nGL\n\0' })),
        bytes(tarGz({ 'pair.a3m': '>101\nMK\n>p\nMR\n\0>102\nGL\n>q\nGaI\n\0' })),
      ],
    });
    expect(rows(await find(['MK', 'GL', 'MK']))).toEqual([
      'MKGLMK',
      'MRGIMR',
      'MK----',
      'M-----',
      '----MK',
      '----M-',
      '--GL--',
    ]);
    expect(server.lines().filter((line) => line.startsWith('POST'))).toEqual([
      'POST /ticket/msa',
      'POST /ticket/pair',
    ]);
    expect(server.requests[0]!.form.get('q')).toBe('>101\nMK\n>102\nGL\n');
  });

  it('is asked by one search of the installation at a time', async () => {
    let [open, most] = [0, 0];
    await start({
      submit: [
        (response, request) => {
          most = Math.max(most, ++open);
          json({ id: request.form.get('q')!.length > 12 ? 'LONG' : 'ID', status: 'PENDING' })(
            response,
            request,
          );
        },
      ],
      status: [json({ status: 'RUNNING' }), json({ status: 'COMPLETE' })],
      download: [
        (response, request) => {
          open--;
          const query = request.line.endsWith('LONG') ? 'MKVLMKVL' : 'MKVL';
          bytes(tarGz({ 'uniref.a3m': `>101\n${query}\n\0` }))(response, request);
        },
      ],
    });
    await Promise.all([find(['MKVL']), find(['MKVLMKVL'])]);
    expect(most).toBe(1);
    expect(messages()).toContain('Another search of this installation comes first.');
  });
});

describe('a server that refuses', () => {
  it('is given time, and its reason is told', async () => {
    const refusal = json({ status: 'RATELIMIT', reason: 'too many from your address' }, 429);
    await start({ submit: [refusal, json({ status: 'UNKNOWN' }), PENDING] });
    expect(rows(await find())).toHaveLength(3);
    expect(messages()).toContain('(RATELIMIT: too many from your address); it is asked again in');
  });

  it('is given up when patience ends, with its reason', async () => {
    await start({ submit: [json({ status: 'MAINTENANCE', reason: 'back at noon' })] });
    const error = await errorOf(find());
    expect(error.code).toBe('ALIGNMENT_SEARCH');
    expect(error.message).toContain('the server keeps refusing (MAINTENANCE: back at noon)');
  });

  it('is borne while a ticket waits', async () => {
    await start({
      status: [json({ status: 'RATELIMIT' }), json({ status: 'MAINTENANCE' }), COMPLETE],
    });
    expect(rows(await find())).toHaveLength(3);
    expect(server.lines().filter((line) => line.startsWith('POST'))).toHaveLength(1);
  });

  it.each([
    ['submitting', { submit: [json({ status: 'ERROR', reason: 'no protein' })] }],
    ['polling', { status: [json({ id: 'ID', status: 'ERROR', reason: 'no protein' })] }],
  ])('for good is not asked again (%s)', async (_, script) => {
    await start(script);
    const error = await errorOf(find());
    expect(error.message).toContain('the server could not search with this sequence (no protein)');
    expect(server.lines().filter((line) => line.startsWith('POST'))).toHaveLength(1);
  });
});

describe('a server that forgets', () => {
  it('is given the query again', async () => {
    await start({ status: [json({ id: 'ID', status: 'UNKNOWN' }), COMPLETE] });
    expect(rows(await find())).toHaveLength(3);
    expect(server.lines().filter((line) => line.startsWith('POST'))).toHaveLength(2);
  });

  it('is not given it for ever', async () => {
    await start({ status: [json({ id: 'ID', status: 'UNKNOWN' })] });
    expect((await errorOf(find())).message).toContain('forgets the query again and again');
    expect(server.lines().filter((line) => line.startsWith('POST'))).toHaveLength(3);
  });
});

describe('a server in trouble', () => {
  const cut: MsaAnswer = (response) => {
    response.writeHead(200, { 'content-length': ANSWER.length });
    response.write(ANSWER.subarray(0, ANSWER.length / 2), () => response.socket?.destroy());
  };
  const troubles: [string, MsaScript][] = [
    ['HTTP 500', { submit: [json({}, 500), PENDING], status: [json('oops', 503), COMPLETE] }],
    ['pages instead of answers', { submit: [bytes(Buffer.from('<html>')), PENDING] }],
    ['a status nobody knows', { status: [json({ id: 'ID', status: 'DANCING' }), COMPLETE] }],
    ['another id', { status: [json({ id: 'OTHER', status: 'COMPLETE' }), COMPLETE] }],
    ['an id that leads elsewhere', { submit: [json({ id: '../x', status: 'PENDING' }), PENDING] }],
    ['a connection that breaks', { download: [cut, bytes(ANSWER)] }],
    ['an answer that is cut', { download: [bytes(ANSWER.subarray(0, -20)), bytes(ANSWER)] }],
    ['an answer without alignment', { download: [bytes(tarGz({ 'a.txt': 'x' })), bytes(ANSWER)] }],
    [
      'the answer to another query',
      { download: [bytes(tarGz({ 'uniref.a3m': '>101\nMKVLA\n\0' })), bytes(ANSWER)] },
    ],
    [
      'rows that are no rows',
      { download: [bytes(tarGz({ 'uniref.a3m': '>101\nMKVL\n>a\nM1\n\0' })), bytes(ANSWER)] },
    ],
    ['an answer that is lost', { download: [json({}, 404), bytes(ANSWER)] }],
  ];

  it.each(troubles)('is asked again: %s', async (_, script) => {
    await start(script);
    expect(rows(await find())).toEqual(['MKVL', '-KVL', 'MKV-']);
    expect(messages()).toContain('it is asked again in');
  });

  it('may not send a status of megabytes', async () => {
    await start({ status: [json({ id: 'ID', status: 'RUNNING', padding: 'x'.repeat(1e5) })] });
    expect((await errorOf(find())).message).toContain('sends more than 65536 bytes');
  });

  it('is given up after eight failures in a row, with the last reason', async () => {
    await start({ submit: [json({}, 500)] });
    const error = await errorOf(find());
    expect(error.message).toContain('the server answers with HTTP status 500');
    expect(server.requests).toHaveLength(8);
  });

  it('is given up after three answers that cannot be read; nothing of them is kept', async () => {
    await start({ download: [bytes(Buffer.from('no gzip'))] });
    expect((await errorOf(find())).message).toContain('what was downloaded cannot be read');
    expect(server.lines().filter((line) => line.includes('download'))).toHaveLength(3);
    const [folder] = readdirSync(join(cache, 'alignments'));
    expect(readdirSync(join(cache, 'alignments', folder!))).toEqual([]);
  });

  it('that does not answer is asked again', async () => {
    await start({
      submit: [hang, PENDING],
      status: [hang, COMPLETE],
      download: [hang, bytes(ANSWER)],
    });
    const found = await source({ stallTimeoutMs: 50 }).find(
      [{ id: 'A', sequence: 'MKVL' }],
      'record',
    );
    expect(readAlignments(found.bytes)[0]!.numRows).toBe(3);
  });

  it('that is none is named as such at once', async () => {
    await start({ submit: [json({ error: 'not found' }, 404)] });
    const error = await errorOf(find());
    expect(error.message).toContain('HTTP status 404');
    expect(error.hint).toContain('address of an MMseqs2 server');
    expect(server.requests).toHaveLength(1);
  });
});

describe('a search that ends early', () => {
  it('asks nothing more once it is aborted, and goes on by its ticket later', async () => {
    await start({ status: [PENDING, PENDING, COMPLETE] });
    const abort = new AbortController();
    const onProgress = ({ step }: SearchProgress): void => {
      if (step === 'wait') abort.abort(new Error('cancelled'));
    };
    const search = source({ pace: { ...QUICK, pollMs: 1e6 } }).find(
      [{ id: 'A', sequence: 'MKVL' }],
      'record',
      {
        signal: abort.signal,
        onProgress,
      },
    );
    await expect(search).rejects.toThrow('cancelled');
    const asked = server.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(server.requests).toHaveLength(asked);
    expect(rows(await find())).toHaveLength(3);
    expect(server.lines().filter((line) => line.startsWith('POST'))).toHaveLength(1);
  });
});

describe('a server that works for ever', () => {
  const chains = [{ id: 'A', sequence: 'MKVL' }];
  const busy = json({}, 503);
  const busyForAnHour: MsaAnswer = (response, request) => {
    response.setHeader('retry-after', '3600');
    busy(response, request);
  };

  it.each([
    ['that it runs', [RUNNING]],
    ['that it waits', [PENDING]],
    ['that it is in trouble, now and then', [RUNNING, busyForAnHour]],
  ])(
    'and says %s is left at the deadline; the next search goes on by the ticket',
    async (_, status) => {
      let isWell = false;
      let asked = 0;
      const answer: MsaAnswer = (response, request) => {
        const now = isWell ? COMPLETE : status[asked++ % status.length]!;
        now(response, request);
      };
      await start({ status: [answer] });
      const error = await errorOf(source({ deadlineMs: 60 }).find(chains, 'record'));
      expect(error.code).toBe('ALIGNMENT_SEARCH');
      expect(error.message).toContain('has not answered the query within 0.001 min');
      expect(error.hint).toContain('it goes on where it stopped');
      isWell = true;
      expect(rows(await find())).toHaveLength(3);
      expect(server.lines().filter((line) => line.startsWith('POST'))).toHaveLength(1);
    },
  );
});

describe('a process that is killed while it waits', () => {
  const SEARCH = `
    import { serverSource } from '#alignment-search/server/server-source';
    const source = serverSource({
      url: process.env.MSA_URL, contact: 'me@example.org', pace: { pollMs: 1, patienceMs: 1 },
    });
    await source.find([{ id: 'A', sequence: 'MKVL' }], 'record', { onProgress: ({ step }) => console.log(step) });`;

  it('leaves its ticket to the next, which asks nothing twice', async () => {
    let isKilled = false;
    const status: MsaAnswer = (response, request) => {
      (isKilled ? COMPLETE : RUNNING)(response, request);
    };
    await start({ status: [status] });
    const flags = ['--conditions=source', '--import', 'tsx', '--input-type=module', '-e', SEARCH];
    const child = spawn(process.execPath, flags, {
      env: { PATH: process.env['PATH'], CODONFOLD_CACHE: cache, MSA_URL: server.url },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of createInterface(child.stdout)) if (line === 'run') break;
    child.kill('SIGKILL');
    await once(child, 'close');
    isKilled = true;
    const next = source({ lock: { pollMs: 1, staleMs: 50 } });
    const found = await next.find([{ id: 'A', sequence: 'MKVL' }], 'record');
    expect(readAlignments(found.bytes)[0]!.numRows).toBe(3);
    expect(server.lines().filter((line) => line.startsWith('POST'))).toHaveLength(1);
  });
});

describe('settings', () => {
  it.each([undefined, '', 'two words', 'line\nbreak'])('need a contact: %j', async (contact) => {
    await start({});
    expect(() => source({ contact })).toThrow(
      'a server is asked only if it is told whom to contact',
    );
  });

  it.each(['nowhere', 'ftp://example.org', ''])('need an address: %j', async (url) => {
    await start({});
    expect(() => source({ url })).toThrow('is not the address of a server');
  });
});
