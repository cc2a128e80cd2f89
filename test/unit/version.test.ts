import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { VERSION } from '#version';

it('the version is that of package.json', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(VERSION).toBe(version);
});
