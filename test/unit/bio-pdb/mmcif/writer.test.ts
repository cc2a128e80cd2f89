import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseMmcif, parsePdb, writeMmcif } from '#bio-pdb/index';
import type { Structure } from '#bio-pdb/index';
import { readCif } from '#bio-pdb/cif/reader';

const difficult = parsePdb(readFileSync('test/fixtures/bio-pdb/difficult.pdb', 'utf8'));

/** Values of some items of a category, row by row. */
function rows(structure: Structure, category: string, items: readonly string[]) {
  const [block] = readCif(writeMmcif(structure), 'written');
  const found = block!.category(category)!;
  return Array.from({ length: found.numRows }, (_, row) =>
    items.map((item) => found.require(item).get(row)).join(' '),
  );
}

describe('writeMmcif', () => {
  it('says which residue of the sequence is which of the coordinates', () => {
    const items = [
      'asym_id',
      'seq_id',
      'mon_id',
      'pdb_seq_num',
      'auth_seq_num',
      'pdb_ins_code',
      'hetero',
    ];
    expect(rows(difficult, '_pdbx_poly_seq_scheme', items)).toEqual(
      [
        'A 1 GLY -1   n',
        'A 2 ALA 0 0  n',
        'A 3 SER 1 1  y',
        'A 3 THR 1 1  y',
        'A 4 MSE 1 1 A n',
        'A 5 LYS 1 1 B n',
        'A 6 GLY 2   n',
        'B 1 GLY 9996   n',
        'B 2 ALA 9997   n',
        'B 3 SER 9998   n',
        'B 3 THR 9998   n',
        'B 4 MSE 9999   n',
        'B 5 LYS 10000 10000  n',
        'B 6 GLY 10001 10001  n',
      ].filter((row) => row !== 'B 3 THR 9998   n'),
    );
    expect(rows(difficult, '_entity_poly_seq', ['num', 'mon_id', 'hetero'])).toContain('3 THR y');
  });

  it('lists ligands and waters', () => {
    const items = ['asym_id', 'mon_id', 'ndb_seq_num', 'pdb_seq_num', 'pdb_strand_id'];
    expect(rows(difficult, '_pdbx_nonpoly_scheme', items)).toEqual([
      'A2 CA 1 101 A',
      'A3 HOH 1 201 A',
      'A3 HOH 2 202 A',
    ]);
  });

  it('gives modified residues their letter in the canonical sequence alone', () => {
    const items = ['pdbx_seq_one_letter_code', 'pdbx_seq_one_letter_code_can'];
    expect(rows(difficult, '_entity_poly', items)).toEqual(['GAS(MSE)KG GASMKG']);
  });

  it('counts atoms where two have one serial, as in models of a PDB file', () => {
    const ids = rows(difficult, '_atom_site', ['id']).map(Number);
    expect(ids).toEqual(Array.from(ids, (_, i) => i + 1));
    const one = { ...difficult, models: difficult.models.slice(0, 1) };
    expect(rows(one, '_atom_site', ['id'])[0]).toBe('1');
    expect(rows(one, '_atom_site', ['id']).at(-1)).toBe('100000');
  });

  it('names a chain that has no name by its asym id, for readers that know no other', () => {
    const nameless = parsePdb('ATOM      1  CA  ALA     1       1.000   2.000   3.000');
    expect(rows({ ...nameless, id: 'x' }, '_atom_site', ['auth_asym_id'])).toEqual(['A']);
  });

  it('keeps kind of molecule and day', () => {
    const structure = { ...difficult, classification: 'TEST', date: '2026-01-01' };
    expect(parseMmcif(writeMmcif(structure))).toMatchObject({
      classification: 'TEST',
      date: '2026-01-01',
    });
  });
});
