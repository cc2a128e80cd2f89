import { describe, expect, it } from 'vitest';
import { inputRecords } from '#cli/records';
import { interpret } from '#sequence/input';
import type { InterpretOptions } from '#sequence/interpretation';
import { readRecords } from '#sequence/records';

/** A genome with genes `gen1`, `gen2`, … of `MK`, all from the same letters; the last one is broken. */
function genome(numCoding: number): string {
  const letters = 'ATGAAATAA'.repeat(Math.max(9, numCoding / 10));
  const features = Array.from({ length: numCoding }, (_, i) => [
    `     CDS             ${i < numCoding - 1 ? '1..9' : '7..9'}`,
    `                     /gene="gen${i + 1}"`,
    `                     /locus_tag="b${String(i + 1).padStart(4, '0')}"`,
    `                     /protein_id="AAC${i + 1}.1"`,
  ]).flat();
  return `LOCUS       TEST001     ${letters.length} bp    DNA     circular BCT 01-JAN-2026
VERSION     TEST001.2
FEATURES             Location/Qualifiers
${features.join('\n')}
ORIGIN
        1 ${letters}
//
`;
}

const namesOf = (text: string, records?: InterpretOptions['records']): string[] =>
  interpret(text, records === undefined ? {} : { records }).map(({ name }) => name);

describe('of a genome', () => {
  it('nothing is read unasked, and the error names what there is', () => {
    expect(() => interpret(genome(51))).toThrow(
      expect.objectContaining({
        code: 'BATCH_TOO_LARGE',
        message:
          'input has 51 coding sequences: gen1, gen2, gen3, gen4, gen5, …; more than 50 are read only when they are asked for',
        hint: expect.stringContaining('--record') as string,
        details: { names: Array.from({ length: 51 }, (_, i) => `gen${i + 1}`) },
      }),
    );
    const [half] = genome(25).split(/^(?=\/\/)/m);
    expect(() => interpret(`${half!}//\n${genome(26)}`)).toThrow('51 coding sequences');
  });

  it('all is read where it is asked for, or small', () => {
    const read = (numCoding: number, records?: 'all') =>
      readRecords(genome(numCoding), records ? { records } : {}).length;
    expect([read(50), read(51, 'all')]).toEqual([50, 51]);
    expect(() => interpret(genome(50))).toThrow('gen50: ');
  });

  it.each(['gen7', 'GEN7', 'b0007', 'AAC7.1', 'aac7', ' gen7 '])(
    'one coding sequence is chosen as %s, and no other is translated',
    (name) => {
      expect(namesOf(genome(600), [name])).toEqual(['gen7']);
    },
  );

  it('several are chosen in the order of the file, each once', () => {
    expect(namesOf(genome(60), ['b0009', 'gen2', 'gen9'])).toEqual(['gen2', 'gen9']);
  });

  it('a server counts only what was chosen', () => {
    const [record, ...others] = readRecords(genome(60), { records: ['gen2'], maxRecords: 1 });
    expect([record!.name, others]).toEqual(['gen2', []]);
    expect(() => readRecords(genome(60), { records: ['gen2', 'gen3'], maxRecords: 1 })).toThrow(
      'more than 1 records at a time',
    );
  });

  it('an unknown name is an error with those nearest to it', () => {
    expect(() => interpret(genome(9), { records: ['gen2', 'gex7', 'nothing'] })).toThrow(
      expect.objectContaining({
        code: 'SEQUENCE_NAME',
        message: 'no record is called gex7, nothing',
        hint: expect.stringMatching(/^near to gex7 are gen7, /) as string,
      }),
    );
  });
});

describe('of FASTA', () => {
  const FASTA = Array.from({ length: 60 }, (_, i) => `>sp|P${i}|HBA_${i} a protein\nMKV\n`).join(
    '',
  );

  it('all records are read unasked, however many', () => {
    expect(interpret(FASTA)).toHaveLength(60);
  });

  it('records are chosen by the first word of the header, as given or as the files are called', () => {
    expect(namesOf(FASTA, ['sp|P3|HBA_3', 'sp_P5_HBA_5'])).toEqual(['sp_P3_HBA_3', 'sp_P5_HBA_5']);
  });

  it('records that share a name are chosen together, or by the name that makes them differ', () => {
    const same = '>a\nMK\n>a\nMV\n>b\nMG\n';
    expect([namesOf(same, ['a']), namesOf(same, ['a-2'])]).toEqual([['a', 'a-2'], ['a-2']]);
  });
});

describe('a name that no record bears', () => {
  const refusal = (names: readonly string[], ...unknown: string[]): object => {
    try {
      interpret(names.map((name) => `>${name}\nMKE\n`).join(''), { records: unknown });
    } catch (error) {
      return error as Error;
    }
    return {};
  };

  it('is near to those that differ in half of the letters at most, the nearest first', () => {
    const names = ['ki', 'kit', 'sittin', 'sitten', 'kitte', 'kittens', 'dogcow'];
    expect(refusal(names, 'kitten')).toHaveProperty(
      'hint',
      'near to kitten are kittens, sitten, kitte, sittin, kit',
    );
    expect(refusal([...names, 'kitton'], 'kitten')).toHaveProperty(
      'hint',
      'near to kitten are kittens, sitten, kitte, kitton, sittin',
    );
    expect(refusal(['dogcow', 'ki'], 'kitten')).toHaveProperty('hint', 'see the names in the file');
    expect(refusal(['kit'], 'kitten')).toHaveProperty('hint', 'near to kitten are kit');
  });

  it('is one of up to five that are shown', () => {
    expect(refusal(['a'], 'b', 'c', 'd', 'e', 'f')).toHaveProperty(
      'message',
      'no record is called b, c, d, e, f',
    );
    expect(refusal(['a'], 'b', 'c', 'd', 'e', 'f', 'a', 'g')).toHaveProperty(
      'message',
      'no record is called b, c, d, e, f, …',
    );
  });
});

describe('on the command line', () => {
  const file = (text: string, source: string) => ({ text, source, stem: '' });

  it('a name may be in any of the inputs, and each input may be as large as allowed', () => {
    const two = [file(genome(40), 'a.gb'), file('>x\nMKV\n', 'b.fa'), file(genome(40), 'c.gb')];
    expect(inputRecords(two)).toHaveLength(81);
    const chosen = inputRecords(two, { record: ['X', 'b0003'] });
    expect(chosen.map(({ name }) => name)).toEqual(['gen3', 'x', 'gen3-2']);
    const large = [file('>x\nMKV\n', 'b.fa'), file(genome(51), 'c.gb')];
    expect(() => inputRecords(large)).toThrow('c.gb has 51 coding sequences');
    expect(inputRecords(large, { allRecords: true })).toHaveLength(52);
  });
});
