import { appendFile, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CA_SLOT } from '#structure/residues/atoms';
import { buildDataset, type BuildOptions } from '#training/data-build/build-dataset';
import { chainAtoms, openDataset } from '#training/data/dataset';
import { atomLine } from '../../../helpers/pdb-lines.js';
import { readFixture } from '../../structure/fixtures.js';
import { temporaryFolder } from '../tiny.js';

const FIXTURES = new URL('../../../fixtures/structure/', import.meta.url);
const OPTIONS: BuildOptions = { minLength: 30, maxLength: 400, valShare: 0 };

/** A folder of four chains: plain, gzipped, in a subfolder, and one twice. */
async function sourceFolder(): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'sub'));
  const fixture = (name: string) => new URL(`${name}.pdb`, FIXTURES);
  await copyFile(fixture('2hbb-a'), join(folder, '2hbb-a.pdb'));
  await copyFile(fixture('1brs-d'), join(folder, 'sub', '1brs-d.ent'));
  await copyFile(fixture('5pti-a-model'), join(folder, '1-model.pdb'));
  await writeFile(join(folder, '5pti-a.pdb.gz'), gzipSync(await readFile(fixture('5pti-a'))));
  await writeFile(join(folder, 'notes.txt'), 'not a structure');
  return folder;
}

describe('buildDataset', () => {
  it('keeps all atoms to 0.005 Å, moved so that the CA centroid is the origin', async () => {
    const [source, out] = [await sourceFolder(), await temporaryFolder()];
    await buildDataset(source, out, OPTIONS);
    const dataset = await openDataset(out);
    expect(dataset.chains.map(({ pdb }) => pdb).sort()).toEqual(['1brs-d', '2hbb-a', '5pti-a']);
    for (const record of dataset.chains) {
      const known = readFixture(record.pdb);
      const read = chainAtoms(dataset, record);
      expect(read.aatype).toEqual(known.aatype);
      expect(read.atom14Mask).toEqual(known.atom14Mask);
      expect(read.residueIndex).toEqual(known.residueIndex);
      const centre = [0, 1, 2].map((k) => {
        const all = Array.from({ length: record.length }, (_, i) => known.atom14[42 * i + 3 * CA_SLOT + k]!); // prettier-ignore
        return all.reduce((a, b) => a + b) / record.length;
      });
      for (let i = 0; i < known.atom14.length; i++) {
        if (!known.atom14Mask[Math.floor(i / 3)]) continue;
        const error = read.atom14[i]! - (known.atom14[i]! - centre[i % 3]!);
        expect(Math.abs(error)).toBeLessThan(0.00501);
      }
    }
  });

  it('keeps the most completely measured of equal sequences, and counts what it leaves out', async () => {
    const [source, out] = [await sourceFolder(), await temporaryFolder()];
    await writeFile(join(source, 'broken.cif'), 'data_x\nloop_\n_atom_site.id\n');
    await writeFile(join(source, 'broken.pdb.gz'), 'not gzip');
    await writeFile(join(source, 'twice.pdb'), 'MODEL        1\nMODEL        1\n');
    await appendFile(join(source, 'twice.pdb'), atomLine({ residue: 'TRP' }));
    const leftOut: string[] = [];
    const warnings: string[] = [];
    const report = await buildDataset(source, out, {
      ...OPTIONS,
      minLength: 52,
      onLeftOut: (what) => leftOut.push(what),
      onWarning: (text) => warnings.push(text),
    });
    // The model of 5PTI has CA atoms only and comes first by name.
    expect(report).toMatchObject({
      files: 7,
      duplicates: 1,
      wrongLength: 2,
      chains: 2,
      residues: 145,
    });
    expect(report.unreadableFiles).toBe(leftOut.length);
    expect(leftOut.length).toBeGreaterThan(0);
    expect(warnings).toEqual([expect.stringContaining('twice.pdb:2: model 1 appears twice')]);
    const { chains } = await openDataset(out);
    expect(chains.find(({ pdb }) => pdb === '5pti-a')?.kind).toBe('all-atom');
    const rows = (await readFile(join(out, 'index.tsv'), 'utf8')).split('\n');
    expect(rows.find((row) => row.includes('1brs-d'))).toMatch(/\t1\t1:63,66:24\t/);
  });

  it('gives the same bytes each time', async () => {
    const source = await sourceFolder();
    const outs = [await temporaryFolder(), await temporaryFolder()];
    for (const out of outs) await buildDataset(source, out, OPTIONS);
    for (const name of ['index.tsv', 'atom14.i16'])
      expect(await readFile(join(outs[0]!, name))).toEqual(await readFile(join(outs[1]!, name)));
  });

  it('takes clusters from a file, and holds whole clusters out', async () => {
    const [source, out] = [await sourceFolder(), await temporaryFolder()];
    const clusterFile = join(source, 'clusters.tsv');
    await writeFile(clusterFile, 'one\t2hbb-a_A\none\t5pti-a_A\ntwo\t1brs-d_A\n');
    await buildDataset(source, out, { ...OPTIONS, clusterFile, valShare: 1 });
    const { chains } = await openDataset(out);
    expect(chains.map(({ cluster, split }) => `${cluster} ${split}`).sort()).toEqual([
      'one val',
      'one val_homolog',
      'two val',
    ]);
    await writeFile(clusterFile, 'one\t2hbb-a_A\n');
    await expect(buildDataset(source, out, { ...OPTIONS, clusterFile })).rejects.toMatchObject({
      code: 'PARSE_DATASET',
      message: expect.stringMatching(/no cluster for (5pti-a_A|1brs-d_A)/) as string,
    });
    await writeFile(clusterFile, 'one\t2hbb-a_A\nno tab\n');
    await expect(buildDataset(source, out, { ...OPTIONS, clusterFile })).rejects.toMatchObject({
      code: 'PARSE_DATASET',
      line: 2,
    });
  });

  it('refuses a folder without chains and one that does not exist', async () => {
    const empty = await temporaryFolder();
    await expect(buildDataset(empty, empty, OPTIONS)).rejects.toMatchObject({ code: 'USAGE' });
    const missing = buildDataset(join(empty, 'none'), empty, OPTIONS);
    await expect(missing).rejects.toMatchObject({ code: 'FILE_READ' });
  });
});
