import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const MAP = readFileSync('src/README.md', 'utf8');
const section = (title: string): string => MAP.split(`## ${title}\n`)[1]!.split('\n## ')[0]!;
const namesIn = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, name]) => name!);

describe('the map of the source', () => {
  it('follows a POST to its atoms through at most 25 files, all of which are there', () => {
    const files = namesIn(section('From a POST to its atoms'), /`([\w/-]+\.ts)`/g);
    expect(new Set(files).size).toBe(files.length);
    expect(files.length).toBeLessThanOrEqual(25);
    for (const file of files) expect(existsSync(join('src', file)), file).toBe(true);
  });

  it('has a line for each folder, and no other', () => {
    const folders = readdirSync('src', { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    const rows = MAP.split('\n').filter((line) => /^\| `/.test(line));
    const listed = rows.flatMap((row) => namesIn(row.split('|')[1]!, /`([\w-]+)\/`/g));
    expect(listed.toSorted()).toEqual(folders.toSorted());
  });
});
