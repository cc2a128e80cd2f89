/** @file The residues every polymer is made of, and water. */

const AMINO_ACIDS: Readonly<Record<string, string>> = {
  ALA: 'A',
  ARG: 'R',
  ASN: 'N',
  ASP: 'D',
  CYS: 'C',
  GLN: 'Q',
  GLU: 'E',
  GLY: 'G',
  HIS: 'H',
  ILE: 'I',
  LEU: 'L',
  LYS: 'K',
  MET: 'M',
  PHE: 'F',
  PRO: 'P',
  SER: 'S',
  THR: 'T',
  TRP: 'W',
  TYR: 'Y',
  VAL: 'V',
  SEC: 'U',
  PYL: 'O',
  ASX: 'B',
  GLX: 'Z',
  UNK: 'X',
};
const RIBONUCLEOTIDES = new Set(['A', 'C', 'G', 'U', 'I', 'N']);
const DEOXYRIBONUCLEOTIDES = new Set(['DA', 'DC', 'DG', 'DT', 'DU', 'DI', 'DN']);
const WATERS = new Set(['HOH', 'WAT', 'DOD', 'H2O', 'TIP', 'TIP3', 'SOL']);

/** What a residue name alone tells about the residue. */
export type ComponentKind = 'amino-acid' | 'rna' | 'dna' | 'water' | 'other';

/**
 * Tells the kind of a residue from its name.
 *
 * @param name component name as in files: `ALA`, `DG`, `HOH`
 * @returns `other` for ligands, ions and modified residues
 */
export function componentKind(name: string): ComponentKind {
  if (Object.hasOwn(AMINO_ACIDS, name)) return 'amino-acid';
  if (RIBONUCLEOTIDES.has(name)) return 'rna';
  if (DEOXYRIBONUCLEOTIDES.has(name)) return 'dna';
  return WATERS.has(name) ? 'water' : 'other';
}

/**
 * Gives the letter of a standard residue.
 *
 * @param name component name as in files
 * @returns null where the residue is not standard
 */
export function oneLetterCode(name: string): string | null {
  switch (componentKind(name)) {
    case 'amino-acid':
      return AMINO_ACIDS[name]!;
    case 'rna':
      return name;
    case 'dna':
      return name.charAt(1);
    default:
      return null;
  }
}

/**
 * Gives mmCIF's `_chem_comp.type` of a residue.
 *
 * @param name component name as in files
 * @returns `other` where the name alone does not tell
 */
export function componentType(name: string): string {
  switch (componentKind(name)) {
    case 'amino-acid':
      return name === 'GLY' ? 'peptide linking' : 'L-peptide linking';
    case 'rna':
      return 'RNA linking';
    case 'dna':
      return 'DNA linking';
    case 'water':
      return 'non-polymer';
    default:
      return 'other';
  }
}

/**
 * Gives mmCIF's `_entity_poly.type` of a sequence, decided by its standard residues.
 *
 * @param sequence component names
 * @returns `other` where standard residues are absent or of different kinds
 */
export function polymerType(sequence: readonly string[]): string {
  const kinds = new Set(sequence.map(componentKind));
  kinds.delete('other');
  if (kinds.size === 2 && kinds.has('rna') && kinds.has('dna')) {
    return 'polydeoxyribonucleotide/polyribonucleotide hybrid';
  }
  if (kinds.size !== 1) return 'other';
  if (kinds.has('amino-acid')) return 'polypeptide(L)';
  if (kinds.has('rna')) return 'polyribonucleotide';
  return kinds.has('dna') ? 'polydeoxyribonucleotide' : 'other';
}
