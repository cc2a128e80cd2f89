import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { oneLetterCode } from '#bio-pdb/index';
import {
  componentKind,
  parentAminoAcid,
  polymerType,
  standardAtomName,
  standardName,
} from '#bio-pdb/molecules/components';
import { componentNamesModule, OUTPUT } from '../../../../data/components/generate.js';

describe('the names of components', () => {
  it('are generated from the tables in data/', () => {
    expect(readFileSync(OUTPUT, 'utf8')).toBe(componentNamesModule());
  });

  it.each([
    ['HIE', 'HIS', 'H', 'amino-acid'],
    ['NALA', 'ALA', 'A', 'amino-acid'],
    ['CHIP', 'HIS', 'H', 'amino-acid'],
    ['NCYX', 'CYS', 'C', 'amino-acid'],
    ['LYSH', 'LYS', 'K', 'amino-acid'],
    ['RA5', 'A', 'A', 'rna'],
    ['DG3', 'DG', 'G', 'dna'],
    ['T', 'DT', 'T', 'dna'],
    ['TIP3', 'HOH', null, 'water'],
    ['MSE', 'MSE', 'M', 'other'],
    ['PSU', 'PSU', 'U', 'other'],
    ['NLIG', 'NLIG', null, 'other'],
    ['constructor', 'constructor', null, 'other'],
  ])('of %s: %s, letter %s, %s', (name, standard, letter, kind) => {
    expect([standardName(name), oneLetterCode(name), componentKind(name)]).toEqual([
      standard,
      letter,
      kind,
    ]);
  });

  it.each([
    ['MSE', 'MET'],
    ['SEC', 'CYS'],
    ['PYL', 'LYS'],
    ['DAL', 'ALA'],
    ['CGLH', 'GLU'],
    ['UNK', null],
    ['ASX', null],
    ['PSU', null],
    ['HOH', null],
  ])('read %s as %s', (name, parent) => {
    expect(parentAminoAcid(name)).toBe(parent);
  });

  it('name the atoms of standard residues', () => {
    expect(standardAtomName('MSE', 'SE')).toBe('SD');
    expect(standardAtomName('NILE', 'CD')).toBe('CD1');
    expect(standardAtomName('LEU', 'CD')).toBe('CD');
    expect(standardAtomName('GLY', 'OC1')).toBe('O');
  });

  it('tell the type of a polymer', () => {
    expect(polymerType(['HIE', 'MSE', 'NALA'])).toBe('polypeptide(L)');
    expect(polymerType(['DA5', 'DT3'])).toBe('polydeoxyribonucleotide');
  });
});
