import { describe, expect, it } from 'vitest';
import { readEntries } from '#sequence/formats/read-entries';

const entryOf = (job: object) => readEntries(JSON.stringify(job))[0]!;
const protein = (fields: object): object => ({ sequences: [{ protein: fields }] });
const messageOf = (text: string): string => {
  try {
    readEntries(text, { source: 'job' });
  } catch (error) {
    return (error as Error).message;
  }
  return 'read';
};
const refusal = (job: object): string => messageOf(JSON.stringify(job));

describe('a job', () => {
  it('is one record: chains, their names and places, and what was left out', () => {
    const text =
      '{"name": " two of us ",\n "sequences": [\n  {"protein": {"sequence": "MK T", "id": ["H", "L"]}},\n  {"rna": {"sequence": "ACGU"}}]}';
    const first = text.indexOf('MK T');
    expect(readEntries(text)).toEqual([
      {
        ...{ title: 'two of us', hasHeader: true, letters: 'MKT:MKT', kind: 'protein', line: 3 },
        ...{ chainNames: ['H', 'L'], numbering: [] },
        runs: [0, 4].flatMap((index) => [
          { index, offset: first, line: 3, column: 29 },
          { index: index + 2, offset: first + 3, line: 3, column: 32 },
        ]),
        notes: ['left out, since proteins alone are folded: rna'],
      },
    ]);
  });

  it('without a name has no header, and nothing to note where all is read', () => {
    const text = '{"sequences": [{"protein": {"sequence": "MKT"}}]}';
    expect(readEntries(text)[0]).toMatchObject({
      ...{ title: '', hasHeader: false, notes: [], chainNames: ['A'], line: 1 },
      runs: [{ index: 0, offset: text.indexOf('MKT'), line: 1, column: text.indexOf('MKT') + 1 }],
    });
    expect(entryOf({ ...protein({ sequence: 'MKT' }), name: 7 }).title).toBe('');
  });

  it.each([
    [{ count: 3 }, 3],
    [{ count: 1 }, 1],
    [{}, 1],
    [{ id: 'X' }, 1],
    [{ id: ['X', 'Y'] }, 2],
    [{ id: ['X'], count: 2 }, 2],
  ])('has as many copies as %j asks for', (fields, copies) => {
    const { letters } = entryOf(protein({ sequence: 'MKT', ...fields }));
    expect(letters).toBe(Array<string>(copies).fill('MKT').join(':'));
  });

  it.each([
    { count: 0 },
    { count: -1 },
    { count: 1.5 },
    { count: '2' },
    { count: null },
    { id: [] },
  ])('is refused where a number of copies is %j', (fields) => {
    expect(refusal(protein({ sequence: 'MKT', ...fields }))).toBe(
      'job: a number of copies of protein cannot be read',
    );
  });

  it('names its chains where the names can be written to files', () => {
    const namesOf = (id: unknown) => entryOf(protein({ sequence: 'MKT', id })).chainNames;
    expect(namesOf('heavy')).toEqual(['heavy']);
    expect(namesOf('a b')).toEqual(['A']);
    expect(namesOf(7)).toEqual(['A']);
    expect(namesOf(['H', 'a b', 'H'])).toEqual(['H', 'A', 'B']);
  });

  it('has up to 1,000 copies of a protein, and up to a million letters', () => {
    expect(entryOf(protein({ sequence: 'M', count: 1000 })).letters).toHaveLength(1999);
    expect(refusal(protein({ sequence: 'M', count: 1001 }))).toBe(
      'job: too many copies of protein',
    );
    const long = (count: number, more: string): object => ({
      sequences: [
        { protein: { sequence: 'M'.repeat(1000), count } },
        { proteinChain: { sequence: `${'K'.repeat(4000)}${more}` } },
      ],
    });
    expect(entryOf(long(996, '')).chainNames).toHaveLength(997);
    expect(refusal(long(996, 'K'))).toBe('job: too many copies of proteinChain');
    expect(refusal(long(997, ''))).toBe('job: too many copies of proteinChain');
  });

  it.each([
    [{ sequences: [7] }, 'an entry of "sequences" names no molecule'],
    [{ sequences: [{}] }, 'an entry of "sequences" names no molecule'],
    [{ sequences: [{ protein: 'MKT' }] }, 'an entry of "sequences" names no molecule'],
    [{ sequences: [{ protein: null }] }, 'an entry of "sequences" names no molecule'],
    [{ sequences: [['protein']] }, 'an entry of "sequences" names no molecule'],
    [{ sequences: { protein: {} } }, 'there is no list "sequences"'],
    [{ sequences: [] }, 'there is no protein to fold'],
    [{ sequences: [{ ion: { count: 1 } }, { rna: { count: 3 } }] }, 'there is no protein to fold, only ion, rna (3 copies)'], // prettier-ignore
    [{ sequences: [{ protein: { sequence: 'MK:T' } }] }, '":" in a sequence'],
    [{ sequences: [{ protein: { sequence: 7 } }] }, 'protein has no "sequence"'],
  ])('%j is refused', (job, message) => {
    expect(refusal(job)).toBe(`job: ${message}`);
    expect(refusal({ ...job, name: 'mine' })).toBe(`job, mine: ${message}`);
    expect(messageOf(JSON.stringify([job]))).toBe(`job: ${message}`);
  });

  it('notes other molecules with the sum of their copies, then details that hold something', () => {
    const job = {
      sequences: [
        { ligand: { count: 2 } },
        {
          protein: {
            sequence: 'MKT',
            modifications: [],
            cyclic: false,
            msa: 'empty',
            templates: '',
          },
        },
        { protein: { sequence: 'MKT', glycans: [1], unpairedMsa: null, pairedMsa: '>a' } },
        { ligand: { count: 3 } },
        { ion: {} },
      ],
      ...{ name: 'x', modelSeeds: [1], dialect: 'd', version: 1, covalent: [] },
    };
    expect(entryOf(job).notes).toEqual([
      'left out, since proteins alone are folded: ligand (5 copies), ion, glycans, pairedMsa, covalent',
    ]);
  });

  it('is one of as many as are allowed', () => {
    const jobs = JSON.stringify([protein({ sequence: 'MKT' }), protein({ sequence: 'GAG' })]);
    expect(readEntries(jobs, { maxRecords: 2 })).toHaveLength(2);
    expect(() => readEntries(jobs, { maxRecords: 1 })).toThrow('more than 1 records at a time');
  });
});

describe('a job in YAML', () => {
  const boltz = (fields: string): string =>
    `version: 1\nsequences:\n  - protein:\n      sequence: MKT\n${fields}`;

  it('is read with keys of any kind, and what lies deeper than a job is left aside', () => {
    const [entry] = readEntries(
      boltz('      id: [H, [L]]\n      templates:\n        - a: {b: {c: {d: 1}}}\n7: x\n'),
    );
    expect(entry).toMatchObject({
      chainNames: ['H', 'A'],
      notes: ['left out, since proteins alone are folded: templates, 7'],
    });
  });

  it('may name a field twice, as others read it too: the last counts', () => {
    expect(readEntries(boltz('      id: H\n      id: L\n'))[0]!.chainNames).toEqual(['L']);
  });

  it('takes an alias and a key that is a list for nothing', () => {
    expect(
      readEntries(boltz('      id: &name L\n      msa: *name\n? [a]\n: b\n'))[0],
    ).toMatchObject({
      ...{ chainNames: ['L'], notes: [] },
    });
  });

  it('is read up to 65,536 characters', () => {
    const filled = (length: number): string => {
      const text = boltz('# ');
      return text + '#'.repeat(length - text.length);
    };
    expect(readEntries(filled(65_536))).toHaveLength(1);
    expect(messageOf(filled(65_537))).toBe('job: YAML of more than 65536 characters is not read');
  });

  it('that is broken is refused in a line', () => {
    const message = messageOf('version: 1\nsequences: [\n');
    expect(message).toMatch(/^job: this begins like YAML, but it is broken: Flow sequence/);
    expect(message).not.toContain('\n');
  });
});
