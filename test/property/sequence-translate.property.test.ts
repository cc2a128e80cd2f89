import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GENETIC_CODES, geneticCode, translateCodon } from '#sequence/genes/genetic-code';
import {
  decodeNucleotides,
  encodeNucleotides,
  reverseComplement,
} from '#sequence/genes/nucleotides';
import { openReadingFrames } from '#sequence/genes/open-reading-frames';
import { READING_FRAMES } from '#sequence/genes/reading-frame';
import { translate, translateThroughStops } from '#sequence/genes/translate';

const nucleotides = (letters: string, minLength: number, maxLength = 400) =>
  fc.string({ unit: fc.constantFrom(...letters.split('')), minLength, maxLength });
const gene = nucleotides('ACGTU', 9);
const ambiguousGene = nucleotides('ACGTRYSWKMBDHVN', 9);
const frame = fc.constantFrom(...READING_FRAMES);
const codeId = fc.constantFrom(...GENETIC_CODES.map(({ id }) => id));
const otherStrand = (letters: string): string =>
  decodeNucleotides(reverseComplement(encodeNucleotides(letters)));
const COMPLEMENT: Readonly<Record<string, string>> = { A: 'T', C: 'G', G: 'C', T: 'A' };

describe('translation', () => {
  it('gives one letter for each whole codon of the frame', () => {
    fc.assert(
      fc.property(ambiguousGene, frame, codeId, (letters, of, id) => {
        const codons = Math.floor((letters.length - Math.abs(of) + 1) / 3);
        expect(translateThroughStops(letters, of, id)).toHaveLength(codons);
      }),
    );
  });

  it('reads frame -f as frame f of the other strand', () => {
    fc.assert(
      fc.property(ambiguousGene, fc.constantFrom(1, 2, 3), codeId, (letters, of, id) => {
        const backward = ({ 1: -1, 2: -2, 3: -3 } as const)[of];
        expect(translateThroughStops(letters, backward, id)).toBe(
          translateThroughStops(otherStrand(letters), of, id),
        );
      }),
    );
  });

  it('gives an ambiguous codon a residue only if all its expansions give that residue', () => {
    const expansions: Readonly<Record<string, string>> = {
      ...{ A: 'A', C: 'C', G: 'G', T: 'T', R: 'AG', Y: 'CT', S: 'CG', W: 'AT', K: 'GT', M: 'AC' },
      ...{ B: 'CGT', D: 'AGT', H: 'ACT', V: 'ACG', N: 'ACGT' },
    };
    fc.assert(
      fc.property(nucleotides('ACGTRYSWKMBDHVN', 3, 3), codeId, (codon, id) => {
        const code = geneticCode(id);
        const [first, second, third] = codon.split('').map((l) => expansions[l]!.split(''));
        const residues = new Set(
          first!.flatMap((a) =>
            second!.flatMap((b) => third!.map((c) => translateCodon(a + b + c, code))),
          ),
        );
        expect(translateCodon(codon, code)).toBe(residues.size === 1 ? [...residues][0] : 'X');
      }),
      { numRuns: 1000 },
    );
  });

  it('links every residue to nucleotides of the input that code it', () => {
    fc.assert(
      fc.property(gene, codeId, (letters, id) => {
        const { sequence, codons, frame: of, hasStart } = translate(letters, { geneticCode: id });
        expect(codons).toHaveLength(sequence.length);
        for (const [i, { codon, positions }] of codons.entries()) {
          const given = positions.map((position) => letters[position - 1]!.replace('U', 'T'));
          const read = of > 0 ? given : given.map((letter) => COMPLEMENT[letter]);
          expect(read.join('')).toBe(codon);
          const residue = translateCodon(codon, geneticCode(id));
          expect(sequence[i]).toBe(i === 0 && hasStart ? 'M' : residue);
        }
      }),
    );
  });

  it('accounts for every nucleotide: untranslated, coding or stop', () => {
    fc.assert(
      fc.property(gene, codeId, (letters, id) => {
        const found = translate(letters, { geneticCode: id });
        const coding = 3 * (found.sequence.length + Number(found.stop !== undefined));
        expect(found.untranslated5 + coding + found.untranslated3).toBe(letters.length);
        expect(found.sequence).not.toContain('*');
      }),
    );
  });
});

describe('a circle', () => {
  it('has the same reading frames wherever it is opened', () => {
    fc.assert(
      fc.property(nucleotides('ACGT', 9, 120), fc.nat(), (letters, by) => {
        const at = by % letters.length;
        const opened = letters.slice(at) + letters.slice(0, at);
        const proteins = (of: string): string[] =>
          openReadingFrames(of, { minResidues: 1, circular: true })
            .filter(({ hasStart, hasStop }) => hasStart && hasStop)
            .map(({ sequence }) => sequence)
            .toSorted();
        expect(proteins(opened)).toEqual(proteins(letters));
      }),
      { numRuns: 500 },
    );
  });

  it('is read as it says: candidates, codons and stop agree', () => {
    fc.assert(
      fc.property(nucleotides('ACGT', 9, 120), (letters) => {
        fc.pre(openReadingFrames(letters, { minResidues: 1, circular: true }).length > 0);
        const read = translate(letters, { circular: true });
        for (const { frame, start, numResidues } of read.candidates) {
          const again = translate(letters, { circular: true, frame, start });
          expect(again.sequence.length).toBeGreaterThanOrEqual(numResidues);
        }
        for (const { codon, positions } of read.codons) {
          const given = positions.map((position) => letters[position - 1]!);
          const of = read.frame > 0 ? given : given.map((letter) => COMPLEMENT[letter]);
          expect(of.join('')).toBe(codon);
        }
        const taken = 3 * (read.codons.length + Number(read.stop !== undefined));
        expect(read.untranslated5 + taken + read.untranslated3).toBe(letters.length);
      }),
      { numRuns: 500 },
    );
  });
});

describe('openReadingFrames', () => {
  it('finds every stretch from a first ATG to the next stop that another stop precedes', () => {
    fc.assert(
      fc.property(nucleotides('ACGT', 3), (letters) => {
        const found = openReadingFrames(letters, { minResidues: 1 })
          .filter(({ frame: of, hasStop }) => of > 0 && hasStop)
          .map(({ start, end }) => `${start}-${end}`);
        for (const place of closedReadingFrames(letters)) expect(found).toContain(place);
      }),
    );
  });

  it('do not change when the strands change places', () => {
    fc.assert(
      fc.property(ambiguousGene, (letters) => {
        const proteins = (of: string): string[] =>
          openReadingFrames(of, { minResidues: 1 })
            .map(({ sequence }) => sequence)
            .toSorted();
        expect(proteins(otherStrand(letters))).toEqual(proteins(letters));
      }),
    );
  });

  it('hold the protein that translation chooses', () => {
    fc.assert(
      fc.property(gene, (letters) => {
        const chosen = translate(letters);
        fc.pre(!chosen.reason.startsWith('complete'));
        const [first] = openReadingFrames(letters, { minResidues: 1 });
        expect(first).toMatchObject({ sequence: chosen.sequence, frame: chosen.frame });
      }),
    );
  });
});

/** Places of ATG … stop on the forward strand, each after an earlier stop of its frame, found with a pattern. */
function closedReadingFrames(letters: string): string[] {
  return [0, 1, 2].flatMap((skipped) => {
    const codons = (letters.slice(skipped).match(/.../g) ?? []).join(' ');
    return Array.from(
      codons.matchAll(
        /(?<=T(?:AA|AG|GA) (?:(?!ATG|TAA|TAG|TGA)... )*)ATG (?:(?!TAA|TAG|TGA)... )*T(?:AA|AG|GA)/g,
      ),
      (match) => {
        const start = skipped + (3 * match.index) / 4 + 1;
        return `${start}-${start + (3 * (match[0].length + 1)) / 4 - 1}`;
      },
    );
  });
}
