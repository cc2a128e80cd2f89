import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FoldError } from '#errors';
import { cacheDirectory } from '#weights/node/cache';
import { openInstalled } from '#weights/node/open';
import { isInstalled, pullModel, type PullProgress } from '#weights/node/pull';
import type { RegistryModel } from '#weights/registry-model';
import { writeSafetensors } from '#weights/write-safetensors';
import { endless, file, say, serve, type Answer, type FileServer } from './file-server.js';

const CONFIG = Buffer.from('{"model_type":"esm"}');
/** A checkpoint of one tensor. */
function safetensors(values: Float32Array): Buffer {
  const tensor = { dtype: 'F32', shape: [values.length], values } as const;
  return Buffer.from(writeSafetensors(new Map([['lm_head.bias', tensor]])));
}

const VALUES = Float32Array.from({ length: 7500 }, (_, i) => (i * 7) % 253);
const WEIGHTS = safetensors(VALUES);

const MODEL: RegistryModel = {
  name: 'tiny',
  kind: 'language-model',
  layout: 'huggingface',
  licence: 'MIT',
  description: '',
  runs: [],
  files: [
    { path: 'config.json', url: 'https://huggingface.co/a/tiny/resolve/main/config.json' },
    {
      path: 'model.safetensors',
      url: 'https://huggingface.co/a/tiny/resolve/main/model.safetensors',
      sha256: createHash('sha256').update(WEIGHTS).digest('hex'),
    },
  ],
};

const mirror: Answer = (request, response, arrived) => {
  const isConfig = request.url?.endsWith('config.json') === true;
  file(isConfig ? CONFIG : WEIGHTS)(request, response, arrived);
};

let cache: string;
let server: FileServer;
let environment: Record<string, string>;

async function start(script: readonly Answer[]): Promise<void> {
  server = await serve(script);
  environment = { CODONFOLD_CACHE: cache, HF_ENDPOINT: `${server.url}/` };
}

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'codonfold-pull-'));
});
afterEach(async () => {
  await server.close();
  rmSync(cache, { recursive: true });
});

describe('pulling a model', () => {
  it('fetches its files from the mirror into the cache, and tells how far it is', async () => {
    await start([mirror]);
    const reports: PullProgress[] = [];
    const directory = await pullModel(MODEL, {
      environment,
      onProgress: (report) => reports.push(report),
    });
    expect(directory).toBe(join(cache, 'models', 'tiny'));
    expect(readFileSync(join(directory, 'model.safetensors')).equals(WEIGHTS)).toBe(true);
    expect(server.requests.map(({ url }) => url)).toEqual([
      '/a/tiny/resolve/main/config.json',
      '/a/tiny/resolve/main/model.safetensors',
    ]);
    expect(reports.at(-1)).toEqual({
      file: 'model.safetensors',
      fileNumber: 2,
      numFiles: 2,
      received: WEIGHTS.length,
      total: WEIGHTS.length,
    });
  });

  it('needs no network afterwards', async () => {
    await start([mirror]);
    expect(isInstalled(MODEL, environment)).toBe(false);
    await pullModel(MODEL, { environment });
    await server.close();
    await pullModel(MODEL, { environment });
    expect(isInstalled(MODEL, environment)).toBe(true);
  });

  it('fetches each file once when several ask at the same time', async () => {
    await start([mirror]);
    await Promise.all([1, 2, 3].map(() => pullModel(MODEL, { environment })));
    expect(server.requests.length).toBe(2);
  });

  it('goes on after a failure with what is missing', async () => {
    const gone = say(404, {});
    await start([mirror, gone, mirror]);
    await expect(pullModel(MODEL, { environment })).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
    });
    await pullModel(MODEL, { environment });
    expect(server.requests.map(({ url }) => url.split('/').at(-1))).toEqual([
      'config.json',
      'model.safetensors',
      'model.safetensors',
    ]);
  });

  it('refuses weights that are not finite, and fetches them again where no checksum is known', async () => {
    const damaged = safetensors(VALUES.with(3, NaN));
    await start([file(CONFIG), file(damaged), mirror]);
    const [config, weights] = MODEL.files;
    const model = { ...MODEL, files: [config!, { path: weights!.path, url: weights!.url }] };
    const shares: number[] = [];
    const onCheck = (share: number) => shares.push(share);
    await expect(pullModel(model, { environment, onCheck })).rejects.toMatchObject({
      code: 'WEIGHTS_NOT_FINITE',
      message: expect.stringContaining('"lm_head.bias" is NaN') as string,
    });
    expect(isInstalled(model, environment)).toBe(false);
    expect(shares).toEqual([]);
    await pullModel(model, { environment, onCheck });
    expect(isInstalled(model, environment)).toBe(true);
    expect(shares).toEqual([1]);
  });

  it('keeps nothing of weights that cannot be opened where no checksum is known', async () => {
    await start([file(CONFIG), say(200, {}, '<html>Please pay for this network</html>')]);
    const [config, weights] = MODEL.files;
    const model = { ...MODEL, files: [config!, { path: weights!.path, url: weights!.url }] };
    await expect(pullModel(model, { environment })).rejects.toMatchObject({
      code: 'PARSE_SAFETENSORS',
    });
    expect(readdirSync(join(cache, 'models', 'tiny'))).toEqual([]);
  });

  it('stops at the size that the registry knows, with a hundredth for its rounding', async () => {
    const [config, weights] = MODEL.files;
    const sized = { ...weights!, gigabytes: WEIGHTS.length / 1e9 / 1.009 };
    await start([file(CONFIG), mirror, file(CONFIG), endless()]);
    await pullModel({ ...MODEL, files: [config!, sized] }, { environment });
    rmSync(join(cache, 'models', 'tiny'), { recursive: true });
    const smaller = { ...weights!, gigabytes: WEIGHTS.length / 1e9 / 2 };
    const most = Math.ceil((WEIGHTS.length / 2) * 1.01);
    await expect(
      pullModel({ ...MODEL, files: [config!, smaller] }, { environment }),
    ).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining(`goes on sending after ${most} bytes`) as string,
    });
    expect(readdirSync(join(cache, 'models', 'tiny')).sort()).toEqual([
      'config.json',
      'config.json.sha256',
    ]);
  });

  it('says where a folder cannot be made', async () => {
    await start([mirror]);
    const environmentOfFile = { CODONFOLD_CACHE: '/dev/null' };
    await expect(pullModel(MODEL, { environment: environmentOfFile })).rejects.toMatchObject({
      code: 'FILE_WRITE',
    });
    expect(existsSync(join(cache, 'models'))).toBe(false);
  });
});

describe('a configuration', () => {
  it.each([
    ['no JSON', file(Buffer.from('<html>Please sign in</html>')), 'something else than JSON'],
    ['no object', file(Buffer.from('["esm"]')), 'JSON that is not an object'],
    ['without end', endless(), 'goes on sending after 1000000 bytes'],
    ['too large', file(Buffer.alloc(1_000_001, ' ')), 'announces 1000001 bytes'],
  ])('is refused at once when it is %s', async (_, answer, problem) => {
    await start([answer]);
    await expect(pullModel(MODEL, { environment })).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining(problem) as string,
    });
    expect(server.requests).toHaveLength(1);
    expect(readdirSync(join(cache, 'models', 'tiny'))).toEqual([]);
  });

  it('is checked where its checksum is known, which is not taken for that of the weights', async () => {
    const sha256 = createHash('sha256').update(CONFIG).digest('hex');
    const [config, weights] = MODEL.files;
    const model = { ...MODEL, files: [{ ...config!, sha256 }, weights!] };
    const other: Answer = (request, response, arrived) => {
      const isConfig = request.url?.endsWith('config.json') === true;
      file(isConfig ? Buffer.from('{"model_type":"ems"}') : WEIGHTS)(request, response, arrived);
    };
    await start([other, mirror]);
    await expect(pullModel(model, { environment })).rejects.toMatchObject({
      message: expect.stringContaining(`not ${sha256}`) as string,
    });
    await pullModel(model, { environment });
    const opened = openInstalled(model, { environment });
    opened.tensors.close();
    expect(opened.sha256).toBe(weights!.sha256);
  });

  it('that has changed since it was installed is told, and deleting it brings it back', async () => {
    await start([mirror]);
    const directory = await pullModel(MODEL, { environment });
    const config = join(directory, 'config.json');
    writeFileSync(config, '{"model_type":"esm","num_hidden_layers":7}');
    const changed = {
      code: 'WEIGHTS_MISMATCH',
      message: expect.stringContaining(`${config} has changed since it was installed`) as string,
      hint: expect.stringContaining('codonfold models pull tiny') as string,
    };
    expect(() => openInstalled(MODEL, { environment })).toThrow(
      expect.objectContaining(changed) as Error,
    );
    await expect(pullModel(MODEL, { environment })).rejects.toMatchObject(changed);
    expect(isInstalled(MODEL, environment)).toBe(true);
    rmSync(config);
    await pullModel(MODEL, { environment });
    openInstalled(MODEL, { environment }).tensors.close();
    expect(server.requests).toHaveLength(3);
  });

  it('that somebody put there is taken as it is', async () => {
    await start([mirror]);
    const directory = await pullModel(MODEL, { environment });
    rmSync(join(directory, 'config.json.sha256'));
    writeFileSync(join(directory, 'config.json'), '{"model_type":"esm","num_hidden_layers":7}');
    openInstalled(MODEL, { environment }).tensors.close();
  });
});

it('keeps the SHA-256 of each file as sha256sum reads it', async () => {
  await start([mirror]);
  const directory = await pullModel(MODEL, { environment });
  const kept = readdirSync(directory).filter((name) => name.endsWith('.sha256'));
  expect(kept).toEqual(['config.json.sha256', 'model.safetensors.sha256']);
  for (const name of kept) {
    const [sha256, path] = readFileSync(join(directory, name), 'utf8').trimEnd().split('  ');
    const bytes = readFileSync(join(directory, path!));
    expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  }
});

describe('HF_ENDPOINT', () => {
  it.each([
    ['hf-mirror.example', 'is not an address'],
    ['ftp://mirror.example', 'does not begin with https:// or http://'],
    ['localhost:8080', 'does not begin with https:// or http://'],
    ['https://me:s3cret@mirror.example', 'has a user name or a password in it'],
    ['https://mirror.example/?token=s3cret', 'has a "?" or a "#" in it'],
    ['https://mirror.example/#s3cret', 'has a "?" or a "#" in it'],
  ])('%s is refused at once', async (endpoint, problem) => {
    await start([mirror]);
    const onRetry = vi.fn();
    const pulling = pullModel(MODEL, {
      environment: { CODONFOLD_CACHE: cache, HF_ENDPOINT: endpoint },
      onRetry,
    });
    const error = (await pulling.catch((reason: unknown) => reason)) as FoldError;
    expect(error).toMatchObject({ code: 'USAGE' });
    expect(error.message).toContain(`HF_ENDPOINT ${problem}`);
    expect(`${error.message} ${error.hint ?? ''}`).not.toContain('s3cret');
    expect(onRetry).not.toHaveBeenCalled();
    expect(readdirSync(cache)).toEqual([]);
  });

  it('may have a path, and does not matter where nothing is to be fetched', async () => {
    await start([mirror]);
    const atPath = { CODONFOLD_CACHE: cache, HF_ENDPOINT: `${server.url}/hub//` };
    await pullModel(MODEL, { environment: atPath });
    expect(server.requests[0]!.url).toBe('/hub/a/tiny/resolve/main/config.json');
    await pullModel(MODEL, { environment: { CODONFOLD_CACHE: cache, HF_ENDPOINT: 'none' } });
  });
});

describe('the cache', () => {
  it.each([
    ['CODONFOLD_CACHE first', { CODONFOLD_CACHE: '/a', XDG_CACHE_HOME: '/b' }, '/a'],
    ['then XDG_CACHE_HOME', { XDG_CACHE_HOME: '/b' }, '/b/codonfold'],
  ])('is %s', async (_, variables, expected) => {
    await start([mirror]);
    expect(cacheDirectory(variables)).toBe(expected);
    expect(cacheDirectory({})).toMatch(/\.cache\/codonfold$/);
  });
});
