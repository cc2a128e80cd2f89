import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder, makeWritableFolder } from '#machine/make-folder';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'codonfold-folder-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('makeFolder', () => {
  it('makes folders above it, and takes those that are there', () => {
    const path = join(folder, 'a/b/c');
    makeFolder(path);
    makeFolder(path);
    makeFolder('.');
    expect(readdirSync(path)).toEqual([]);
  });

  it.each(['file', 'file/below', 'file/far/below'])('says why there can be no %s', (name) => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => {
      makeFolder(join(folder, name), 'take another');
    }).toThrow(
      expect.objectContaining({
        code: 'FILE_WRITE',
        message: expect.stringMatching(
          /cannot be written: it (is a file, not|lies below)/,
        ) as string,
        hint: 'take another',
      }) as Error,
    );
  });

  // /proc is there and takes no folders: Node's recursive mkdir never returns.
  it.runIf(platform() === 'linux').each(['/proc/x', '/proc/x/y'])('does not spin on %s', (path) => {
    expect(() => {
      makeFolder(path);
    }).toThrow(`${path} cannot be written`);
    expect(existsSync('/proc/x')).toBe(false);
  });
});

describe('makeWritableFolder', () => {
  it('makes it and leaves nothing in it', () => {
    makeWritableFolder(join(folder, 'a/b'));
    expect(readdirSync(join(folder, 'a/b'))).toEqual([]);
  });

  // A folder that is there and takes no files, whoever asks.
  it.runIf(platform() === 'linux')('says now that a folder takes no files', () => {
    expect(() => {
      makeWritableFolder('/proc', 'take another');
    }).toThrow(
      expect.objectContaining({
        code: 'FILE_WRITE',
        message: expect.stringContaining('/proc takes no new ones') as string,
        hint: 'take another',
      }) as Error,
    );
  });
});
