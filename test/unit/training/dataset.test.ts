import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  chainAtoms,
  expandNumbering,
  INDEX_COLUMNS,
  openDataset,
  parseIndex,
} from '#training/data/dataset';
import { temporaryFolder } from './tiny.js';

const HEADER = INDEX_COLUMNS.join('\t');
const ROW = '0\t1ABC\tA\t0\t3\ttrain\tc0\tall-atom\t\t\t0\t5:2,9:1\tGAX';

describe('openDataset', () => {
  it('reads coordinates in hundredths of Å and masks absent atoms', async () => {
    const directory = await temporaryFolder();
    const numbers = new Int16Array(3 * 42).fill(-32768);
    numbers.set([150, -25, 3], 42 + 3);
    await writeFile(join(directory, 'index.tsv'), `${HEADER}\n${ROW}\n`);
    await writeFile(join(directory, 'atom14.i16'), new Uint8Array(numbers.buffer));
    const dataset = await openDataset(directory);
    const atoms = chainAtoms(dataset, dataset.chains[0]!);
    expect([...(atoms.atom14Mask as Uint8Array).keys()].filter((i) => atoms.atom14Mask[i])).toEqual(
      [15],
    );
    const ca = [0, 1, 2].map((k) => atoms.atom14[45 + k]!);
    expect(Float32Array.from(ca)).toBeCloseToTensor(Float32Array.of(1.5, -0.25, 0.03));
    expect([...(atoms.residueIndex as Int32Array)]).toEqual([5, 6, 9]);
    expect(Array.from(atoms.aatype)).toEqual([7, 0, 20]);
  });

  it('refuses coordinates that end too early, and names the chain', async () => {
    const directory = await temporaryFolder();
    await writeFile(join(directory, 'index.tsv'), `${HEADER}\n${ROW}\n`);
    await writeFile(join(directory, 'atom14.i16'), new Uint8Array(2 * 42 * 3 - 2));
    await expect(openDataset(directory)).rejects.toMatchObject({ code: 'PARSE_DATASET' });
  });

  it('says what a folder lacks', async () => {
    await expect(openDataset(await temporaryFolder())).rejects.toMatchObject({
      code: 'FILE_READ',
      hint: expect.stringContaining('data build') as string,
    });
  });
});

describe('parseIndex', () => {
  it.each([
    ['a missing column', HEADER.replace('kind', 'sort'), 1],
    ['a sequence of another length', `${HEADER}\n${ROW}\n${ROW.replace('GAX', 'GA')}`, 3],
    ['an offset that is no number', `${HEADER}\n${ROW.replace('A\t0\t3', 'A\tx\t3')}`, 2],
  ])('refuses %s with its line', (_, text, line) => {
    expect(() => parseIndex(text)).toThrow(
      expect.objectContaining({ code: 'PARSE_DATASET', line }),
    );
  });
});

describe('expandNumbering', () => {
  it('knows negative starts and jumps', () => {
    expect([...expandNumbering('-1:3,7:1')]).toEqual([-1, 0, 1, 7]);
  });
});
