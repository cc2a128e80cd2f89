import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GENETIC_CODES, geneticCode, translateCodon } from '#sequence/genes/genetic-code';
import { geneticCodesModule, OUTPUT } from '../../../../data/genetic-codes/generate.js';

const STANDARD = geneticCode();

describe('geneticCode', () => {
  it('is generated from the table in data/', async () => {
    expect(readFileSync(OUTPUT, 'utf8')).toBe(await geneticCodesModule());
  });

  it('knows all 27 codes of NCBI by number', () => {
    const ids = [1, 2, 3, 4, 5, 6, ...range(9, 16), ...range(21, 33)];
    expect(GENETIC_CODES.map(({ id }) => id)).toEqual(ids);
    for (const id of ids) expect(geneticCode(id).id).toBe(id);
  });

  it('lists the numbers that exist when asked for another', () => {
    const hint = expect.stringMatching(/ 1, 2, .*16, 21, .*33/) as string;
    for (const id of [0, 7, 8, 17, 34, 1.5, NaN])
      expect(() => geneticCode(id)).toThrow(
        expect.objectContaining({ code: 'GENETIC_CODE_UNKNOWN', hint }),
      );
  });

  it('has the start and stop codons that NCBI publishes', () => {
    expect(STANDARD).toMatchObject({ name: 'Standard', startCodons: ['TTG', 'CTG', 'ATG'] });
    expect(STANDARD.stopCodons).toEqual(['TAA', 'TAG', 'TGA']);
    expect(geneticCode(2).stopCodons).toEqual(['TAA', 'TAG', 'AGA', 'AGG']);
    expect(geneticCode(3).startCodons).toEqual(['ATA', 'ATG', 'GTG']);
    expect(geneticCode(11).startCodons).toEqual(['TTG', 'CTG', 'ATT', 'ATC', 'ATA', 'ATG', 'GTG']);
    expect(geneticCode(22).stopCodons).toEqual(['TCA', 'TAA', 'TGA']);
  });

  it('tells codons that stop in some places only from stops', () => {
    expect(geneticCode(27).stopCodons).toEqual([]);
    expect(geneticCode(27).contextStopCodons).toEqual(['TGA']);
    expect(geneticCode(28).contextStopCodons).toEqual(['TAA', 'TAG', 'TGA']);
    expect(geneticCode(31).contextStopCodons).toEqual(['TAA', 'TAG']);
    for (const { id } of GENETIC_CODES)
      if (![27, 28, 31].includes(id)) expect(geneticCode(id).contextStopCodons).toEqual([]);
  });
});

describe('translateCodon', () => {
  it.each([
    [1, 'TGA', '*'],
    [2, 'TGA', 'W'],
    [6, 'TAA', 'Q'],
    [10, 'TGA', 'C'],
    [12, 'CTG', 'S'],
    [25, 'TGA', 'G'],
    [26, 'CTG', 'A'],
    [27, 'CTG', 'L'],
    [29, 'TAG', 'Y'],
    [30, 'TAA', 'E'],
    [32, 'TAG', 'W'],
    [33, 'AGG', 'K'],
  ])('reads code %i as published: %s is %s', (id, codon, residue) => {
    expect(translateCodon(codon, geneticCode(id))).toBe(residue);
  });

  it('reads T and U, upper and lower case alike', () => {
    for (const codon of ['ATG', 'AUG', 'atg', 'aUg'])
      expect(translateCodon(codon, STANDARD)).toBe('M');
  });

  it.each([
    ['GCN', 'A'],
    ['YTR', 'L'],
    ['MGR', 'R'],
    ['TAR', '*'],
    ['TRA', '*'],
    ['RAY', 'X'],
    ['TGR', 'X'],
    ['NNN', 'X'],
    ['AGY', 'S'],
    ['ATH', 'I'],
  ])('gives %s, whose expansions share one residue or not, as %s', (codon, residue) => {
    expect(translateCodon(codon, STANDARD)).toBe(residue);
  });
});

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
