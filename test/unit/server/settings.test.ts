import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  listOf,
  memoryBudgetOf,
  memoryLimitOf,
  readSettings,
  resultsLimitOf,
  settingsHelp,
  waitingLimitOf,
} from '#server/settings';

describe('readSettings', () => {
  it('has a default for everything, and listens on this machine only', () => {
    expect(readSettings({})).toMatchObject({ HOST: '127.0.0.1', PORT: 3000, DATA_DIR: './var' });
  });

  it('takes an empty variable for an unset one', () => {
    expect(readSettings({ DATABASE_URL: '', API_KEYS: '' })).not.toHaveProperty('API_KEYS');
  });

  it.each([
    ['PORT', 'http'],
    ['PORT', '70000'],
    ['MAX_RESIDUES', '0'],
    ['LOG_LEVEL', 'loud'],
  ])('refuses %s=%s by its name', (name, value) => {
    expect(() => readSettings({ [name]: value })).toThrow(name);
  });

  it.each([
    ['PORT', 0, 65_535],
    ['STORE_MAX_MB', 1],
    ['RESULTS_MAX_MB', 1],
    ['KEEP_DAYS', 1],
    ['INSTALL_MODELS', 0, 1],
    ['SHARE_MODELS', 0, 1],
    ['METRICS_OPEN', 0, 1],
    ['MAX_BODY_KB', 1],
    ['MAX_ALIGNMENT_MB', 1],
    ['MAX_TEMPLATES_MB', 1],
    ['TEMPLATES_FROM_PDB', 0, 1],
    ['MAX_RESIDUES', 1],
    ['MAX_BATCH', 1],
    ['MAX_WAITING', 1],
    ['CLIENT_WAITING', 1],
    ['CLIENT_REQUESTS', 0],
    ['MEMORY_LIMIT_MB', 1],
    ['DEVICE_MEMORY_MB', 1],
    ['CONCURRENCY', 1],
    ['MAX_RESTARTS', 0],
    ['RATE_LIMIT', 0],
    ['READ_RATE_LIMIT', 0],
    ['TRUST_PROXY', 0],
    ['MAX_WAIT_SECONDS', 1],
    ['FOLD_WAIT_SECONDS', 1],
    ['LEASE_SECONDS', 1],
    ['DRAIN_SECONDS', 0],
    ['SEND_SECONDS', 1],
    ['SENDING_MB', 1],
    ['RESULT_CACHE_MB', 0],
  ] as const)(
    'takes whole numbers from the least to the largest for %s',
    (name, least, most?: number) => {
      const read = (value: number) => readSettings({ [name]: String(value) })[name];
      expect(read(least)).toBe(least);
      expect(read(most ?? 1e9)).toBe(most ?? 1e9);
      const wrong = [least - 1, least + 0.5, ...(most === undefined ? [] : [most + 1])];
      for (const value of wrong) expect(() => read(value), String(value)).toThrow(name);
    },
  );

  it('takes any time up to a week for a search', () => {
    const read = (MSA_MINUTES: string) => readSettings({ MSA_MINUTES }).MSA_MINUTES;
    expect([read('0.5'), read('10080')]).toEqual([0.5, 10_080]);
    for (const minutes of ['0', '-1', '10080.5'])
      expect(() => read(minutes)).toThrow('MSA_MINUTES');
  });

  it('names every variable that is wrong', () => {
    const wrong = () => readSettings({ PORT: 'x', MAX_BATCH: '0', RATE_LIMIT: '3' });
    expect(wrong).toThrow(/PORT: .*; MAX_BATCH: /);
    expect(wrong).not.toThrow(/RATE_LIMIT/);
  });

  it('sends sequences to a server only with the address of somebody who answers for it', () => {
    const MSA_SERVER = 'https://msa.example.org';
    expect(() => readSettings({ MSA_SERVER })).toThrow('CODONFOLD_CONTACT');
    const settings = { MSA_SERVER, CODONFOLD_CONTACT: 'me@example.org' };
    expect(readSettings(settings)).toMatchObject(settings);
    expect(() => readSettings({ ...settings, MSA_SERVER: 'ftp://msa.example.org' })).toThrow();
    expect(readSettings({ CODONFOLD_CONTACT: 'me@example.org' })).toBeDefined();
  });

  it('takes Redis with a database', () => {
    const settings = { REDIS_URL: 'redis://localhost', DATABASE_URL: 'postgres://localhost/x' };
    expect(readSettings(settings)).toMatchObject(settings);
    expect(readSettings({ DATABASE_URL: settings.DATABASE_URL })).toBeDefined();
  });

  it('refuses Redis without a database that workers can share', () => {
    expect(() => readSettings({ REDIS_URL: 'redis://localhost' })).toThrow('DATABASE_URL');
  });

  it('is documented with every variable and its default', () => {
    const [, readme = ''] = readFileSync('src/server/README.md', 'utf8').split('## Settings');
    for (const { name, description, default: value } of settingsHelp()) {
      const row = new RegExp(`^\\| \`${name}\` +\\| (.*?) *\\| (.*?) *\\|$`, 'm').exec(readme);
      expect(row?.[2], name).toBe(description);
      if (name !== 'WEB_DIR') expect(row?.[1], name).toBe(String(value ?? ''));
    }
  });
});

describe('memoryLimitOf', () => {
  it('is a share of the card where one computes', () => {
    const limit = (settings: Record<string, string>) => memoryLimitOf(readSettings(settings));
    const card = { DEVICE_MEMORY_MB: '24000', CONCURRENCY: '2' };
    expect(limit({ ...card, DEVICE: 'cuda' })).toBe(12_000);
    expect(limit({ ...card, DEVICE: 'cpu' })).toBe(limit({ CONCURRENCY: '2' }));
    expect(limit({ ...card, DEVICE: 'cuda', MEMORY_LIMIT_MB: '500' })).toBe(500);
  });

  it('is what is configured, else a share of what there is', () => {
    expect(memoryLimitOf(readSettings({ MEMORY_LIMIT_MB: '123' }))).toBe(123);
    const limit = memoryLimitOf(readSettings({}));
    expect(limit).toBeGreaterThan(100);
    expect(limit).toBeLessThan(10_000_000);
  });

  it('leaves a fifth of the memory of machine or container to others', () => {
    const machine = totalmem() / 2 ** 20;
    const container = process.constrainedMemory() / 2 ** 20;
    const most = container > 0 ? Math.min(machine, container) : machine;
    expect(memoryLimitOf(readSettings({}))).toBe(Math.floor(0.8 * most));
  });

  describe('of a machine that is known', () => {
    afterEach(() => void vi.restoreAllMocks());

    it('is that of its container where that has less, and of the machine where nothing constrains', () => {
      const machine = totalmem();
      const limit = (constrained: number) => {
        vi.spyOn(process, 'constrainedMemory').mockReturnValue(constrained);
        return memoryLimitOf(readSettings({}));
      };
      const all = Math.floor((0.8 * machine) / 2 ** 20);
      expect(limit(100 * 2 ** 20)).toBe(80);
      expect(limit(0)).toBe(all);
      expect(limit(2 ** 63)).toBe(all);
    });
  });

  it('is that of each of those that run at a time', () => {
    expect(memoryBudgetOf(readSettings({ MEMORY_LIMIT_MB: '100', CONCURRENCY: '3' }))).toBe(300);
  });

  it('is shared by all that run at a time, also where these are more than the cores', () => {
    const [alone, shared] = ['1', '1000'].map((CONCURRENCY) => readSettings({ CONCURRENCY }));
    expect(memoryLimitOf(shared!)).toBe(Math.floor(memoryLimitOf(alone!) / 1000));
    expect(memoryBudgetOf(shared!)).toBeLessThanOrEqual(memoryBudgetOf(alone!));
  });
});

describe('resultsLimitOf', () => {
  it('is what is configured, else four fifths of the database, else without end', () => {
    const limit = (settings: Record<string, string>) => resultsLimitOf(readSettings(settings));
    expect(limit({ RESULTS_MAX_MB: '3', STORE_MAX_MB: '100' })).toBe(3 * 2 ** 20);
    expect(limit({ STORE_MAX_MB: '100' })).toBe(80 * 2 ** 20);
    expect(limit({})).toBe(Infinity);
  });
});

describe('listOf', () => {
  it('splits at commas and leaves out blanks and what is empty', () => {
    expect(listOf(' a, b c ,,d,')).toEqual(['a', 'b c', 'd']);
    expect([listOf(''), listOf(undefined)]).toEqual([[], []]);
  });
});

describe('waitingLimitOf', () => {
  it('is a quarter of what results may take, and has a limit where they have none', () => {
    expect(waitingLimitOf(readSettings({ RESULTS_MAX_MB: '100' }))).toBe(25 * 2 ** 20);
    expect(waitingLimitOf(readSettings({}))).toBe(4 * 2 ** 30);
  });
});
