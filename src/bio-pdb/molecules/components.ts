/** @file What the names of residues and their atoms mean, whichever program gave them. */

import {
  ATOM_NAMES,
  MODIFIED_AMINO_ACIDS,
  MODIFIED_NUCLEOTIDES,
  OTHER_NAMES,
} from './component-names.generated.js';

const AMINO_ACIDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
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
  }),
);
const RIBONUCLEOTIDES = new Set(['A', 'C', 'G', 'U', 'I', 'N']);
const DEOXYRIBONUCLEOTIDES = new Set(['DA', 'DC', 'DG', 'DT', 'DU', 'DI', 'DN']);
const WATERS = new Set(['HOH', 'DOD']);

const NAMES = new Map([...AMINO_ACIDS].map(([name, letter]) => [letter, name]));
/** Letters of residues that are none of the 20, nor read as one of them. */
const RARE_LETTERS = 'BOUXZ';
const STANDARD_NAMES = byMember(OTHER_NAMES);
const LETTER_OF_MODIFIED_AMINO_ACID = byMember(MODIFIED_AMINO_ACIDS);
const LETTER_OF_MODIFIED_NUCLEOTIDE = byMember(MODIFIED_NUCLEOTIDES);
const SMALL_LETTER = /[a-z]/;
/** AMBER's names of the first and the last residue of a chain. */
const TERMINAL_NAME = /^[NC](\w{3})$/;

function byMember(lists: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(lists).flatMap(([key, names]) =>
      names.split(' ').map((name) => [name, key] as const),
    ),
  );
}

/**
 * Gives the name of a standard residue in the Chemical Component Dictionary, where a force field or an older format
 * calls it otherwise: `HIE` → `HIS`, `NALA` → `ALA`, `RA5` → `A`, `TIP3` → `HOH`.
 *
 * @param name component name as in files
 * @returns the same name where it is no other name of a standard residue
 */
export function standardName(name: string): string {
  const standard = STANDARD_NAMES.get(name);
  if (standard !== undefined) return standard;
  const inner = TERMINAL_NAME.exec(name)?.[1];
  if (inner === undefined) return name;
  const terminal = STANDARD_NAMES.get(inner) ?? inner;
  return AMINO_ACIDS.has(terminal) ? terminal : name;
}

/**
 * Gives the name of a standard or modified residue in capitals, as files that hold small letters mean it: `ala` → `ALA`.
 *
 * @param name component name as in files
 * @returns the same name where capitals mean no such residue either
 */
export function nameInCapitals(name: string): string {
  if (!SMALL_LETTER.test(name)) return name;
  const capitals = name.toUpperCase();
  return isOfPolymers(capitals) ? capitals : name;
}

/**
 * Gives the name of an atom in capitals, where its residue has only such atoms; ligands may tell atoms apart by case.
 *
 * @param residue component name as in files, or of {@link nameInCapitals}
 * @param atom name as in files
 */
export function atomInCapitals(residue: string, atom: string): string {
  return SMALL_LETTER.test(atom) && isOfPolymers(residue) ? atom.toUpperCase() : atom;
}

const isOfPolymers = (name: string): boolean =>
  componentKind(name) !== 'other' || parentAminoAcid(name) !== null;

/** What a residue name alone tells about the residue. */
export type ComponentKind = 'amino-acid' | 'rna' | 'dna' | 'water' | 'other';

/**
 * Tells the kind of a residue from its name.
 *
 * @param name component name as in files: `ALA`, `HIE`, `DG`, `HOH`
 * @returns `other` for ligands, ions and modified residues
 */
export function componentKind(name: string): ComponentKind {
  const standard = standardName(name);
  if (AMINO_ACIDS.has(standard)) return 'amino-acid';
  if (RIBONUCLEOTIDES.has(standard)) return 'rna';
  if (DEOXYRIBONUCLEOTIDES.has(standard)) return 'dna';
  return WATERS.has(standard) ? 'water' : 'other';
}

/**
 * Gives the letter of a residue: for modified residues that of the standard one they derive from, as the wwPDB does
 * in canonical sequences.
 *
 * @param name component name as in files
 * @returns null where the residue has no letter
 */
export function oneLetterCode(name: string): string | null {
  const standard = standardName(name);
  switch (componentKind(standard)) {
    case 'amino-acid':
      return AMINO_ACIDS.get(standard)!;
    case 'rna':
      return standard;
    case 'dna':
      return standard.charAt(1);
    default:
      return (
        LETTER_OF_MODIFIED_AMINO_ACID.get(name) ?? LETTER_OF_MODIFIED_NUCLEOTIDE.get(name) ?? null
      );
  }
}

/**
 * Gives the one of the 20 amino acids that a residue is or derives from: `MSE` → `MET`, `HIE` → `HIS`, `SEC` → `CYS`.
 *
 * @param name component name as in files
 * @returns null where there is none
 */
export function parentAminoAcid(name: string): string | null {
  const standard = standardName(name);
  const letter = LETTER_OF_MODIFIED_AMINO_ACID.get(standard) ?? AMINO_ACIDS.get(standard);
  return letter === undefined || RARE_LETTERS.includes(letter) ? null : NAMES.get(letter)!;
}

/**
 * Gives the name that an atom has in the standard residue: `SE` of `MSE` → `SD`, CHARMM's `CD` of `ILE` → `CD1`.
 *
 * @param residue component name as in files
 * @param atom name as in files
 */
export function standardAtomName(residue: string, atom: string): string {
  return ATOM_NAMES[`${standardName(residue)} ${atom}`] ?? ATOM_NAMES[`* ${atom}`] ?? atom;
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
      return standardName(name) === 'GLY' ? 'peptide linking' : 'L-peptide linking';
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
