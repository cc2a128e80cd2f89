import type { Logger } from 'pino';
import { beforeEach, expect, it, vi } from 'vitest';
import { openStoreAndBus } from '#server/open-store-and-bus';
import { readSettings } from '#server/settings';

/** What store and bus were opened with. */
const opened = vi.hoisted((): { store?: unknown; bus?: unknown } => ({}));
vi.mock('#store/open-store', () => ({
  openStore: (options: unknown) => Promise.resolve((opened.store = options)),
}));
vi.mock('#store/bus/open-bus', () => ({
  openBus: (...options: unknown[]) => (opened.bus = options),
}));
const warnings: unknown[] = [];
const log = { warn: (what: object) => warnings.push(what) } as unknown as Logger;
const open = (environment: Record<string, string>) =>
  openStoreAndBus(readSettings(environment), log);
beforeEach(() => {
  warnings.length = 0;
});

it('opens a folder, as large as it may be, and a bus of this process', async () => {
  await open({ DATA_DIR: '/data' });
  expect(opened).toStrictEqual({ store: { dataDir: '/data' }, bus: [] });
  await open({ DATA_DIR: '/data', STORE_MAX_MB: '7' });
  expect(opened.store).toStrictEqual({ dataDir: '/data', maxMegabytes: 7 });
});

it('opens a database, which nobody else uses where there is no bus to share', async () => {
  const DATABASE_URL = 'postgres://localhost/x';
  await open({ DATABASE_URL });
  expect(opened).toStrictEqual({ store: { databaseUrl: DATABASE_URL, isSoleUser: true }, bus: [] });
  await open({ DATABASE_URL, REDIS_URL: 'redis://localhost', REDIS_PREFIX: 'p' });
  expect(opened.store).toStrictEqual({ databaseUrl: DATABASE_URL, isSoleUser: false });
  const onTrouble = expect.any(Function) as (error: Error) => void;
  expect(opened.bus).toStrictEqual([{ redisUrl: 'redis://localhost', prefix: 'p', onTrouble }]);
});

it('tells the log about trouble with Redis', async () => {
  await open({ DATABASE_URL: 'postgres://localhost/x', REDIS_URL: 'redis://localhost' });
  const err = new Error('away');
  const [{ onTrouble }] = opened.bus as [{ onTrouble: (error: Error) => void }];
  onTrouble(err);
  expect(warnings).toEqual([{ err }]);
});
