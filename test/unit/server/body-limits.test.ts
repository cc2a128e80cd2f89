/** @file How large a body may be, and which bodies wait for a turn or are read in a process of their own. */
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RequestReader } from '#server/http/request-reader';
import { readSettings } from '#server/settings';
import { BodyServer } from '../../helpers/body-server.js';

/** What the processes were asked, and how long they may take. */
const pool = vi.hoisted(() => ({ asked: [] as { name: string; end: () => void }[], seconds: 0 }));
vi.mock('#server/helper-pool', () => ({
  HelperPool: class {
    constructor({ deadlineSeconds }: { deadlineSeconds: number }) {
      pool.seconds = deadlineSeconds;
    }

    ask(name: string): Promise<unknown> {
      return new Promise((resolve) => {
        pool.asked.push({
          name,
          end: () => {
            resolve({ options: {}, records: [] });
          },
        });
      });
    }

    close = () => Promise.resolve();
  },
}));

const MB = 2 ** 20;
const LIMITS = { MAX_BODY_KB: '3', MAX_ALIGNMENT_MB: '2', MAX_TEMPLATES_MB: '4' };
let server: BodyServer;
beforeEach(() => {
  pool.asked = [];
  server = new BodyServer();
});
afterEach(() => {
  server.close();
});

const taken = (): number[] => server.readings.map(({ body }) => body.bytes.length);
const numTaken = async (count: number): Promise<void> => {
  await expect.poll(() => taken().length).toBe(count);
};

describe('a body may be as large as', () => {
  it.each([
    ['its sequences where no model reads more', 3 * 1024, {}],
    ['an alignment too where a model reads one', 3 * 1024 + 2 * MB, { reads: { readsAlignments: true } }], // prettier-ignore
    ['templates too where a model reads them', 3 * 1024 + 4 * MB, { reads: { readsTemplates: true } }], // prettier-ignore
    ['both where models that read them may be installed', 3 * 1024 + 6 * MB, { isAllowed: true }],
    ['its sequences where the address takes nothing else', 3 * 1024, { operation: 'translate', reads: { readsAlignments: true }, isAllowed: true }], // prettier-ignore
  ] as const)('%s', async (_, most, changes) => {
    await server.start(LIMITS, changes);
    expect(await server.post(new Uint8Array(most + 1)).status).toBe(413);
    expect(taken()).toEqual([]);
    const { status } = server.post(new Uint8Array(most));
    await numTaken(1);
    server.readings[0]!.end();
    expect([await status, ...taken()]).toEqual([200, most]);
  });
});

describe('bodies that may be large', () => {
  const small = new Uint8Array(5);

  it.each([
    ['whose length is not told', { 'transfer-encoding': 'chunked' }, small],
    ['that are packed', { 'content-encoding': 'gzip' }, gzipSync(small)],
    ['that are larger than a megabyte', {}, new Uint8Array(MB + 1)],
  ])('are those %s: one client has four at a time', async (_, headers, body) => {
    await server.start(LIMITS, { isAllowed: true });
    for (let i = 0; i < 5; i++) server.post(body, { headers });
    await numTaken(4);
    server.post(small); // comes in beside them
    server.post(new Uint8Array(MB));
    server.post(small, { headers: { 'content-encoding': 'identity' } });
    server.post(undefined, { headers: { 'content-length': '0' } });
    await numTaken(8);
    expect(taken().filter((length) => length === MB)).toHaveLength(1);
    expect(taken().filter((length) => length === 0)).toHaveLength(1);
  });

  it('are sixteen at a time, of all clients', async () => {
    await server.start(LIMITS);
    for (const client of ['a', 'b', 'c', 'd', 'e'])
      for (let i = 0; i < 4; i++)
        server.post(small, { client, headers: { 'transfer-encoding': 'chunked' } });
    await numTaken(16);
    server.post(small, { client: 'f' });
    await numTaken(17);
    expect(taken()).toEqual(Array<number>(17).fill(5));
    server.readings[0]!.end();
    await numTaken(18);
  });
});

describe('a body is read', () => {
  const read = async (length: number, contentType?: string) => {
    const reader = new RequestReader(readSettings({}));
    const bytes = new TextEncoder().encode(`>${'a'.repeat(length - 5)}\nMKV`);
    const body = { operation: 'submitPrediction' as const, bytes, contentType, query: {} };
    const found = reader.read(body);
    for (const { end } of pool.asked) end();
    return (await found).records.length;
  };

  it('at once where it is short, and else in a process that has half a minute', async () => {
    expect(await read(4096)).toBe(1);
    expect(pool.asked).toEqual([]);
    expect(await read(4097)).toBe(0);
    expect(pool.asked).toMatchObject([{ name: 'read' }]);
    expect(pool.seconds).toBe(30);
  });

  it('in a process where it is a form, whose files may be packed', async () => {
    expect(await read(100, 'multipart/form-data; boundary=x')).toBe(0);
    expect(await read(100, 'text/plain')).toBe(1);
  });
});
