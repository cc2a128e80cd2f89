import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FoldError } from '#errors';
import { chainIdOf } from '#sequence/chain';
import { interpret } from '#sequence/input';
import type { InterpretOptions } from '#sequence/interpretation';
import { recogniseKind } from '#sequence/kind';
import { recordNames } from '#sequence/record-names';
import { readRecords } from '#sequence/records';
import { readThroughStops } from '#sequence/genes/through-stops';

const example = (name: string): string =>
  readFileSync(new URL(`../../../data/examples/${name}`, import.meta.url), 'utf8');

const PREPROINSULIN =
  'MALWMRLLPLLALLALWGPDPAAAFVNQHLCGSHLVEALYLVCGERGFFYTPKTRREAEDLQVGQVELGGGPGAGSLQPLALEGSLQKRGIVEQCCTSICSLYQLENYCN';

describe('recogniseKind', () => {
  it.each([
    ['GATTACA', 'dna'],
    ['gattaca', 'dna'],
    ['GAUUACA', 'rna'],
    ['ATGNNNRTAA', 'dna'],
    ['MARK', 'protein'],
    ['MKTAYIAKQR', 'protein'],
    ['ACDEFG*', 'protein'],
    ['ACGTACGTACGTACGTACGTE', 'protein'],
  ])('takes %s for %s', (letters, kind) => {
    expect(recogniseKind(letters).kind).toBe(kind);
  });

  it('says what it assumed and how to override it, unless a letter settled it', () => {
    expect(recogniseKind('GATTACA').assumed).toMatch(/read as DNA.*set the type to protein/);
    expect(recogniseKind('MARK').assumed).toMatch(
      /read as a protein, since only 25% .*set the type to dna or rna/,
    );
    expect(recogniseKind('WHSK').assumed).toMatch(/since none of its letters/);
    expect(recogniseKind('MKTAYIAKQR').assumed).toBeUndefined();
  });
});

describe('interpret', () => {
  it('gives gene, mRNA and protein of insulin the same chain', () => {
    const [gene, mrna, protein, ...others] = interpret(example('insulin.fasta'));
    expect([gene?.kind, mrna?.kind, protein?.kind, others.length]).toEqual([
      'dna',
      'rna',
      'protein',
      0,
    ]);
    for (const record of [gene, mrna, protein]) {
      expect(record?.chains.map(({ sequence }) => sequence)).toEqual([PREPROINSULIN]);
      expect(record?.warnings).toEqual([]);
    }
    expect(gene?.translations?.[0]).toMatchObject({ frame: 1, untranslated3: 0 });
    expect(mrna?.translations?.[0]).toMatchObject({
      frame: 3,
      untranslated5: 59,
      untranslated3: 73,
      stop: { codon: 'TAG', positions: [390, 391, 392] },
    });
    expect(mrna?.chains[0]?.codons?.[0]).toEqual({ codon: 'ATG', positions: [60, 61, 62] });
  });

  it('reads the other examples as proteins of the lengths that their titles say', () => {
    for (const { title, kind, chains } of interpret(example('examples.fasta'))) {
      expect(kind).toBe('protein');
      expect(title).toContain(`${chains[0]?.sequence.length ?? 0} residues`);
    }
  });

  it('replaces U, O, B, Z and J with a warning each and marks every place', () => {
    const text = '>a\nMUOBZJUX*';
    const [record] = interpret(text);
    expect(record?.chains).toEqual([{ id: 'A', sequence: 'MCKDELCX' }]);
    expect(record?.warnings.map(({ letter, position }) => [letter, position])).toEqual([
      ['U', 2],
      ['O', 3],
      ['B', 4],
      ['Z', 5],
      ['J', 6],
      ['*', 9],
    ]);
    expect(record?.warnings[0]).toMatchObject({
      message: 'U (selenocysteine) at positions 2, 7 is read as C',
      offsets: [4, 9],
    });
    for (const { letter, offsets } of record?.warnings ?? [])
      expect(offsets.map((offset) => text[offset])).toEqual(offsets.map(() => letter));
  });

  it.each([
    ['MK-T', '-', 3],
    ['MK*T', '*', 3],
    ['**', '*', 1],
    ['MK T\nA7Y', '7', 5],
    ['MKT/AYI', '/', 4],
    ['MK😀', '😀', 3],
  ])('names the letter and position that it refuses in %j', (text, letter, position) => {
    expect(() => interpret(`>a\n${text}`)).toThrow(
      expect.objectContaining({
        code: 'SEQUENCE_LETTER',
        message: expect.stringContaining(`a: "${letter}" at position ${position}`) as string,
        place: {
          letter,
          position,
          record: 'a',
          offset: 3 + text.indexOf(letter),
          line: text.slice(0, text.indexOf(letter)).split('\n').length + 1,
          column: text.indexOf(letter) - text.lastIndexOf('\n', text.indexOf(letter)),
        },
      }),
    );
  });

  it('names letters of other alphabets by their code too, since they can look the same', () => {
    const greek = '\u039c'; // looks like M
    expect(() => interpret(`>a\nM${greek}K`)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(`"${greek}" (U+039C) at position 2`) as string,
        place: expect.objectContaining({ letter: greek, line: 2, column: 2 }) as unknown,
      }),
    );
  });

  it('refuses letters that do not fit the type asked for', () => {
    expect(() => interpret('ACGE', { type: 'dna' })).toThrow(
      expect.objectContaining({
        message: 'sequence-1: "E" at position 4 is not a nucleotide (line 1, column 4)',
      }),
    );
    expect(interpret('GATTACA', { type: 'protein' })[0]).toMatchObject({
      kind: 'protein',
      chains: [{ id: 'A', sequence: 'GATTACA' }],
    });
  });

  it('separates chains at ":" and counts positions in each', () => {
    const [dimer] = interpret('>dimer\nMKU:\nAYU');
    expect(dimer?.chains).toEqual([
      { id: 'A', sequence: 'MKC' },
      { id: 'B', sequence: 'AYC' },
    ]);
    expect(dimer?.warnings.map(({ message, offsets }) => [message.slice(0, 8), offsets])).toEqual([
      ['chain A:', [9]],
      ['chain B:', [14]],
    ]);
  });

  it('translates each gene of a complex in its own frame', () => {
    const [pair] = interpret('ATGGCCTAA:CATGAAATAA');
    expect(pair?.chains.map(({ sequence }) => sequence)).toEqual(['MA', 'MK']);
    expect(pair?.translations?.map(({ frame }) => frame)).toEqual([1, 2]);
    expect(pair).not.toHaveProperty('frame');
  });

  it('says where T and U are mixed', () => {
    const [record] = interpret('ATGGCUTAA');
    expect(record).toMatchObject({ kind: 'dna', chains: [{ sequence: 'MA' }] });
    expect(record?.warnings).toEqual([
      {
        message: expect.stringContaining('U once') as string,
        position: 6,
        letter: 'U',
        offsets: [5],
      },
    ]);
  });

  it('says that position numbers were left out', () => {
    const [record] = interpret('1 MKT\n4 AYI');
    expect(record?.warnings).toMatchObject([
      { message: expect.stringContaining('2 position numbers') as string, offsets: [0, 6] },
    ]);
  });

  it('says when it had to find another name', () => {
    const named = interpret('>a x\nMKT\n>\nMKT\n>A\nMKT');
    expect(named.map(({ name }) => name)).toEqual(['a', 'sequence-2', 'A-2']);
    expect(named.map(({ warnings }) => warnings.length)).toEqual([0, 1, 1]);
    expect(interpret('MKT')[0]).toMatchObject({ name: 'sequence-1', title: '', warnings: [] });
  });

  it.each(['', ' \n', '>a\n', '>a\nMK:', '>a\nMK::T', '; comment\n'])(
    'refuses %j as empty',
    (text) => {
      expect(() => interpret(text)).toThrow(expect.objectContaining({ code: 'SEQUENCE_EMPTY' }));
    },
  );

  it.each([
    ['stop marks inside', `E${'*'.repeat(1e6)}E`],
    ['digits inside', `a${'1'.repeat(1e6)}b`],
    ['chain separators', ':'.repeat(1e6)],
    ['equal names', `${'>a\nMKE\n'.repeat(30_000)}>a\n-`],
  ])('refuses a long text of %s at once: time never grows with its square', (_, text) => {
    expect(() => interpret(text)).toThrow(FoldError);
  });

  it('refuses an unknown genetic code even for a protein', () => {
    expect(() => interpret('MKT', { geneticCode: 7 })).toThrow(
      expect.objectContaining({ code: 'GENETIC_CODE_UNKNOWN' }),
    );
  });
});

describe('recordNames', () => {
  it('are safe as file names', () => {
    expect(
      recordNames([
        'sp|P01308|INS_HUMAN Insulin',
        '../../etc/passwd',
        '-o',
        '.',
        'β-globin',
        'a'.repeat(300),
        '生'.repeat(100),
        `${'生'.repeat(59)}𠮷𠮷`,
      ]),
    ).toEqual([
      'sp_P01308_INS_HUMAN',
      '_.._etc_passwd',
      'o',
      'sequence-4',
      'β-globin',
      'a'.repeat(100),
      '生'.repeat(60), // 180 bytes: with the ending of its files below the 255 of file systems
      '生'.repeat(59),
    ]);
  });

  it('are none that Windows keeps for its devices', () => {
    expect(
      recordNames([
        'CON',
        'nul',
        'Com1.x y',
        'LPT\u00b9',
        'aux',
        'CONSERVED',
        'COM',
        'nul.',
        '_CON',
      ]),
    ).toEqual([
      '_CON',
      '_nul',
      '_Com1.x',
      '_LPT\u00b9',
      '_aux',
      'CONSERVED',
      'COM',
      '_nul-2',
      '_CON-2',
    ]);
    expect(recordNames([`con.${'a'.repeat(99)}`])[0]).toHaveLength(100);
  });

  it('never repeat, not even a name that a suffix made', () => {
    expect(recordNames(['a-2', 'a', 'a', 'a'])).toEqual(['a-2', 'a', 'a-3', 'a-4']);
  });
});

describe('readThroughStops', () => {
  const throughStops = (text: string, options: InterpretOptions = {}) =>
    readRecords(text).flatMap((record) => readThroughStops(record, options));

  it('reads the whole frame of the longest open reading frame', () => {
    expect(throughStops('>x\nCATGAAAGCCAAATAACCCGG')).toEqual([
      { name: 'x', title: 'x', frame: 2, residues: 'MKAK*P' },
    ]);
  });

  it('reads a frame that begins with a stop', () => {
    expect(throughStops('TAAATG', { frame: 1 })[0]?.residues).toBe('*M');
  });

  it('refuses a protein', () => {
    expect(() => throughStops('MKTAYIAKQR')).toThrow(
      expect.objectContaining({ code: 'READING_FRAME' }),
    );
  });
});

describe('chainIdOf', () => {
  it('never repeats', () => {
    const ids = Array.from({ length: 1000 }, (_, i) => chainIdOf(i));
    expect(ids.slice(0, 3)).toEqual(['A', 'B', 'C']);
    expect(ids[62]).toBe('AA');
    expect(new Set(ids).size).toBe(1000);
  });
});
