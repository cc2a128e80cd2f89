import { afterEach, describe, expect, it, vi } from 'vitest';
import { inputRecords, readInputRecord } from '#cli/records';
import { understand } from '#cli/understand';

afterEach(() => {
  vi.restoreAllMocks();
});
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
    const { name, chains, warnings } = readInputRecord(record!, {});
    expect([name, chains.map(({ letters }) => letters)]).toEqual(['sequence-1', ['mkvggg']]);
    expect(warnings.map(({ message }) => message)).toEqual([
      'x.fa:1: the record has no name',
      '2 position numbers were left out',
    ]);
  });

  it('are read by the rules of the type, unless they are empty', () => {
    const [full, empty] = inputRecords([input('>a b\nA C\nG\n>c\n')]);
    expect(readInputRecord(full!, {}).kind).toBe('dna');
    const read = readInputRecord(full!, { type: 'protein' });
    expect(read).toMatchObject({ name: 'a', kind: 'protein', chains: [{ letters: 'ACG' }] });
    expect(() => readInputRecord(empty!, {})).toThrow(/x\.fa:4: c has no letters/);
  });

  it('keep the place of a digit that touches a letter: it is refused, not left out', () => {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const [, second] = inputRecords([input('>a\nMK\n>b\nMKV 3\nA5 60\n')]);
    expect(() => understand(second!, {})).toThrow(
      expect.objectContaining({
        code: 'SEQUENCE_LETTER',
        message: 'b: "5" at position 5 is not a residue (line 5, column 2 of x.fa)',
        place: { letter: '5', position: 5, record: 'b', offset: 16, line: 5, column: 2 },
      }),
    );
  });

  it('do not exist in an empty input', () => {
    expect(() => inputRecords([input('\n\n')])).toThrow(/x\.fa holds no sequence/);
  });
});
