import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDatabases } from '#alignment-search/database/database';
import { databaseSource } from '#alignment-search/database/database-source';
import type { FoldError } from '#errors';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'codonfold-databases-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Names of files without which a folder is no database, for tests that run nothing. */
function pretend(name: string, files: readonly string[]): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  for (const file of files) writeFileSync(join(path, file), '');
  return path;
}

async function errorOf(work: Promise<unknown>): Promise<FoldError> {
  return work.then(
    () => {
      throw new Error('no error');
    },
    (error: unknown) => error as FoldError,
  );
}

describe('the databases of a folder', () => {
  it("are ColabFold's two, with their parts", async () => {
    const clustered = (name: string) =>
      ['', '_h', '_seq', '_seq_h', '_aln'].map((part) => `${name}${part}.dbtype`);
    const path = pretend('colabfold', [
      ...clustered('uniref30_2302_db'),
      ...clustered('colabfold_envdb_202108_db'),
      'uniref30_2302_db_mapping',
      'uniref30_2302_db_taxonomy',
      'pdb100_230517.dbtype',
    ]);
    const { main, environmental } = await findDatabases(path);
    expect(main).toEqual({
      path: join(path, 'uniref30_2302_db'),
      sequences: join(path, 'uniref30_2302_db_seq'),
      members: join(path, 'uniref30_2302_db_aln'),
      hasTaxonomy: true,
    });
    expect(environmental?.path).toBe(join(path, 'colabfold_envdb_202108_db'));
    expect(environmental?.hasTaxonomy).toBe(false);
  });

  it('are read through their index where they have one', async () => {
    const path = pretend('indexed', [
      'my.dbtype',
      'my_seq.dbtype',
      'my_aln.dbtype',
      'my.idx',
      'my.idx.dbtype',
    ]);
    const { main } = await findDatabases(path);
    expect([main.sequences, main.members]).toEqual([join(path, 'my.idx'), join(path, 'my.idx')]);
  });

  it.each([
    ['none', [], 'there is no database of MMseqs2'],
    ['several', ['a.dbtype', 'b.dbtype'], 'there are several databases (a, b)'],
  ])('must be one or known: %s', async (name, files, message) => {
    const error = await errorOf(findDatabases(pretend(name, files)));
    expect(error.code).toBe('ALIGNMENT_SEARCH');
    expect(error.message).toContain(message);
  });

  it('must be there', async () => {
    const error = await errorOf(findDatabases(join(folder, 'absent')));
    expect(error.message).toContain('cannot be read');
    expect(error.hint).toContain('setup_databases.sh');
  });
});

describe('a search that cannot run', () => {
  const database = () => pretend('fake', ['fake_db.dbtype']);
  const script = (name: string, lines: string): string => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${lines}\n`);
    chmodSync(path, 0o755);
    return path;
  };

  it('says how to install MMseqs2 where it is missing', async () => {
    const source = databaseSource(database(), { program: join(folder, 'no-mmseqs') });
    const error = await errorOf(source.find([{ id: 'A', sequence: 'MKVL' }], 'record'));
    expect(error.code).toBe('ALIGNMENT_SEARCH');
    expect(error.message).toContain('MMseqs2 is not installed');
    expect(error.hint).toContain('apt-get install mmseqs2');
  });

  it('gives the last words of a program that fails', async () => {
    const program = script('failing', 'echo "Can not open qdb" >&2; exit 1');
    const error = await errorOf(
      databaseSource(database(), { program }).find([{ id: 'A', sequence: 'MKVL' }], 'record'),
    );
    expect(error.message).toContain('mmseqs createdb ended with code 1:\nCan not open qdb');
  });

  it('ends with all its processes when it is aborted, and leaves no files', async () => {
    const pids = join(folder, 'pids');
    const program = script(
      'endless',
      `sleep 600 & echo $! > ${pids}.part; mv ${pids}.part ${pids}; wait`,
    );
    const abort = new AbortController();
    const temporary = () =>
      readdirSync(tmpdir()).filter((name) => name.startsWith('codonfold-search-'));
    const before = temporary().length;
    const search = databaseSource(database(), { program }).find(
      [{ id: 'A', sequence: 'MKVL' }],
      'record',
      {
        signal: abort.signal,
      },
    );
    while (!existsSync(pids)) await new Promise((resolve) => setTimeout(resolve, 5));
    abort.abort(new Error('cancelled'));
    await expect(search).rejects.toThrow('cancelled');
    const pid = Number(readFileSync(pids, 'utf8'));
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect(temporary()).toHaveLength(before);
  });
});

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
