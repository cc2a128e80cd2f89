import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entryFiles } from '#template-search/entry-files';
import { decodeBlock } from '#template-search/library-format';
import { readEntry, type EntryFile } from '#template-search/read-entry';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'codonfold-entries-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('structure files are found in folders of any depth, in the order of names', async () => {
  const mirror = join(folder, 'mirror');
  mkdirSync(join(mirror, 'c.pdb', 'deep'), { recursive: true });
  for (const [path, text] of [
    ['b.pdb', 'bb'],
    ['a.cif.GZ', 'a'],
    [join('c.pdb', 'deep', 'inner.ent'), 'inner'],
    [join('c.pdb', 'notes.txt'), ''],
    ['e.pdb.txt', ''],
    ['f.mmcif', ''],
  ] as const)
    writeFileSync(join(mirror, path), text);
  symlinkSync(join(mirror, 'missing'), join(mirror, 'd.pdb'));
  symlinkSync(join(mirror, 'b.pdb'), join(mirror, 'z.pdb'));
  const found: EntryFile[] = [];
  for await (const entry of entryFiles(mirror)) found.push(entry);
  const paths = ['a.cif.GZ', 'b.pdb', join('c.pdb', 'deep', 'inner.ent'), 'f.mmcif', 'z.pdb'];
  expect(found.map(({ path, size }) => [path, size])).toEqual(
    paths.map((path, i) => [path, [1, 2, 5, 0, 2][i]]),
  );
  for (const { file, path, changed } of found) {
    expect(file).toBe(join(mirror, path));
    expect(changed).toBe(statSync(file).mtimeMs);
  }
});

describe('a structure file', () => {
  const atoms = readFileSync('test/fixtures/structure/5pti-a.pdb', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('ATOM'));
  const residues = [...new Set(atoms.map((line) => line.slice(22, 27)))];
  const headerOf = async (content: string | Buffer) => {
    const file = join(folder, 'pdb5pti.ent');
    writeFileSync(file, content);
    const block = await readEntry({ file, path: 'pt/pdb5pti.ent', size: 7, changed: 8 });
    return decodeBlock(block.subarray(8), block.readUInt32LE(4))!;
  };
  const peptide = (length: number): string =>
    atoms.filter((line) => residues.slice(0, length).includes(line.slice(22, 27))).join('\n');

  it('gives chains of twenty residues or more', async () => {
    const { header, chains } = await headerOf(peptide(20));
    expect(header).toMatchObject({
      ...{ path: 'pt/pdb5pti.ent', size: 7, changed: 8, facts: { id: '5PTI' } },
      chains: [{ id: 'A', sequence: 'RPDFCLEPPYTGPCKARIIR', bytes: chains[0]!.length }],
    });
    expect(header).not.toHaveProperty('problem');
    expect((await headerOf(peptide(19))).header.chains).toEqual([]);
    expect((await headerOf(gzipSync(peptide(21)))).header.chains[0]!.sequence).toHaveLength(21);
  });

  it('that cannot be used gives the reason', async () => {
    const { header, chains } = await headerOf(gzipSync(peptide(20)).subarray(0, 99));
    expect([header.chains, chains, header.facts]).toEqual([[], [], undefined]);
    expect(header.problem).toMatch(/./);
    const file = join(folder, 'missing.pdb');
    const block = await readEntry({ file, path: 'missing.pdb', size: 0, changed: 0 });
    const read = decodeBlock(block.subarray(8), block.readUInt32LE(4))!;
    expect(read.header.problem).toContain('ENOENT');
    expect(read.header).not.toHaveProperty('file'); // where it lies on this computer is nobody's business
  });
});
