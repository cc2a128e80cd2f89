import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { changedFiles, stampOf } from '#weights/node/file-stamp';

const directory = mkdtempSync(join(tmpdir(), 'codonfold-stamp-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});
const path = join(directory, 'weights');
const isChanged = (stamp: ReturnType<typeof stampOf>) => changedFiles([stamp]).length === 1;

describe.each([
  ['small', 1000],
  ['large', 1_000_001],
])('stampOf a %s file', (_, size) => {
  const bytes = new Uint8Array(size);
  beforeEach(() => {
    rmSync(path, { force: true });
    writeFileSync(path, bytes);
    utimesSync(path, 1, 1);
  });

  it('stays while nobody touches the file, and where it is gone', () => {
    const stamp = stampOf(path);
    expect(isChanged(stamp)).toBe(false);
    rmSync(path);
    expect(isChanged(stamp)).toBe(false);
  });

  it('changes with what is written to the file', () => {
    const stamp = stampOf(path);
    writeFileSync(path, bytes.with(size - 1, 1));
    expect(isChanged(stamp)).toBe(true);
  });

  it('changes where another file takes its place, of the same size and time', () => {
    const stamp = stampOf(path);
    const other = join(directory, 'other');
    writeFileSync(other, bytes.with(0, 1));
    utimesSync(other, 1, 1);
    renameSync(other, path);
    expect(isChanged(stamp)).toBe(true);
  });
});

it('knows a small file by its contents', () => {
  writeFileSync(path, 'a');
  const stamp = stampOf(path);
  writeFileSync(path, 'b');
  expect(isChanged(stamp)).toBe(true);
  writeFileSync(path, 'a');
  expect(isChanged(stamp)).toBe(false);
});
