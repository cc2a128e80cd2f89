import { gunzipSync } from 'node:zlib';
import { beforeEach, expect, it, vi } from 'vitest';
import type { SearchOptions } from '#alignment-search/found-alignment';
import { searchRelatives } from '#server/jobs/search-relatives';
import { readSettings } from '#server/settings';

const made = vi.hoisted(() => ({ asked: [] as unknown[], error: undefined as Error | undefined }));
vi.mock('#alignment-search/server/server-source', () => ({
  serverSource: (settings: object) => ({
    find: (chains: object, record: string, { onProgress }: SearchOptions) => {
      made.asked.push({ settings, chains, record });
      onProgress?.({ step: 'run', message: 'searched' });
      if (made.error) return Promise.reject(made.error);
      return Promise.resolve({ bytes: new TextEncoder().encode('>1\nMKV\n'), name: 'server' });
    },
  }),
}));
beforeEach(() => {
  [made.asked, made.error] = [[], undefined];
});

const SERVER = 'https://a.example';
const settings = readSettings({
  ...{ MSA_SERVER: SERVER, CODONFOLD_CONTACT: 'me@b.example', MSA_MINUTES: '2.5' },
});
const request = {
  chains: [{ id: 'A', sequence: 'MKV' }],
  numRecycles: 3,
  alignment: { server: SERVER, mode: 'env' },
};
const search = (signal = new AbortController().signal, told: string[] = []) =>
  searchRelatives(request, settings, {
    signal,
    onProgress: ({ message }) => told.push(message),
  });

it('asks the server of the request for its chains, as long as the operator lets it take', async () => {
  const told: string[] = [];
  const packed = await search(undefined, told);
  expect(gunzipSync(packed!).toString()).toBe('>1\nMKV\n');
  expect(told).toEqual(['searched']);
  expect(made.asked).toEqual([
    {
      settings: { url: SERVER, contact: 'me@b.example', deadlineMs: 150_000 },
      ...{ chains: request.chains, record: '' },
    },
  ]);
});

it('fails as the server does, but for the one that was stopped', async () => {
  made.error = new Error('the server is away');
  await expect(search()).rejects.toBe(made.error);
  await expect(search(AbortSignal.abort())).rejects.toMatchObject({
    ...{ code: 'JOB_CANCELLED', cause: made.error },
  });
});
