import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FoldError } from '#errors';
import { aatypeOf, RESIDUE_LETTERS, sequenceOf } from '#sequence/amino-acids';
import { decodeText } from '#sequence/formats/decode-text';
import { fastaEntries, parseFasta, writeFasta } from '#sequence/formats/fasta';
import { interpret } from '#sequence/input';
import { placeOf } from '#sequence/formats/letters';

const letters = (alphabet: string) =>
  fc.string({ unit: fc.constantFrom(...alphabet.split('')), minLength: 1, maxLength: 200 });
const title = fc
  .string({ unit: 'grapheme', maxLength: 40 })
  .map((text) => text.replace(/\p{C}/gu, '').trim());
/** Text of the kind that people paste, with all that may go wrong in it. */
const messyText = fc
  .array(
    fc.oneof(
      fc.constantFrom('>', '\n', '\r\n', '\r', ':', '*', '-', ' ', '\t', ';', '#', '7', '//', 'é'),
      fc.constantFrom(
        '>a',
        '>sp|P1|X',
        'ORIGIN',
        'ATG',
        'TAA',
        'MKT',
        'acgu',
        'NNN',
        'UOBZJ',
        '12',
      ),
      fc.string({ maxLength: 5 }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

describe('FASTA', () => {
  it('is read back as it was written', () => {
    const record = fc.record({ title, sequence: letters(`${RESIDUE_LETTERS}:acgu*-`) });
    fc.assert(
      fc.property(fc.array(record), fc.integer({ min: 1, max: 100 }), (records, width) => {
        expect(parseFasta(writeFasta(records, width))).toEqual(records);
      }),
    );
  });

  it('lets every letter be found in the text, by offset and by line and column', () => {
    fc.assert(
      fc.property(messyText, (text) => {
        for (const entry of entriesOrNone(text))
          for (let i = 0; i < entry.letters.length; i++) {
            const { offset, line, column } = placeOf(entry, i);
            expect(text[offset]).toBe(entry.letters[i]);
            expect(text.split(/\r\n|\r|\n/)[line - 1]![column - 1]).toBe(entry.letters[i]);
          }
      }),
    );
  });

  it('gives text or a refusal for any bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 100 });
    const gzipLike = bytes.map((rest) => Uint8Array.of(0x1f, 0x8b, 8, 0, ...rest));
    fc.assert(
      fc.property(fc.oneof(bytes, gzipLike), (file) => {
        expect(outcome(() => decodeText(file))).toMatch(/^value|PARSE_FASTA$/);
      }),
    );
  });
});

describe('digits', () => {
  it('are left out where they stand alone and never where they touch a letter', () => {
    const word = fc.string({ unit: fc.constantFrom('M', 'k', '1', '9'), minLength: 1 });
    const lines = fc.array(fc.array(word, { minLength: 1 }), { minLength: 1 });
    fc.assert(
      fc.property(lines, (words) => {
        const kept = words.flat().filter((one) => !/^[0-9]+$/.test(one));
        const text = words.map((line) => line.join(' ')).join('\n');
        expect(parseFasta(text)[0]?.sequence).toBe(kept.join(''));
      }),
    );
  });
});

describe('interpret', () => {
  it('gives chains of known residues or an error with a code, whatever is typed', () => {
    fc.assert(
      fc.property(messyText, (text) => {
        expect(
          outcome(() => {
            const records = interpret(text);
            expect(records.length).toBeGreaterThan(0);
            for (const { chains, warnings } of records) {
              for (const { sequence } of chains)
                expect(sequence).toMatch(/^[ARNDCQEGHILKMFPSTWYVX]+$/);
              for (const { offsets, position } of warnings) {
                expect(position).toBeGreaterThanOrEqual(1);
                for (const offset of offsets) expect(offset).toBeLessThan(text.length);
              }
            }
          }),
        ).toMatch(
          /^(value|SEQUENCE_EMPTY|SEQUENCE_LETTER|READING_FRAME|PARSE_FASTA|SEQUENCE_FORMAT|SEQUENCE_NAME)$/,
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('loses no residue of a protein and does not care for case, wrapping or spaces', () => {
    const protein = letters(RESIDUE_LETTERS).map((sequence) => `E${sequence}`);
    fc.assert(
      fc.property(protein, fc.integer({ min: 1, max: 80 }), (sequence, width) => {
        const wrapped = sequence.toLowerCase().replace(new RegExp(`.{${width}}`, 'g'), '$& \r\n');
        // without a header a few small letters may be a word, such as "eosin"
        expect(interpret(`>x\n${wrapped}`)[0]?.chains).toEqual([{ id: 'A', sequence }]);
        expect(sequenceOf(aatypeOf(sequence))).toBe(sequence);
      }),
    );
  });

  it('reads DNA and its RNA alike', () => {
    fc.assert(
      fc.property(letters('ACGT'), (dna) => {
        fc.pre(dna.includes('T') && dna.length > 10);
        const [asDna] = interpret(dna);
        const [asRna] = interpret(dna.replaceAll('T', 'U'));
        expect([asDna?.kind, asRna?.kind]).toEqual(['dna', 'rna']);
        expect(asRna?.chains).toEqual(asDna?.chains);
      }),
    );
  });
});

function entriesOrNone(text: string): ReturnType<typeof fastaEntries> {
  try {
    return fastaEntries(text);
  } catch (error) {
    if (error instanceof FoldError) return [];
    throw error;
  }
}

/** `value`, or the code of the error. */
function outcome(run: () => unknown): string {
  try {
    run();
    return 'value';
  } catch (error) {
    if (error instanceof FoldError) return error.code;
    throw error;
  }
}
