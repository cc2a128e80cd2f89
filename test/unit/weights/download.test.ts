import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FoldError } from '#errors';
import { download, type DownloadOptions } from '#weights/node/download';
import { endless, file, say, serve, type Answer, type FileServer } from './file-server.js';

const BODY = Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * i) % 251));
const SHA256 = createHash('sha256').update(BODY).digest('hex');

let directory: string;
let target: string;
let server: FileServer | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'codonfold-download-'));
  target = join(directory, 'weights.bin');
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(directory, { recursive: true });
});

async function fetchFrom(
  script: readonly Answer[],
  options: DownloadOptions = {},
): Promise<FileServer> {
  server = await serve(script, { unfinished: `${target}.part` });
  await download(`${server.url}/weights.bin`, target, {
    environment: {},
    retryDelayMs: 1,
    stallTimeoutMs: 2000,
    ...options,
  });
  return server;
}

async function failureOf(script: readonly Answer[], options?: DownloadOptions): Promise<FoldError> {
  const error: unknown = await fetchFrom(script, options).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(FoldError);
  expect(existsSync(target)).toBe(false);
  return error as FoldError;
}

/** The file is there, whole, and nothing else. */
function expectWhole(body = BODY): void {
  expect(readFileSync(target).equals(body)).toBe(true);
  expect(readdirSync(directory)).toEqual(['weights.bin']);
}

describe('a connection that drops', () => {
  it('is taken up where it stopped, as often as needed', async () => {
    const { requests } = await fetchFrom(
      [file(BODY, { cutAfter: 10_000 }), file(BODY, { cutAfter: 15_000 }), file(BODY)],
      { sha256: SHA256 },
    );
    expectWhole();
    expect(requests[0]).toMatchObject({ range: undefined });
    expect(requests.slice(1).map(({ ifRange }) => ifRange)).toEqual(['"v1"', '"v1"']);
    const starts = requests.slice(1).map(({ range }) => Number(/\d+/.exec(range ?? '')?.[0]));
    expect(starts[0]).toBeGreaterThan(0);
    expect(starts[1]).toBeGreaterThan(starts[0]!);
  });

  it('reports bytes that only grow, and the size that the server states', async () => {
    const reports: [number, number | undefined][] = [];
    await fetchFrom([file(BODY, { cutAfter: 20_000 }), file(BODY)], {
      onProgress: (received, total) => reports.push([received, total]),
    });
    const received = reports.map(([bytes]) => bytes);
    expect(received).toEqual([...received].sort((a, b) => a - b));
    expect(reports.at(-1)).toEqual([BODY.length, BODY.length]);
    expect(new Set(reports.map(([, total]) => total))).toEqual(new Set([BODY.length]));
  });

  it('starts again when the server ignores ranges', async () => {
    const ignoring: Answer = (_, response) => {
      response.writeHead(200, { 'content-length': BODY.length }).end(BODY);
    };
    await fetchFrom([file(BODY, { cutAfter: 10_000 }), ignoring]);
    expectWhole();
  });

  it('starts again when the file has become another one', async () => {
    const newer = Buffer.from(BODY).reverse();
    await fetchFrom([file(BODY, { cutAfter: 10_000 }), file(newer, { etag: '"v2"' })]);
    expectWhole(newer);
  });

  it('starts again when nothing tells that the file is the same', async () => {
    const { requests } = await fetchFrom([
      file(BODY, { etag: 'W/"weak"', cutAfter: 10_000 }),
      file(BODY, { etag: 'W/"weak"' }),
    ]);
    expectWhole();
    expect(requests[1]!.range).toBeUndefined();
  });

  it.each([
    ['with the tag of its own', { etag: '"v2"' }],
    ['without a tag', { etag: '' }],
  ])('starts again when the rest comes from another file, %s', async (_, other) => {
    const newer = Buffer.from(BODY).reverse();
    const retries: string[] = [];
    const rest = file(newer, { ...other, ignoresIfRange: true });
    const { requests } = await fetchFrom([file(BODY, { cutAfter: 10_000 }), rest], {
      onRetry: (reason) => retries.push(reason),
    });
    expectWhole(newer);
    expect(requests.map(({ range }) => range)).toEqual([undefined, 'bytes=10000-', undefined]);
    expect(retries.at(-1)).toBe('the file changed on the server');
  });

  it('takes a rest that names no version where a checksum will tell', async () => {
    const rest = file(BODY, { etag: '', ignoresIfRange: true });
    const { requests } = await fetchFrom([file(BODY, { cutAfter: 10_000 }), rest], {
      sha256: SHA256,
    });
    expectWhole();
    expect(requests).toHaveLength(2);
  });

  it('goes by the time of the last change where there is no strong tag', async () => {
    const stated = { etag: 'W/"weak"', lastModified: 'Tue, 01 Nov 2022 10:00:00 GMT' };
    const cut = file(BODY, { ...stated, cutAfter: 10_000 });
    const { requests } = await fetchFrom([cut, file(BODY, stated)]);
    expectWhole();
    expect(requests[1]).toMatchObject({ range: 'bytes=10000-', ifRange: stated.lastModified });
    await server!.close();

    rmSync(target);
    const newer = Buffer.from(BODY).reverse();
    const changed = { etag: 'W/"weak"', lastModified: 'Wed, 02 Nov 2022 10:00:00 GMT' };
    await fetchFrom([cut, file(newer, { ...changed, ignoresIfRange: true })]);
    expectWhole(newer);
  });

  it('does not go by a change of this minute, after which another may have the same time', async () => {
    const stated = { etag: 'W/"weak"', lastModified: new Date().toUTCString() };
    const cut = file(BODY, { ...stated, cutAfter: 10_000 });
    const { requests } = await fetchFrom([cut, file(BODY, stated)]);
    expectWhole();
    expect(requests[1]!.range).toBeUndefined();
  });

  it('says at once that an attempt has failed, and why', async () => {
    const retries: string[] = [];
    const onRetry = (reason: string, delayMs: number) => retries.push(`${reason}, ${delayMs} ms`);
    await fetchFrom([say(503, {}), say(503, {}), file(BODY)], { onRetry });
    expect(retries).toEqual(['the server answers 503, 2 ms', 'the server answers 503, 4 ms']);
  });

  it('gives up after six attempts that bring nothing, and keeps what it has', async () => {
    const hangUp: Answer = (request) => request.socket.destroy();
    const error = await failureOf([file(BODY, { cutAfter: 10_000 }), hangUp]);
    expect(error.code).toBe('DOWNLOAD_FAILED');
    expect(error.hint).toMatch(/goes on where it stopped/);
    expect(server!.requests.length).toBe(7);
    expect(existsSync(`${target}.part`)).toBe(true);
  });

  it('is given up and made anew when nothing comes for too long', async () => {
    const stall: Answer = (_, response) => {
      response.writeHead(200, { etag: '"v1"', 'content-length': BODY.length });
      response.write(BODY.subarray(0, 1000));
    };
    await fetchFrom([stall, file(BODY)], { stallTimeoutMs: 100 });
    expectWhole();
    expect(server!.requests[1]!.range).toBe('bytes=1000-');
  });
});

describe('an earlier call that was killed', () => {
  it('left a part that is gone on from', async () => {
    writeFileSync(`${target}.part`, BODY.subarray(0, 12_345));
    writeFileSync(`${target}.part.etag`, '"v1"');
    await fetchFrom([file(BODY)]);
    expectWhole();
    expect(server!.requests).toMatchObject([{ range: 'bytes=12345-', ifRange: '"v1"' }]);
  });

  it('left all bytes, which are not fetched again', async () => {
    writeFileSync(`${target}.part`, BODY);
    await fetchFrom([file(BODY)], { sha256: SHA256 });
    expectWhole();
    expect(server!.requests.length).toBe(1);
  });

  it('left bytes of another file: the checksum tells, and it starts again', async () => {
    writeFileSync(`${target}.part`, Buffer.alloc(12_345));
    await fetchFrom([file(BODY)], { sha256: SHA256 });
    expectWhole();
    expect(server!.requests.map(({ range }) => range)).toEqual(['bytes=12345-', undefined]);
  });

  it('left more bytes than the file has', async () => {
    writeFileSync(`${target}.part`, Buffer.alloc(60_000));
    await fetchFrom([file(BODY)], { sha256: SHA256 });
    expectWhole();
  });
});

describe('a server that lies', () => {
  it('about the bytes: a wrong checksum fails and leaves nothing behind', async () => {
    const error = await failureOf([file(Buffer.alloc(50_000))], { sha256: SHA256 });
    expect(error.message).toContain(`not ${SHA256}`);
    expect(readdirSync(directory)).toEqual([]);
    expect(server!.requests.length).toBe(1);
  });

  it('about the checksum that it states itself', async () => {
    const redirect = say(302, { location: '/storage', 'x-linked-etag': `"${'0'.repeat(64)}"` });
    const error = await failureOf([redirect, file(BODY)]);
    expect(error.message).toContain('0'.repeat(64));
  });

  it('about the length: fewer bytes than announced', async () => {
    const short: Answer = (request, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('abc', () => request.socket.destroy());
    };
    await failureOf([short]);
  });

  it('about the whole, of which it never sends the rest', async () => {
    const nothingMore: Answer = (request, response) => {
      const start = /\d+/.exec(request.headers.range ?? '')![0];
      const headers = { etag: '"v1"', 'content-range': `bytes ${start}-${start}/1000000` };
      response.writeHead(206, headers).end();
    };
    const error = await failureOf([file(BODY, { cutAfter: 10_000 }), nothingMore]);
    expect(error.message).toMatch(/10000 of 1000000 bytes came/);
  });

  it('about the part: more bytes than the whole has, none of which are kept', async () => {
    const tooMany: Answer = (request, response) => {
      const start = Number(/\d+/.exec(request.headers.range ?? '')![0]);
      const range = `bytes ${start}-${start}/${start + 1}`;
      response.writeHead(206, { etag: '"v1"', 'content-range': range }).end('too many');
    };
    const retries: string[] = [];
    const onRetry = (reason: string) => retries.push(reason);
    const script = [file(BODY, { cutAfter: 10_000 }), tooMany, file(BODY)];
    const { requests } = await fetchFrom(script, { onRetry });
    expect(retries.at(-1)).toMatch(/more than it announced/);
    expect(requests.at(-1)!.range).toBeUndefined();
    expectWhole();
  });

  it('by a part without being asked for one', async () => {
    const error = await failureOf([say(206, { 'content-range': 'bytes 0-2/3' }, 'abc')]);
    expect(error.message).toMatch(/another part/);
  });
});

describe('a file whose size is known', () => {
  const maxBytes = BODY.length + 500;
  const nothingLeft = () => {
    expect(readdirSync(directory)).toEqual([]);
  };

  it('is taken when it is no larger', async () => {
    await fetchFrom([file(BODY)], { maxBytes: BODY.length });
    expectWhole();
  });

  it('is stopped where the server goes on sending, and nothing of it is left', async () => {
    const reports: number[] = [];
    const error = await failureOf([endless({ etag: '"v1"' })], {
      maxBytes,
      onProgress: (received) => reports.push(received),
    });
    expect(error.message).toContain(`goes on sending after ${maxBytes} bytes`);
    expect(error.hint).not.toContain('goes on where it stopped');
    expect(Math.max(...reports)).toBeLessThanOrEqual(maxBytes);
    expect(server!.requests).toHaveLength(1);
    nothingLeft();
  });

  it('is refused before a byte of it is read where the server announces more', async () => {
    const onProgress = vi.fn();
    const large = file(Buffer.alloc(maxBytes + 1));
    const error = await failureOf([large], { maxBytes, onProgress });
    expect(error.message).toContain(`announces ${maxBytes + 1} bytes`);
    expect(onProgress).not.toHaveBeenCalled();
    expect(server!.requests).toHaveLength(1);
    nothingLeft();
  });

  it('is refused where only the rest of it shows that it is larger', async () => {
    const large = Buffer.alloc(maxBytes + 1);
    const unannounced: Answer = (request, response) => {
      response.writeHead(200, { etag: '"v1"' });
      response.write(large.subarray(0, 10_000), () =>
        setTimeout(() => request.socket.destroy(), 30),
      );
    };
    const error = await failureOf([unannounced, file(large)], { maxBytes });
    expect(error.message).toContain(`announces ${maxBytes + 1} bytes`);
    expect(server!.requests[1]!.range).toBe('bytes=10000-');
    nothingLeft();
  });

  it('is refused at once where the disk has no room for it', async () => {
    const size = 8e15; // no disk has so much
    const huge: Answer = (_request, response) => {
      response.writeHead(200, { etag: '"v1"', 'content-length': size });
      response.write('x');
    };
    const onProgress = vi.fn();
    const error = await failureOf([huge], { maxBytes: size, onProgress });
    expect(error).toMatchObject({ code: 'FILE_WRITE' });
    expect(error.message).toMatch(/8000000\.0 GB more, and its disk has \d+\.\d GB left/);
    expect(onProgress).not.toHaveBeenCalled();
  });

  it('is refused where nobody knows it and the server announces more than any model has', async () => {
    const huge: Answer = (_request, response) => {
      response.writeHead(200, { 'content-length': 101e9 });
      response.write('x');
    };
    expect((await failureOf([huge])).message).toContain('announces 101000000000 bytes');
  });

  it('is begun again where an earlier call has left more than that', async () => {
    writeFileSync(`${target}.part`, Buffer.alloc(maxBytes + 1));
    writeFileSync(`${target}.part.etag`, '"v1"');
    await fetchFrom([file(BODY)], { maxBytes });
    expectWhole();
    expect(server!.requests).toMatchObject([{ range: undefined }]);
  });
});

describe('an answer that is not the file', () => {
  it.each([401, 403, 404, 410])('%d ends it at once', async (status) => {
    const error = await failureOf([say(status, {}, 'no')]);
    expect(error.message).toMatch(new RegExp(`/weights.bin: the server answers ${status}$`));
    expect(server!.requests.length).toBe(1);
  });

  it.each([429, 500, 503])('%d is tried again', async (status) => {
    await fetchFrom([say(status, {}), file(BODY)]);
    expectWhole();
  });
});

describe('redirects', () => {
  it('are followed, relative ones too, and their checksum is believed', async () => {
    const redirect = say(307, { location: '/a/b', 'x-linked-etag': `"${SHA256}"` });
    const { requests } = await fetchFrom([redirect, say(302, { location: 'c' }), file(BODY)]);
    expectWhole();
    expect(requests.map(({ url }) => url)).toEqual(['/weights.bin', '/a/b', '/a/c']);
  });

  it('without end are given up', async () => {
    const error = await failureOf([say(302, { location: '/again' })]);
    expect(error.message).toMatch(/more than 8 redirects/);
  });
});

describe('stopping', () => {
  it('ends a download with the reason given, and keeps the part', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const stall: Answer = (_, response) => {
      response.writeHead(200, { etag: '"v1"', 'content-length': BODY.length });
      response.write(BODY.subarray(0, 1000));
    };
    const fetching = fetchFrom([stall], {
      signal: controller.signal,
      onProgress: () => {
        controller.abort(reason);
      },
    });
    await expect(fetching).rejects.toBe(reason);
    expect(existsSync(target)).toBe(false);
  });
});

describe('a folder that cannot be written', () => {
  it('is named', async () => {
    target = join(directory, 'nowhere', 'weights.bin');
    const error = await failureOf([file(BODY)]);
    expect(error).toMatchObject({ code: 'FILE_WRITE' });
    expect(error.message).toContain(target);
  });
});
