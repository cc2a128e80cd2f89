/** @file The one shape in which every panel and the viewer see a structure: flat arrays by residue and by atom. */
import { RESIDUE_NAMES, sequenceOf } from '#sequence/amino-acids';
import type { NamedResidues } from '#structure/alignment/chain-trace';
import { ATOM14_NAMES, CA_SLOT } from '#structure/residues/atoms';
import type { ResidueAtoms } from '#structure/residues/residue-atoms';
import { dssp, threeStates } from '#structure/secondary-structure/dssp';

/** Secondary structure as the page draws it: DSSP's H, G, I → helix, E, B → strand, all else → coil. */
export type SecondaryStructure = 'helix' | 'strand' | 'coil';

/** A run of residues that the file gives one chain identifier. */
export interface MoleculeChain {
  readonly id: string;
  /** Index of its first residue among all residues. */
  readonly first: number;
  readonly count: number;
}

/** What a molecule is made from. */
export interface MoleculeInput {
  readonly name: string;
  readonly residues: ResidueAtoms;
  /** By `chainIndex`. */
  readonly chainIds: readonly string[];
  /** `[N]` as in the file. */
  readonly residueNumber: ArrayLike<number>;
  /** `[N]` letters after the numbers, '' where there is none; none at all if absent. */
  readonly insertionCodes?: readonly string[];
  /** `[N]` 0-100; B-factors of experimental structures. */
  readonly plddt: ArrayLike<number>;
}

/** A protein of N residues and A atoms. Residues are named everywhere by their index 0 … N-1. */
export interface Molecule {
  readonly name: string;
  /** The same in the shape that structure scores take. */
  readonly residues: NamedResidues;
  readonly chains: readonly MoleculeChain[];
  readonly numResidues: number;
  readonly numAtoms: number;
  /** One-letter code, X for anything that is not one of the 20. */
  readonly sequence: string;
  /** `[N]` three-letter names. */
  readonly residueNames: readonly string[];
  /** `[N]` 0-based chain. */
  readonly chainIndex: Int32Array;
  /** `[N]` as in the file. */
  readonly residueNumber: Int32Array;
  /** `[N]` 0-100 for predictions, B-factors for experimental files. */
  readonly plddt: Float32Array;
  /** `[N]` */
  readonly secondary: readonly SecondaryStructure[];
  /** `[N + 1]` atoms of residue i are `atomStart[i]` … `atomStart[i + 1] - 1`. */
  readonly atomStart: Int32Array;
  /** `[N]` atom index of CA, -1 where it is missing. */
  readonly alphaCarbon: Int32Array;
  /** `[A]` such as `CA`. */
  readonly atomNames: readonly string[];
  /** `[A]` such as `C`. */
  readonly elements: readonly string[];
  /** `[A]` */
  readonly residueOfAtom: Int32Array;
  /** `[A, 3]` Å */
  readonly positions: Float32Array;
}

const STATES: Readonly<Record<string, SecondaryStructure>> = { H: 'helix', E: 'strand' };

function chainsOf({ chainIndex }: ResidueAtoms, ids: readonly string[]): MoleculeChain[] {
  const all = Array.from(chainIndex);
  return ids.map((id, chain) => ({
    id,
    first: all.indexOf(chain),
    count: all.filter((of) => of === chain).length,
  }));
}

function atomsOf({ aatype, atom14, atom14Mask }: ResidueAtoms) {
  const atoms = {
    atomNames: [] as string[],
    elements: [] as string[],
    residueOfAtom: [] as number[],
    positions: [] as number[],
  };
  const atomStart = new Int32Array(aatype.length + 1);
  const alphaCarbon = new Int32Array(aatype.length).fill(-1);
  for (let residue = 0; residue < aatype.length; residue++) {
    ATOM14_NAMES[aatype[residue]!]!.forEach((name, slot) => {
      if (atom14Mask[14 * residue + slot] !== 1) return;
      if (slot === CA_SLOT) alphaCarbon[residue] = atoms.atomNames.length;
      atoms.atomNames.push(name);
      atoms.elements.push(name.charAt(0)); // the 20 amino acids hold C, N, O and S alone
      atoms.residueOfAtom.push(residue);
      const at = 42 * residue + 3 * slot;
      atoms.positions.push(atom14[at]!, atom14[at + 1]!, atom14[at + 2]!);
    });
    atomStart[residue + 1] = atoms.atomNames.length;
  }
  return { ...atoms, atomStart, alphaCarbon };
}

/** Arranges residues for drawing and assigns secondary structure. */
export function createMolecule(input: MoleculeInput): Molecule {
  const { name, residues, chainIds, residueNumber, plddt } = input;
  const atoms = atomsOf(residues);
  const { insertionCodes = Array.from(residues.aatype, () => '') } = input;
  return {
    ...atoms,
    name,
    residues: { ...residues, chainIds, residueNumber, insertionCodes },
    chains: chainsOf(residues, chainIds),
    numResidues: residues.aatype.length,
    numAtoms: atoms.atomNames.length,
    sequence: sequenceOf(residues.aatype),
    residueNames: Array.from(residues.aatype, (type) => RESIDUE_NAMES[type]!),
    chainIndex: Int32Array.from(residues.chainIndex),
    residueNumber: Int32Array.from(residueNumber),
    plddt: Float32Array.from(plddt),
    secondary: Array.from(threeStates(dssp(residues)), (state) => STATES[state] ?? 'coil'),
    residueOfAtom: Int32Array.from(atoms.residueOfAtom),
    positions: Float32Array.from(atoms.positions),
  };
}

/** The atom of `residue` called `name`, or -1. */
export function findAtom(molecule: Molecule, residue: number, name: string): number {
  const end = molecule.atomStart[residue + 1]!;
  for (let atom = molecule.atomStart[residue]!; atom < end; atom++)
    if (molecule.atomNames[atom] === name) return atom;
  return -1;
}

/** The atom that stands for a residue: CA, else its first atom, else -1. */
export function representativeAtom(molecule: Molecule, residue: number): number {
  const alphaCarbon = molecule.alphaCarbon[residue]!;
  if (alphaCarbon >= 0) return alphaCarbon;
  const first = molecule.atomStart[residue]!;
  return first < molecule.atomStart[residue + 1]! ? first : -1;
}

/** Chain identifier of a residue. */
export function chainOf(molecule: Molecule, residue: number): string {
  return molecule.chains[molecule.chainIndex[residue]!]!.id;
}

/** How a residue is called in labels: `A Ser 12`, or `A Ser 12B` with an insertion code. */
export function residueLabel(molecule: Molecule, residue: number): string {
  const name = molecule.residueNames[residue]!;
  const proper = name.charAt(0) + name.slice(1).toLowerCase();
  const code = molecule.residues.insertionCodes[residue]!;
  return `${chainOf(molecule, residue)} ${proper} ${molecule.residueNumber[residue]!}${code}`.trim();
}
