/** @file `codonfold mcp` as a client of the official SDK sees it, over standard input and output and over HTTP. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { CallToolResult, Progress } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DEFAULT_MODEL } from '#predict/node/load-model';
import { INHIBITOR_SEQUENCE, RELATIVE } from '../helpers/inhibitor-library.js';
import { interrupt, runCli, startCli, TINY_MODEL } from './run-cli.js';

const PEPTIDE = 'MQIFVKTLTGKTITLEVEPS';
const GENE = 'ATGGCCCTGTGGATGCGCTGA';
const LANGUAGE_MODEL = resolve('test/fixtures/esm2-tiny');
const MAIN = ['--conditions=source', '--import', 'tsx', resolve('src/cli/main.ts')];

/** What came out, as text and as data. */
async function call(
  client: Client,
  name: string,
  input: Record<string, unknown>,
  options: { signal?: AbortSignal; onprogress?: (progress: Progress) => void } = {},
) {
  const result = (await client.callTool({ name, arguments: input }, undefined, {
    ...options,
    timeout: 110_000,
  })) as CallToolResult;
  const text = result.content.map((one) => (one.type === 'text' ? one.text : '')).join('\n');
  return { ...result, text };
}

describe('codonfold mcp over standard input and output', () => {
  let folder: string;
  let client: Client;
  const noise: string[] = [];
  const said: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'codonfold-mcp-'));
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [...MAIN, 'mcp', '-o', folder, '--model', TINY_MODEL],
      stderr: 'pipe',
    });
    transport.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    client = new Client({ name: 'test', version: '1' });
    client.onerror = (error) => noise.push(error.message); // what is no message of the protocol
    await client.connect(transport);
  }, 60_000);
  afterAll(async () => {
    await client.close();
    rmSync(folder, { recursive: true });
  });

  it('folds after templates in files, and says so', async () => {
    const templates = [resolve('test/fixtures/structure/5pti-a.pdb')];
    const refused = await call(client, 'predict', { text: RELATIVE, templates });
    expect(refused.text).toMatch(/reads no templates/);
    const input = { text: INHIBITOR_SEQUENCE, templates, model: DEFAULT_MODEL };
    const { text } = await call(client, 'predict', input);
    expect(text).toMatch(/folded after 5pti-a\.pdb chain A: 100 % identical over 100 %/);
    expect(text).toMatch(/the structure of this very sequence is known: 5pti-a\.pdb chain A/);
    const absent = await call(client, 'predict', { text: RELATIVE, templates: ['absent.pdb'] });
    expect(absent.isError).toBe(true);
    expect(absent.text).toMatch(/absent\.pdb/);
  }, 120_000);

  it('names its tools, each with a schema that says what it takes', async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).sort()).toEqual([
      'compare',
      'models',
      'mutate',
      'predict',
      'translate',
    ]);
    const predict = tools.find(({ name }) => name === 'predict');
    expect(predict?.inputSchema).toMatchObject({
      required: ['text'],
      properties: {
        numRecycles: { type: 'integer', maximum: 20 },
        type: { enum: expect.arrayContaining(['dna']) as string[] },
      },
    });
    expect(client.getServerVersion()).toMatchObject({ name: 'codonfold' });
  });

  it('folds, tells how far it is, and says how far the fold can be trusted', async () => {
    const progress: number[] = [];
    const answer = await call(
      client,
      'predict',
      { text: PEPTIDE, numRecycles: 0, structure: 'pdb' },
      { onprogress: (one) => progress.push(one.progress) },
    );
    expect(answer.isError).toBeFalsy();
    const [prediction] = (answer.structuredContent as { predictions: PredictionData[] })
      .predictions;
    expect(prediction).toMatchObject({
      numResidues: 20,
      name: expect.stringMatching(/^protein-[0-9a-f]{8}$/) as string,
    });
    expect(answer.text).toMatch(/pTM \d\.\d\d\nThe overall fold /);
    for (const path of Object.values(prediction!.files)) expect(existsSync(path)).toBe(true);
    expect(Object.keys(prediction!.files).sort()).toEqual(['cif', 'confidence', 'pae', 'pdb']);
    const attached = answer.content.find((one) => one.type === 'resource')?.resource;
    expect(attached).toMatchObject({ text: readFileSync(prediction!.files['pdb']!, 'utf8') });
    expect(progress.length).toBeGreaterThan(1);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
  });

  it('does not fold again what is there, and gives what it wrote as resources', async () => {
    const before = said.length;
    const { structuredContent } = await call(client, 'predict', { text: PEPTIDE, numRecycles: 0 });
    expect(said.slice(before).join('')).toContain('done before');
    const [{ name }] = (structuredContent as { predictions: [PredictionData] }).predictions;
    const { resources } = await client.listResources();
    expect(resources.map((one) => one.name)).toEqual(readdirSync(folder).sort());
    const uri = resources.find((one) => one.name === `${name}.cif`)!.uri;
    const { contents } = await client.readResource({ uri });
    expect(contents).toMatchObject([{ text: readFileSync(join(folder, `${name}.cif`), 'utf8') }]);
    await expect(
      client.readResource({ uri: `codonfold://results/${encodeURIComponent('../../etc/passwd')}` }),
    ).rejects.toThrow(/no result file/);
  });

  it('says what is wrong with one record, where, and what to do, and folds the other', async () => {
    const text = `>good\nMKVLE\n>bad\nMK?LE\n`;
    const answer = await call(client, 'predict', { text, numRecycles: 0 });
    expect(answer).toMatchObject({ isError: true }); // no record is read where one has a wrong letter, as over REST
    expect(answer.text).toMatch(/^error: .*"\?".*\n(hint: .*\n)?code: SEQUENCE_LETTER$/m);
    const unknown = await call(client, 'predict', { text: PEPTIDE, model: 'no-such-model' });
    expect(unknown.text).toMatch(/code: MODEL_UNKNOWN/);
    const wrong = await call(client, 'predict', { text: PEPTIDE, numRecycles: -1 });
    expect(wrong).toMatchObject({
      isError: true,
      text: expect.stringContaining('numRecycles') as string,
    });
  });

  it('stops at once what the client cancels, and goes on with the next', async () => {
    const cancelling = new AbortController();
    const long = call(
      client,
      'predict',
      { text: `>long\n${PEPTIDE.repeat(20)}`, numRecycles: 20 },
      {
        signal: cancelling.signal,
        onprogress: ({ progress }) => {
          if (progress > 0) cancelling.abort('enough');
        },
      },
    );
    await expect(long).rejects.toThrow('enough');
    const next = await call(client, 'predict', { text: '>next\nMKVLE', numRecycles: 0 });
    expect(next.isError).toBeFalsy();
    expect(existsSync(join(folder, 'long.confidence.json'))).toBe(false);
  });

  it('translates, and says which frame and why', async () => {
    const { text, structuredContent } = await call(client, 'translate', { text: GENE });
    expect(text).toMatch(/^>dna-[0-9a-f]{8}\nMALWMR\n/);
    expect(text).toMatch(/frame 1: /);
    expect(structuredContent).toMatchObject({
      records: [{ kind: 'dna', translations: [{ frame: 1 }] }],
    });
    expect((await call(client, 'translate', { text: PEPTIDE })).text).toMatch(
      /code: READING_FRAME/,
    );
  });

  it('compares a file of the folder with a text', async () => {
    const name = readdirSync(folder).find((one) => /^protein-.*\.pdb$/.test(one))!;
    const reference = readFileSync(join(folder, name), 'utf8');
    const same = await call(client, 'compare', { structure: name, reference });
    expect(same.structuredContent).toMatchObject({ tmScore: 1, numPaired: 20 });
    expect(same.text).toMatch(/TM-score\s+1\.0000/);
    const absent = await call(client, 'compare', { structure: 'absent.pdb', reference });
    expect(absent.text).toMatch(/code: FILE_READ/);
  });

  it('scores mutants, and those that are asked for', async () => {
    const input = { text: '>m\nMKVLE', model: LANGUAGE_MODEL, mutations: ['k2r'], numShown: 3 };
    const first = await call(client, 'mutate', input);
    expect(first.structuredContent).toMatchObject({
      chains: [{ name: 'm', numResidues: 5, asked: [{ mutation: 'K2R' }] }],
    });
    const again = await call(client, 'mutate', input); // read from the files
    expect(again.structuredContent).toEqual(first.structuredContent);
    const wrong = await call(client, 'mutate', { ...input, mutations: ['A2R'] });
    expect(wrong.text).toMatch(/A2R expects A at 2, and m has K[^]*code: REQUEST_INVALID/);
  });

  it('lists models and whether they are here', async () => {
    const { text, structuredContent } = await call(client, 'models', {});
    expect(text).toMatch(/^codonfold-small: installed, /m);
    expect(structuredContent).toMatchObject({
      models: expect.arrayContaining([
        expect.objectContaining({ name: 'codonfold-small', isInstalled: true }),
      ]) as unknown[],
    });
  });

  it('has put nothing on standard output but the protocol', () => {
    expect(noise).toEqual([]);
  });
});

interface PredictionData {
  readonly name: string;
  readonly numResidues: number;
  readonly files: Readonly<Record<string, string>>;
}

const HELIX_RESIDUES = 900;
/** Atoms of a long helix, which takes long to compare. */
const HELIX = Array.from({ length: HELIX_RESIDUES }, (_, i) => {
  const [x, y, z] = [2.3 * Math.cos(1.745 * i), 2.3 * Math.sin(1.745 * i), 1.5 * i - 600];
  const at = [x, y, z].map((value) => value.toFixed(3).padStart(8)).join('');
  const number = String(i + 1);
  return `ATOM  ${number.padStart(5)}  CA  ALA A${number.padStart(4)}    ${at}  1.00  0.00           C\n`;
}).join('');

/** Where a server says that it is. */
function addressSaid(server: ReturnType<typeof startCli>): Promise<string> {
  return new Promise((found) => {
    let text = '';
    server.stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const address = /(http\S+\/mcp)/.exec(text)?.[1];
      if (address !== undefined) found(address);
    });
  });
}

describe('codonfold mcp --http', () => {
  let folder: string;
  let url: string;
  let server: ReturnType<typeof startCli>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'codonfold-mcp-'));
    server = startCli(['mcp', '--http', '--port', '0', '-o', folder, '--model', TINY_MODEL]);
    url = await addressSaid(server);
  }, 60_000);
  afterAll(async () => {
    const ended = new Promise((end) => server.once('exit', end));
    interrupt(server, 'SIGINT');
    expect(await ended).toBe(0);
    rmSync(folder, { recursive: true });
  });

  const connect = async (): Promise<Client> => {
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(new StreamableHTTPClientTransport(new URL(url)));
    return client;
  };
  /** The status of a request as a browser may send it; `fetch` sets these headers itself. */
  const statusOf = (headers: Record<string, string>, method = 'POST'): Promise<number> =>
    new Promise((found, fail) => {
      const asked = httpRequest(url, { method, headers }, (response) => {
        response.resume();
        found(response.statusCode!);
      });
      asked.on('error', fail);
      asked.end(method === 'POST' ? '{}' : undefined);
    });

  it('serves several programs at a time, and folds for each', async () => {
    const clients = [await connect(), await connect()];
    const answers = await Promise.all(
      clients.map((client, i) =>
        call(client, 'predict', { text: `>p${i}\nMKVLE`, numRecycles: 0 }),
      ),
    );
    expect(answers.map(({ isError }) => isError ?? false)).toEqual([false, false]);
    expect(existsSync(join(folder, 'p1.pdb'))).toBe(true);
    for (const client of clients) await client.close();
  });

  it('reads no files but results', async () => {
    const outside = join(tmpdir(), `outside-${process.pid}.pdb`);
    writeFileSync(outside, 'ATOM');
    const client = await connect();
    const { text } = await call(client, 'compare', { structure: outside, reference: outside });
    expect(text).toMatch(/code: FORBIDDEN/);
    rmSync(outside);
    await client.close();
  });

  it('refuses names that a page could point here, and pages of other sites', async () => {
    expect(await statusOf({ host: 'evil.example' })).toBe(403);
    expect(await statusOf({ host: 'evil.example' }, 'GET')).toBe(403);
    expect(await statusOf({ origin: 'https://evil.example' })).toBe(403);
    expect(await statusOf({ 'mcp-session-id': 'none' })).toBe(404);
    expect(await statusOf({})).toBe(406); // what is no MCP
  });

  it('answers others while it reads a long gene and compares large structures', async () => {
    const [busy, other] = [await connect(), await connect()];
    const gene = `ATG${'GCTAAATTC'.repeat(60_000)}TAA`;
    let numDone = 0;
    const long = [
      call(busy, 'translate', { text: gene }),
      call(busy, 'compare', { structure: HELIX, reference: HELIX }),
    ].map((answer) => answer.finally(() => numDone++));
    let answered = 0;
    for (; numDone === 0 && answered < 30; answered++) await other.listTools();
    expect(answered).toBeGreaterThan(10); // more than before the long questions arrive
    const [translated, compared] = await Promise.all(long);
    expect(translated!.text).toMatch(/^>dna-/);
    expect(compared!.structuredContent).toMatchObject({ tmScore: 1, numPaired: HELIX_RESIDUES });
    for (const client of [busy, other]) await client.close();
  });

  it('takes no larger bodies than REST does', async () => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping', params: 'M'.repeat(20e6) }),
    });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: 'BODY_TOO_LARGE' });
  });

  it('does not open itself to others without a key', async () => {
    const words = ['mcp', '--http', '--port', '0', '--host', '0.0.0.0', '-o', folder];
    const { code, err } = await runCli(words);
    expect(code).toBe(2);
    expect(err).toMatch(/error: .*0\.0\.0\.0[^]*hint: .*API_KEYS/);
  });
});

async function connected(url: URL): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(url));
  return client;
}

describe('codonfold mcp --http with limits', () => {
  it('counts what a client that hung up has asked for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'codonfold-mcp-'));
    const words = ['mcp', '--http', '--port', '0', '-o', folder, '--model', TINY_MODEL];
    const server = startCli(words, { CLIENT_REQUESTS: '3' });
    const url = new URL(await addressSaid(server));
    const first = await connected(url);
    const long = (i: number) => ({ text: `>long${i}\n${PEPTIDE.repeat(20)}`, numRecycles: 20 });
    let numBegun = 0;
    const begun = new Promise<void>((found) => {
      for (const i of [0, 1])
        void call(first, 'predict', long(i), {
          onprogress: () => {
            if (numBegun++ === 0) found();
          },
        }).catch(() => undefined);
    });
    await begun;
    await first.close();
    // Requests are counted too, before calls are: until the server has noticed who hung up, it refuses more of them.
    const patience = { timeout: 30_000, interval: 500 };
    const second = await vi.waitUntil(() => connected(url).catch(() => undefined), patience);
    const translate = () =>
      call(second, 'translate', { text: GENE }).catch(() => ({ isError: true, text: '' }));
    await vi.waitUntil(async () => !(await translate()).isError, patience);
    const waits = call(second, 'predict', long(2)).catch(() => undefined);
    const refused = await vi.waitUntil(async () => {
      const { text } = await translate();
      return text.includes('CLIENT_LIMIT') && text;
    }, patience);
    expect(refused).toMatch(/you have 3 calls open already/);
    await second.close();
    await waits;
    const ended = new Promise((end) => server.once('exit', end));
    interrupt(server, 'SIGINT');
    await ended;
    rmSync(folder, { recursive: true });
  }, 120_000);
});

describe('codonfold mcp --http, shared by two keys', () => {
  let folder: string;
  let url: string;
  let server: ReturnType<typeof startCli>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'codonfold-mcp-'));
    const words = ['mcp', '--http', '--port', '0', '-o', folder, '--model', TINY_MODEL];
    server = startCli(words, { API_KEYS: 'alice,bob' });
    url = await addressSaid(server);
  }, 60_000);
  afterAll(async () => {
    const ended = new Promise((end) => server.once('exit', end));
    interrupt(server, 'SIGINT');
    await ended;
    rmSync(folder, { recursive: true });
  });

  const transportOf = (key: string, sessionId?: string): StreamableHTTPClientTransport =>
    new StreamableHTTPClientTransport(new URL(url), {
      requestInit: { headers: { authorization: `Bearer ${key}` } },
      ...(sessionId === undefined ? {} : { sessionId }),
    });
  const connect = async (key: string): Promise<Client> => {
    const client = new Client({ name: key, version: '1' });
    await client.connect(transportOf(key));
    return client;
  };

  it('one that opens sessions without end closes its own, and uses none of the other', async () => {
    const bobs = transportOf('bob');
    const bob = new Client({ name: 'bob', version: '1' });
    await bob.connect(bobs);
    const alices = [];
    for (let i = 0; i < 40; i++) alices.push(await connect('alice'));
    expect((await bob.listTools()).tools).toHaveLength(5);
    expect((await alices.at(-1)!.listTools()).tools).toHaveLength(5);
    await expect(alices[0]!.listTools()).rejects.toThrow(/ended/);
    const thief = transportOf('alice', bobs.sessionId);
    await thief.start();
    await expect(thief.send({ jsonrpc: '2.0', id: 1, method: 'ping' })).rejects.toThrow(/ended/);
    for (const client of [...alices, bob]) await client.close();
  });

  it('whoever asks for many predictions leaves every other turn to the other', async () => {
    const [alice, bob] = [await connect('alice'), await connect('bob')];
    const many = Array.from({ length: 30 }, (_, i) => `>a${i}\n${PEPTIDE}\n`).join('');
    let numDone = 0;
    const flood = [0, 1, 2].map((i) =>
      call(alice, 'predict', { text: many.replaceAll('>a', `>f${i}-`), numRecycles: 0 }).then(
        () => numDone++,
      ),
    );
    await vi.waitFor(() => {
      expect(existsSync(join(folder, 'f0-0.pdb'))).toBe(true);
    }, 60_000);
    await call(bob, 'predict', { text: `>bobs\n${PEPTIDE}`, numRecycles: 0 });
    expect(numDone).toBe(0);
    expect(readdirSync(folder).filter((name) => /^f.*pdb$/.test(name)).length).toBeLessThan(30);
    await Promise.all(flood);
  });
});
