import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FoldError } from '#errors';
import { download, type DownloadOptions } from '#weights/node/download';
import { say, sendAndDrop, serve, type Answer, type FileServer } from './file-server.js';

/** A member with its header, as `tar` writes it. */
function member(name: string, body: Buffer): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\u000000', 257);
  const sum = header.reduce((total, byte) => total + byte);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}

const bytes = (length: number, step: number) =>
  Buffer.from(Array.from({ length }, (_, i) => (i * step) % 251));
const WANTED = bytes(40_001, 7);
const archive = (wanted = WANTED, before = 3000) =>
  Buffer.concat([
    member('./LICENSE', bytes(before, 3)),
    member('params_model_1.npz', bytes(30_000, 5)),
    member('params_model_1_ptm.npz', wanted),
    member('params_model_2_ptm.npz', bytes(30_000, 11)),
    Buffer.alloc(1024),
  ]);

/** Sends parts as honest servers do, with a tag unless that is empty; `cutAfter` drops the line after so many bytes of a part. */
function parts(body: Buffer, { etag = '"v1"', cutAfter = Infinity } = {}): Answer {
  const tag = etag === '' ? {} : { etag };
  return (request, response, arrived) => {
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const ifRange = request.headers['if-range'];
    if (from === undefined || (ifRange !== undefined && ifRange !== etag)) {
      response.writeHead(200, { ...tag, 'content-length': body.length }).end(body);
      return;
    }
    const [start, end] = [Number(from), Math.min(Number(to) + 1, body.length)];
    if (start >= body.length) {
      response.writeHead(416, { 'content-range': `bytes */${body.length}` }).end();
      return;
    }
    const part = body.subarray(start, end);
    const range = `bytes ${start}-${end - 1}/${body.length}`;
    response.writeHead(206, { ...tag, 'content-length': part.length, 'content-range': range });
    if (cutAfter >= part.length) response.end(part);
    else sendAndDrop(part.subarray(0, cutAfter), request, response, arrived);
  };
}

let directory: string;
let target: string;
let server: FileServer | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'codonfold-member-'));
  target = join(directory, 'params.npz');
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(directory, { recursive: true });
});

async function pull(script: readonly Answer[], options: DownloadOptions = {}): Promise<FileServer> {
  server = await serve(script, { unfinished: `${target}.part` });
  await download(`${server.url}/params.tar`, target, {
    archiveMember: 'params_model_1_ptm.npz',
    environment: {},
    retryDelayMs: 1,
    stallTimeoutMs: 2000,
    ...options,
  });
  return server;
}

async function failureOf(script: readonly Answer[], options?: DownloadOptions): Promise<FoldError> {
  const error: unknown = await pull(script, options).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(FoldError);
  expect((error as FoldError).code).toBe('DOWNLOAD_FAILED');
  expect(existsSync(target)).toBe(false);
  return error as FoldError;
}

function expectWhole(body = WANTED): void {
  expect(readFileSync(target).equals(body)).toBe(true);
  expect(readdirSync(directory)).toEqual(['params.npz']);
}

const [AT, LENGTH] = [4 * 512 + 3072 + 30_208 - 512, WANTED.length];
const WHOLE = `bytes=${AT}-${AT + LENGTH - 1}`;

describe('a member of an archive on a server', () => {
  it('is fetched alone, after the headers before it', async () => {
    const told: [number, number | undefined][] = [];
    const { requests } = await pull([parts(archive())], {
      onProgress: (...at) => told.push(at),
    });
    expectWhole();
    expect(requests.map(({ range }) => range)).toEqual([
      'bytes=0-511',
      'bytes=3584-4095',
      'bytes=34304-34815',
      WHOLE,
    ]);
    expect(told.at(-1)).toEqual([LENGTH, LENGTH]);
  });

  it('is gone on with where the line dropped, also by a later call', async () => {
    const cut = parts(archive(), { cutAfter: 10_000 });
    const { requests } = await pull([cut, cut, cut, cut, parts(archive())]);
    expectWhole();
    const last = requests.at(-1)!;
    expect(last.ifRange).toBe('"v1"');
    expect(last.range).toBe(`bytes=${AT + 10_000}-${AT + LENGTH - 1}`);
  });

  it('is begun again, and looked for again, where the archive is another one by now', async () => {
    const other = bytes(LENGTH + 99, 13);
    const next = parts(archive(other, 5000), { etag: '"v2"' });
    const cut = parts(archive(), { cutAfter: 10_000 });
    await pull([cut, cut, cut, cut, next]);
    expectWhole(other);
  });

  it('is begun again where the archive changes between finding and fetching', async () => {
    const next = parts(archive(bytes(LENGTH, 17)), { etag: '"v2"' });
    await pull([parts(archive()), parts(archive()), parts(archive()), next]);
    expectWhole(bytes(LENGTH, 17));
  });

  it('is begun again where the server sends a part of another archive, whatever was asked', async () => {
    const other = archive(bytes(LENGTH, 17));
    const ignoring: Answer = (request, response, arrived) => {
      delete request.headers['if-range'];
      parts(other, { etag: '"v2"' })(request, response, arrived);
    };
    const cut = parts(archive(), { cutAfter: 10_000 });
    await pull([cut, cut, cut, cut, ...Array<Answer>(3).fill(parts(archive())), ignoring]);
    expectWhole(bytes(LENGTH, 17));
  });

  it('is refused where it is larger than is known', async () => {
    const error = await failureOf([parts(archive())], { maxBytes: LENGTH - 1 });
    expect(error.message).toContain(`announces ${LENGTH} bytes`);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is not kept over a drop where the server gives no tag', async () => {
    const untagged = (cutAfter: number) => parts(archive(), { etag: '', cutAfter });
    const { requests } = await pull([...Array<Answer>(4).fill(untagged(9000)), untagged(Infinity)]);
    expectWhole();
    expect(requests.at(-1)!.range).toBe(WHOLE);
  });

  it('is given up at once where the server sends no parts, or has no such member', async () => {
    const whole: Answer = (_, response) => {
      response.writeHead(200, { 'content-length': archive().length }).end(archive());
    };
    expect((await failureOf([whole])).message).toContain('whole archive instead of a part');
    expect(server!.requests).toHaveLength(1);
    await server!.close();
    const missing = await failureOf([parts(archive())], { archiveMember: 'params_model_9.npz' });
    expect(missing.message).toContain('has no params_model_9.npz');
    await server!.close();
    expect((await failureOf([say(404, {})])).message).toContain('404');
  });

  it.each<[string, Answer]>([
    ['other bytes than were asked for', say(206, { 'content-range': 'bytes 7-518/99999' }, 'x')],
    ['fewer than a header has', say(206, { 'content-range': 'bytes 0-511/99999' }, 'x'.repeat(99))],
    ['a damaged header', say(206, { 'content-range': 'bytes 0-511/99999' }, 'x'.repeat(512))],
  ])('is tried again, and given up in the end, where the server sends %s', async (_, answer) => {
    await pull([answer, answer, parts(archive())]);
    expectWhole();
    rmSync(target);
    await server!.close();
    await failureOf([answer]);
    expect(server!.requests.length).toBeGreaterThan(3);
  });
});
