import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packCodons, unpackCodons } from '#store/sql/packed-codons';

const position = fc.integer({ min: 1, max: 1_000_000 });
const anyCodon = fc.record({
  codon: fc.stringMatching(/^[ACGTN]{3}$/),
  positions: fc.tuple(position, position, position),
});

describe('packCodons', () => {
  it('loses nothing, wherever the letters stood', () => {
    fc.assert(
      fc.property(fc.array(anyCodon, { maxLength: 23 }), (codons) => {
        expect(unpackCodons(packCodons(codons))).toEqual(codons);
      }),
    );
  });

  it.each([1, -1])('needs one run for a gene read in steps of %i', (step) => {
    const codons = Array.from({ length: 700 }, (_, i) => {
      const at = (j: number): number => 5000 + step * (3 * i + j);
      return { codon: 'GCT', positions: [at(0), at(1), at(2)] as const };
    });
    expect(packCodons(codons).runs).toEqual([[5000, step, 2100]]);
  });
});
