import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheDirectory } from '#weights/node/cache';
import { isInstalled, pullModel, type PullProgress } from '#weights/node/pull';
import type { RegistryModel } from '#weights/registry-model';
import { writeSafetensors } from '#weights/write-safetensors';
import { file, say, serve, type Answer, type FileServer } from './file-server.js';

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
  memory: [],
  files: [
    { path: 'config.json', url: 'https://huggingface.co/a/tiny/resolve/main/config.json' },
    {
      path: 'model.safetensors',
      url: 'https://huggingface.co/a/tiny/resolve/main/model.safetensors',
      sha256: createHash('sha256').update(WEIGHTS).digest('hex'),
    },
  ],
};

const mirror: Answer = (request, response) => {
  const isConfig = request.url?.endsWith('config.json') === true;
  file(isConfig ? CONFIG : WEIGHTS)(request, response);
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

  it('says where a folder cannot be made', async () => {
    await start([mirror]);
    const environmentOfFile = { CODONFOLD_CACHE: '/dev/null' };
    await expect(pullModel(MODEL, { environment: environmentOfFile })).rejects.toMatchObject({
      code: 'FILE_WRITE',
    });
    expect(existsSync(join(cache, 'models'))).toBe(false);
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
