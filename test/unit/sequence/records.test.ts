import { describe, expect, it } from 'vitest';
import { chainIdOf, countResidues } from '#sequence/chain';
import { chainNames, isChainName, requireChainNames } from '#sequence/chain-names';
import { interpret } from '#sequence/input';
import { recogniseKind } from '#sequence/kind';
import { readThroughStops } from '#sequence/genes/through-stops';
import { readProteinLetters } from '#sequence/protein-letters';
import { overrulesCoding, readRecords } from '#sequence/records';
import { refusedLetter } from '#sequence/sequence-error';
import { sharedWords } from '#sequence/shared-words';
import { failureOf } from '../../helpers/failure.js';

const messageOf = (run: () => unknown): string => failureOf(run).message;
const warningsOf = (text: string): string[] =>
  interpret(text).flatMap(({ warnings }) => warnings.map(({ message }) => message));

describe('records', () => {
  it('that are empty are named with their line, or the place of their chain', () => {
    expect(messageOf(() => readRecords('', { source: 'x' }))).toBe('x holds no sequence');
    expect(messageOf(() => readRecords('>a\nMK\n>b\n', { source: 'x' }))).toBe(
      'x:3: b has no letters',
    );
    expect(messageOf(() => readRecords('>a\n'))).toBe('input:1: a has no letters');
    expect(messageOf(() => readRecords('>a\nMK::V'))).toBe('a: chain 2 of 3 has no letters');
  });

  it('have the chains of their letters, each with places of its own', () => {
    const [record] = readRecords('>a b\nMKV:G\nA');
    expect(record).toMatchObject({ name: 'a', title: 'a b', kind: 'protein', warnings: [] });
    expect(record!.chains.map(({ id, letters }) => [id, letters])).toEqual([
      ['A', 'MKV'],
      ['B', 'GA'],
    ]);
    const [first, second] = record!.chains;
    expect(first!.placeAt(3)).toEqual({ offset: 7, line: 2, column: 3 });
    expect(second!.placeAt(1)).toEqual({ offset: 9, line: 2, column: 5 });
    expect(second!.placeAt(2)).toEqual({ offset: 11, line: 3, column: 1 });
  });

  it('are only what their text says', () => {
    const keysOf = (text: string, options = {}) =>
      Object.keys(readRecords(text, options)[0]!).sort();
    const always = ['chains', 'kind', 'name', 'title', 'warnings'];
    expect(keysOf('>a\nMKVLE')).toEqual(always);
    expect(keysOf('>a\nMKVLE', { source: 'x' })).toEqual([...always, 'source'].sort());
    expect(keysOf('>a\nACGT')).toEqual([...always, 'assumed'].sort());
    expect(keysOf('>a\nACGT', { type: 'dna' })).toEqual(always);
  });

  it('are of the type that is asked for, three-letter code only where they may be proteins', () => {
    const read = (type?: 'protein' | 'dna' | 'rna') =>
      readRecords('>a\nMet-Gln', type ? { type } : {})[0]!;
    expect([read(), read('protein')].map(({ kind, chains }) => [kind, chains[0]!.letters])).toEqual(
      [
        ['protein', 'MQ'],
        ['protein', 'MQ'],
      ],
    );
    expect(read('dna')).toMatchObject({ kind: 'dna', chains: [{ letters: 'Met-Gln' }] });
    // a table's or a job's protein is not looked through for names
    expect(readRecords('>P1;a\n\nALAGLY TRP*')[0]!.chains[0]!.letters).toBe('ALAGLYTRP');
  });

  it('say how many position numbers were left out', () => {
    expect(warningsOf('>a\n1 MKE')).toEqual(['a position number was left out']);
    expect(warningsOf('>a\n1 MKE 3')).toEqual(['2 position numbers were left out']);
    expect(interpret('>a\n1 MKE 3')[0]!.warnings[0]).toMatchObject({
      position: 1,
      offsets: [3, 9],
    });
  });

  it('say why they are called otherwise than their header says', () => {
    expect(warningsOf('>\nMKE\n>a\nMKE\n>A\nMKE')).toEqual([
      'the record at line 1 has no name and is called sequence-1',
      'the name A is used by an earlier record, so this one is called A-2',
    ]);
    expect(interpret('>\nMKE')[0]!.warnings).toMatchObject([{ position: 1, offsets: [] }]);
  });

  it('are told what of a chain is refused, with the name of the text', () => {
    expect(messageOf(() => interpret('>a\nMKE:GA?', { source: 'x.fa' }))).toBe(
      'a, chain B: "?" at position 3 is not a residue (line 2, column 7 of x.fa)',
    );
    const empty = failureOf(() => interpret('TAATAA', { type: 'dna', frame: 1 }));
    expect(empty).toMatchObject({
      code: 'READING_FRAME',
      message: 'sequence-1: the first codon of frame 1 is a stop',
      hint: expect.stringContaining('auto') as string,
    });
  });

  it('read against their description are those of a type, frame or start', () => {
    expect(overrulesCoding({})).toBe(false);
    expect(overrulesCoding({ type: 'dna', frame: 'auto' })).toBe(false);
    expect(overrulesCoding({ type: 'protein' })).toBe(true);
    expect(overrulesCoding({ frame: 1 })).toBe(true);
    expect(overrulesCoding({ start: 1 })).toBe(true);
  });
});

describe('interpret', () => {
  it('tells the alphabet and the chain of what it noticed', () => {
    expect(warningsOf('ACGUACGUACGUT:GGGCCCAAAUUUGGG')).toContain(
      'chain A: RNA holds the letter T once; T and U are read as the same base',
    );
    expect(warningsOf('ATGTTTTTTUUUTAA')).toContain(
      'DNA holds the letter U 3 times; T and U are read as the same base',
    );
    const [record] = interpret('ATGTTTTTTUUUTAA');
    expect(record!.warnings[0]).toMatchObject({ position: 10, offsets: [9, 10, 11], letter: 'U' });
  });

  it('gives the code and the frame that all genes share', () => {
    const [pair] = interpret('CATGAAATAA:CATGGCCTAA', { geneticCode: 11 });
    expect(pair).toMatchObject({ geneticCode: 11, frame: 2 });
    expect(interpret('MKVLE')[0]).not.toHaveProperty('geneticCode');
    expect(interpret('MKVLE')[0]).not.toHaveProperty('assumed');
  });
});

describe('genes read through their stops', () => {
  it('are named by their record, and by their chain where there are several', () => {
    const read = (text: string) => readRecords(text).flatMap((record) => readThroughStops(record));
    expect(read('>x y\nATGAAATAA')).toEqual([
      { name: 'x', title: 'x y', frame: 1, residues: 'MK*' },
    ]);
    expect(read('>x\nATGAAATAA:CATGGCTTAA').map(({ name, residues }) => [name, residues])).toEqual([
      ['x-A', 'MK*'],
      ['x-B', 'MA*'],
    ]);
  });
});

describe('the kind of letters', () => {
  it('is that of nucleotides from nine in ten plain letters on', () => {
    expect(recogniseKind('ACGTACGTAR').kind).toBe('dna');
    expect(recogniseKind('ACGTACGARR').kind).toBe('protein');
    expect(recogniseKind('ACGTACGARR').assumed).toContain('since only 80% of its letters');
    expect(recogniseKind('ACGTACGTAR').assumed).toContain('since 90% of its letters');
    expect(recogniseKind('RRR').assumed).toContain('since none of its letters');
  });

  it('is RNA where U is more frequent than T', () => {
    expect([recogniseKind('ACGTU').kind, recogniseKind('ACGTUU').kind]).toEqual(['dna', 'rna']);
    expect(recogniseKind('acguu').assumed).toBe(
      'read as RNA, since 100% of its letters are A, C, G, T, U or N; if it is a protein, set the type to protein',
    );
  });
});

describe('letters of a protein', () => {
  it('are listed up to five, the others counted', () => {
    const messageFor = (letters: string) => readProteinLetters(letters).warnings[0]!.message;
    expect(messageFor('MU')).toBe('U (selenocysteine) at position 2 is read as C');
    expect(messageFor('UUUUU')).toBe('U (selenocysteine) at positions 1, 2, 3, 4, 5 is read as C');
    expect(messageFor('UUUUUMU')).toBe(
      'U (selenocysteine) at positions 1, 2, 3, 4, 5 and 1 more is read as C',
    );
  });

  it('end before the stop marks', () => {
    expect(readProteinLetters('mk**')).toEqual({
      sequence: 'MK',
      warnings: [
        { message: 'the stop mark * at the end is left out', letter: '*', positions: [3, 4] },
      ],
    });
    expect(messageOf(() => readProteinLetters('**'))).toBe('"*" at position 1 is not a residue');
    expect(messageOf(() => readProteinLetters('MK*V'))).toBe('"*" at position 3 is not a residue');
  });
});

describe('a letter that is refused', () => {
  const of = (letters: string, index: number) => refusedLetter(letters, index, 'residue');

  it('is named, with what to do about it', () => {
    expect(of('MK?', 2)).toMatchObject({
      message: '"?" at position 3 is not a residue',
      place: { letter: '?', position: 3 },
      details: { letter: '?', position: 3 },
      hint: expect.stringContaining('20 amino acids') as string,
    });
    expect(of('M-', 1).hint).toContain('gaps');
    expect(of('7', 0).hint).toContain('position numbers');
  });

  it('has its number where it is a letter of another alphabet, in four places at least', () => {
    expect(of('é', 0).message).toBe('"é" (U+00E9) at position 1 is not a residue');
    expect(of('\u{10400}', 0).message).toContain('(U+10400)');
    expect(of('\u007f', 0).message).not.toContain('U+');
    expect(of('€', 0).message).toBe('"€" at position 1 is not a residue');
    expect(of('', 0).message).toContain('at position 1');
  });
});

describe('names of chains', () => {
  it('are those of PDB files, then of two letters, then three', () => {
    expect([25, 26, 51, 52, 61, 62, 87, 88, 89].map(chainIdOf)).toEqual([
      ...['Z', 'a', 'z', '0', '9', 'AA', 'AZ', 'BA', 'BB'],
    ]);
    expect(chainIdOf(62 + 62 * 26)).toBe('AAA');
    expect(chainIdOf(62 + 61 * 26 + 25)).toBe('9Z');
  });

  it('are free letters in their order where none is wanted', () => {
    expect(chainNames([undefined, undefined])).toEqual(['A', 'B']);
    expect(chainNames([undefined, 'A', 'A', undefined])).toEqual(['B', 'A', 'C', 'D']);
  });

  it('have up to twelve signs, a letter or digit first', () => {
    expect(['a', '9', 'a-b_c', 'a23456789012'].every(isChainName)).toBe(true);
    expect(['', '-a', 'a b', 'a234567890123', 'ä'].some(isChainName)).toBe(false);
  });

  it('that do not fit are refused, with what would', () => {
    const refusal = (names: string[], numChains: number) =>
      failureOf(() => { requireChainNames(names, numChains, 'x'); }); // prettier-ignore
    expect(refusal(['A'], 1).message).toBe('none');
    expect(refusal([], 1).message).toBe('chain names of x: 0 for one chain');
    expect(refusal(['A', 'B'], 3)).toMatchObject({
      message: 'chain names of x: 2 for 3 chains',
      hint: expect.stringContaining('one for each chain') as string,
    });
    expect(refusal(['A', 'B', 'A'], 3)).not.toHaveProperty('hint', expect.anything());
    expect(refusal(['A', 'B', 'A'], 3).message).toBe('chain names of x: A is there twice');
    expect(refusal(['-'.repeat(50)], 1)).toMatchObject({
      message: `chain names of x: "${'-'.repeat(40)}" is not a name for a chain`,
      hint: 'up to 12 letters, digits, - and _, a letter or digit first',
    });
  });

  it('and their residues are counted together', () => {
    expect(countResidues([{ sequence: 'MKV' }, { sequence: 'GA' }])).toBe(5);
    expect(countResidues([])).toBe(0);
  });
});

describe('words that proteins share', () => {
  it('are counted by the sizes of both sets', () => {
    expect(
      sharedWords(new Set([1, 2, 3]), new Set([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14])),
    ).toBe(1 / 6);
    expect(sharedWords(new Set(), new Set([1]))).toBe(0);
    expect(sharedWords(new Set([1]), new Set())).toBe(0);
  });
});

describe('records as one complex', () => {
  const GENE = 'CATGAAATAA';
  const complexOf = (text: string, options = {}) =>
    interpret(text, { complex: true, ...options })[0]!;

  it('are nucleotides where all are, with the code, the frame and the assumption that they share', () => {
    const same = complexOf(`>a one\n${GENE}\n>b\nCATGGCCTAA`, { geneticCode: 11 });
    expect(same).toMatchObject({
      name: 'a_b',
      title: 'a one + b',
      kind: 'dna',
      geneticCode: 11,
      frame: 2,
    });
    expect(same.assumed).toContain('read as DNA');
    expect(same.translations!.map(({ sequence }) => sequence)).toEqual(['MK', 'MA']);
    const frames = complexOf(`>a\n${GENE}\n>b\nATGGCCTAA`);
    expect(frames).not.toHaveProperty('frame');
    expect(frames).toHaveProperty('geneticCode', 1);
  });

  it('are proteins where one is, without what only some have', () => {
    const mixed = complexOf(`>a\n${GENE}\n>b\nMKVLE`);
    expect(mixed.kind).toBe('protein');
    for (const key of ['geneticCode', 'frame', 'assumed', 'translations'])
      expect(mixed).not.toHaveProperty(key);
    expect(complexOf('>a\nMKVLE')).toMatchObject({ kind: 'protein', name: 'a' });
  });

  it('have a translation for each copy of a gene', () => {
    const { chains, translations } = complexOf(`>1ABC_1|Chains X, Y|gene\n${GENE}`);
    expect(chains.map(({ id }) => id)).toEqual(['X', 'Y']);
    expect(translations!.map(({ sequence }) => sequence)).toEqual(['MK', 'MK']);
    const parts = complexOf(`>a\n${GENE}:CATGGCCTAA`);
    expect(parts.translations!.map(({ sequence }) => sequence)).toEqual(['MK', 'MA']);
  });

  it('may be made of records that are complexes, whose warnings say which record they are of', () => {
    const { chains, warnings } = complexOf('>pair\nMKVLE:GUGAW\n>B\nMKUE');
    expect(chains.map(({ id }) => id)).toEqual(['A', 'B', 'C']);
    expect(warnings).toMatchObject([
      { message: 'B: an earlier chain is called B, so this one is C', position: 1, offsets: [] },
      { message: 'pair: chain B: U (selenocysteine) at position 2 is read as C' },
      { message: 'chain C: U (selenocysteine) at position 3 is read as C' },
    ]);
  });

  it('say nothing of names that the user replaced, or that nobody took', () => {
    expect(complexOf('>A\nMKVLE\n>A x\nGAGAW', { chainNames: ['H', 'L'] }).warnings.map(({ message }) => message)).toEqual(['chain L: the name A is used by an earlier record, so this one is called A-2']); // prettier-ignore
    expect(complexOf('>A\nMKVLE\n>two words!\nGAGAW\n>B\nMKE').warnings).toEqual([]);
    expect(complexOf('>x/y\nMKVLE\n>A\nGAGAW').chains.map(({ id }) => id)).toEqual(['B', 'A']);
  });

  it('must have as many names as chains', () => {
    expect(messageOf(() => complexOf('>a\nMKVLE\n>b\nGAGAW', { chainNames: ['H'] }))).toBe(
      'chain names of a_b: 1 for 2 chains',
    );
  });
});
