import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  memoryBudgetOf,
  memoryLimitOf,
  readSettings,
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

  it('is shared by all that run at a time, also where these are more than the cores', () => {
    const [alone, shared] = ['1', '1000'].map((CONCURRENCY) => readSettings({ CONCURRENCY }));
    expect(memoryLimitOf(shared!)).toBe(Math.floor(memoryLimitOf(alone!) / 1000));
    expect(memoryBudgetOf(shared!)).toBeLessThanOrEqual(memoryBudgetOf(alone!));
  });
});

describe('waitingLimitOf', () => {
  it('is a quarter of what results may take, and has a limit where they have none', () => {
    expect(waitingLimitOf(readSettings({ RESULTS_MAX_MB: '100' }))).toBe(25 * 2 ** 20);
    expect(waitingLimitOf(readSettings({}))).toBe(4 * 2 ** 30);
  });
});
