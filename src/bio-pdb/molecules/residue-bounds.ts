/** @file Where one residue ends and the next begins, told by its atoms. */

import type { Atom } from '#bio-pdb/structure';
import { componentKind } from './components.js';

/** What the bounds of a residue are judged by. */
interface Residue {
  readonly name: string;
  readonly atoms: readonly Atom[];
}

/** Å. Atoms of one name that are nearer to each other than two atoms can be are two places of one atom. */
const SAME_ATOM = 2;
/** Å. No covalent bond is longer, those to iodine and metals in clusters apart. */
const LONGEST_BOND = 2.5;
/** Å. No two atoms of a standard residue are further apart. */
const LONGEST_RESIDUE = 12;
/** Å. A peptide bond is 1.33 and an ester of phosphate 1.6; poor models stretch them. */
const LONGEST_LINK = 2.2;
/** Å. Neighbouring CA are 3.8 apart, 2.9 at a cis bond; neighbouring P 5 to 7.5. */
const LONGEST_CA_STEP = 4.5;
const LONGEST_P_STEP = 8;
/** Of a residue's atoms, so many are looked at for a bond; the largest standard residue has 24. */
const ATOMS_TRIED = 64;

/** Atoms of the backbones of proteins and nucleic acids, one of which each residue begins with. */
const LEADING = new Set(['N', 'CA', 'P', "O5'", "C5'", "C4'", "C1'", 'O5*', 'C5*', 'C4*', 'C1*']);
/** Atoms that tell a residue whose atoms have names of their own from one whose atoms are called C, N, O, P. */
const TELLING = ['CA', "C4'", "C1'", 'C4*', 'C1*'];

/**
 * Tells whether an atom whose name its residue has already begins another residue of the same name and number: the
 * backbone begins again at another place, or the residue is a water or an ion.
 *
 * @param residue that has an atom of the name
 * @param names first atom of each name in the residue
 * @param repeated the atom, and the one of its name that is there
 */
export function isNewResidue(
  residue: Residue,
  names: ReadonlyMap<string, Atom>,
  { atom, namesake }: { readonly atom: Atom; readonly namesake: Atom },
): boolean {
  const kind = componentKind(residue.name);
  if (kind === 'water') return atom.element !== 'H' && atom.element !== 'D';
  if (kind === 'other' && atom.name === residue.name) return true;
  if (!LEADING.has(atom.name) || distance(atom, namesake) < SAME_ATOM) return false;
  const isTrace = names.size === 1 && kind !== 'other';
  return isTrace || TELLING.some((name) => names.has(name));
}

/**
 * Tells whether an atom is within a bond's length of a residue.
 *
 * @param residue whose first {@link ATOMS_TRIED} atoms are tried
 * @param atom of another place in the file
 */
export function isBonded(residue: Residue, atom: Atom): boolean {
  return residue.atoms.slice(0, ATOMS_TRIED).some((other) => distance(atom, other) <= LONGEST_BOND);
}

/**
 * Tells whether an atom is as near to a residue as its own atoms are.
 *
 * @param residue whose first atom is tried
 * @param atom of another place in the file
 */
export function isWithinReach(residue: Residue, atom: Atom): boolean {
  return distance(atom, residue.atoms[0]!) <= LONGEST_RESIDUE;
}

/** The backbone that a residue shows; undefined where it shows none. */
export type Backbone = 'peptide' | 'nucleic' | undefined;

/**
 * Tells the kind of polymer that a residue could be part of from its atoms, whatever its name: CA beside N or C or
 * alone, or a sugar beside its oxygens.
 */
export function backboneOf(residue: Residue): Backbone {
  const has = (name: string) => atomNamed(residue, name) !== undefined;
  if (atomNamed(residue, 'CA')?.element === 'C') {
    const isTrace = residue.atoms.every(({ name }) => name === 'CA' || name === 'CB');
    if (isTrace || has('N') || has('C')) return 'peptide';
  }
  const hasSugar = has("C1'") || has("C4'");
  return hasSugar && (has("O5'") || has("O3'")) ? 'nucleic' : undefined;
}

/**
 * Tells whether a bond of the backbone leads from one residue to another: C to N or O3' to P; where these atoms are
 * missing, whether CA or P lie as near as in neighbours.
 */
export function isLinked(from: Residue, to: Residue): boolean {
  return (
    areNear(from, to, { last: 'C', first: 'N', limit: LONGEST_LINK }) ??
    areNear(from, to, { last: "O3'", first: 'P', limit: LONGEST_LINK }) ??
    areNear(from, to, { last: 'CA', first: 'CA', limit: LONGEST_CA_STEP }) ??
    areNear(from, to, { last: 'P', first: 'P', limit: LONGEST_P_STEP }) ??
    areNear(from, to, { last: "C1'", first: "C1'", limit: LONGEST_P_STEP }) ??
    false
  );
}

/** Undefined where one of the atoms is missing. */
function areNear(
  from: Residue,
  to: Residue,
  { last, first, limit }: { last: string; first: string; limit: number },
): boolean | undefined {
  const a = atomNamed(from, last);
  const b = atomNamed(to, first);
  return a && b && distance(a, b) <= limit;
}

/** The first of an atom's alternate locations; older files have a star where the prime is. */
function atomNamed(residue: Residue, name: string): Atom | undefined {
  const older = name.replace("'", '*');
  return residue.atoms.find((atom) => atom.name === name || atom.name === older);
}

function distance(one: Atom, other: Atom): number {
  return Math.hypot(one.x - other.x, one.y - other.y, one.z - other.z);
}
