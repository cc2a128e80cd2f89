import { describe, expect, it } from 'vitest';
import { inputRecords, recordText } from '#cli/records';

const input = (text: string, source = 'x.fa', stem = 'x') => ({ text, source, stem });

describe('records of all inputs', () => {
  it('have names of their own, letter case ignored, across inputs', () => {
    const records = inputRecords([
      input('>a first\nMK\n>A\nMV\n'),
      input('>a\nMG', 'y.fa', 'y'),
      input('>../b/c\nMG', 'z.fa', 'z'),
    ]);
    const names = records.map(({ name }) => name);
    expect(names).toEqual(['a', 'A-2', 'a-3', '_b_c']);
    expect(records[1]!.warnings).toEqual([
      'x.fa:3: another record is called A, so this one is A-2',
    ]);
    expect(records[0]!.warnings).toEqual([]);
  });

  it('without a header are called after their file, else by their place', () => {
    const named = inputRecords([
      input('MKV', 'my gene.fa', 'my'),
      input('MKV', 'command line', ''),
    ]);
    expect(named.map(({ name }) => name)).toEqual(['my', 'sequence-2']);
    expect(named.flatMap(({ warnings }) => warnings)).toEqual([]);
  });

  it('say where a header holds no name and where numbers were left out', () => {
    const [record] = inputRecords([input('>\n1 mkv\n4 ggg\n')]);
    expect(record).toMatchObject({ name: 'sequence-1', letters: 'mkvggg' });
    expect(record!.warnings).toHaveLength(2);
  });

  it('are texts that a reader of FASTA takes, unless they are empty', () => {
    const [full, empty] = inputRecords([input('>a b\nM K\nV\n>c\n')]);
    expect(recordText(full!)).toBe('>a\nMKV\n');
    expect(() => recordText(empty!)).toThrow(/x\.fa:4: c has no letters/);
  });

  it('do not exist in an empty input', () => {
    expect(() => inputRecords([input('\n\n')])).toThrow(/x\.fa holds no sequence/);
  });
});
