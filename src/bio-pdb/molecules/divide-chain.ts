/** @file Divides what the author calls one chain into polymers and the ligands and waters beside them. */

import type { Warnings } from '#bio-pdb/warnings';
import { componentKind, oneLetterCode, parentAminoAcid } from './components.js';
import type { DraftChain, DraftResidue } from './draft.js';
import { residueText } from './draft.js';
import { backboneOf, isLinked } from './residue-bounds.js';

/** Residues that stand for each other at one place of a polymer; the first stands for all where one must. */
export type Place = readonly DraftResidue[];

/** What one chain letter holds. */
export interface DividedChain {
  /** Each in chain order; none is empty. */
  readonly polymers: readonly (readonly Place[])[];
  /** Ligands, ions and waters. */
  readonly others: readonly DraftResidue[];
}

/** A place on its way into a polymer or among the others. */
interface Candidate {
  readonly place: Place;
  readonly first: DraftResidue;
  /** Whether it could be part of a polymer, by its name, its atoms or SEQRES. */
  readonly fits: boolean;
  /** Whether a bond of the backbone leads to it from the place before. */
  readonly isLinked: boolean;
}

/** Residues between two TER. */
interface Segment {
  readonly candidates: readonly Candidate[];
  readonly isFirst: boolean;
  /** Whether a TER ends it. */
  readonly hasTer: boolean;
}

/**
 * Divides a chain. TER ends a polymer. Part of one are
 * - amino acids and nucleotides, by name or by their atoms, that a bond of the backbone holds together;
 * - those of ATOM records before the first TER, and behind it where a TER of their own ends two or more: a single one
 *   there is a free amino acid, a ligand;
 * - those of HETATM records that are modified and stand among them or in SEQRES, and caps that are bonded to them.
 * A numbering that begins again without a bond begins another polymer.
 *
 * @param chain as read
 * @param declared names in the chain's SEQRES
 * @param warnings where further polymers and free amino acids are noted
 */
export function divideChain(
  chain: DraftChain,
  declared: ReadonlySet<string>,
  warnings: Warnings,
): DividedChain {
  const polymers = segmentsOf(chain, declared).flatMap((segment) =>
    splitByNumbering(segment.candidates, membersOf(segment, declared)),
  );
  for (const [first] of polymers.slice(1).map((places) => places[0]!)) {
    warnings.add('further-polymer', first!.at, () => {
      return `${residueText(first!, chain.id)} begins another polymer under the same name; it is read as a chain of its own`;
    });
  }
  const inPolymer = new Set(polymers.flat(2));
  const others = chain.residues.filter((residue) => !inPolymer.has(residue));
  for (const free of others) {
    if (free.hetero || parentAminoAcid(free.name) === null) continue;
    warnings.add('free-amino-acid', free.at, () => {
      return `${residueText(free, chain.id)} is part of no chain; it is read as a ligand`;
    });
  }
  return { polymers, others };
}

function segmentsOf(chain: DraftChain, declared: ReadonlySet<string>): Segment[] {
  const bounds = [0, ...chain.ends, chain.residues.length];
  return bounds.slice(1).map((end, index) => ({
    candidates: candidatesOf(chain.residues.slice(bounds[index], end), declared),
    isFirst: index === 0,
    hasTer: index < chain.ends.length,
  }));
}

function candidatesOf(
  residues: readonly DraftResidue[],
  declared: ReadonlySet<string>,
): Candidate[] {
  let before: DraftResidue | undefined;
  return placesOf(residues).map((place) => {
    const first = place[0]!;
    const fits = couldBeInPolymer(first) || declared.has(first.name);
    const candidate = { place, first, fits, isLinked: before ? isLinked(before, first) : false };
    before = first;
    return candidate;
  });
}

/** Waters left out, residues together that share a place: of one number, and either lettered apart or at one spot. */
function placesOf(residues: readonly DraftResidue[]): Place[] {
  const found: { place: DraftResidue[]; names: Set<string> }[] = [];
  for (const residue of residues) {
    if (componentKind(residue.name) === 'water') continue;
    const last = found.at(-1);
    if (last && !last.names.has(residue.name) && sharesPlace(last.place[0]!, residue)) {
      last.place.push(residue);
      last.names.add(residue.name);
    } else {
      found.push({ place: [residue], names: new Set([residue.name]) });
    }
  }
  return found.map(({ place }) => place);
}

function sharesPlace(one: DraftResidue, other: DraftResidue): boolean {
  if (one.number !== other.number || one.insertionCode !== other.insertionCode) return false;
  const letters = new Set(one.atoms.map(({ altLoc }) => altLoc));
  const apart = other.atoms.every(({ altLoc }) => !letters.has(altLoc));
  return apart && (isLettered(one) || isLettered(other));
}

function isLettered({ atoms }: DraftResidue): boolean {
  return atoms.every(({ altLoc }) => altLoc !== '');
}

function couldBeInPolymer(residue: DraftResidue): boolean {
  return oneLetterCode(residue.name) !== null || backboneOf(residue) !== undefined;
}

/** Whether each of a segment's candidates belongs to a polymer. */
function membersOf(segment: Segment, declared: ReadonlySet<string>): boolean[] {
  const { candidates, isFirst, hasTer } = segment;
  const isAtom = ({ fits, first }: Candidate) => fits && !first.hetero;
  const numFitting = candidates.filter(({ fits }) => fits).length;
  const takesAtoms = isFirst || (hasTer && numFitting > 1);
  const takesAll = isFirst && hasTer && !candidates.some(isAtom);
  const isMember = candidates.map((candidate, i) => {
    const { fits, first } = candidate;
    const next = candidates[i + 1];
    if (candidate.isLinked && (fits || candidates[i - 1]!.fits)) return true;
    if (next?.isLinked && (fits || next.fits)) return true;
    const isDeclared = isFirst && hasTer && isModified(first) && declared.has(first.name);
    return (takesAtoms && isAtom(candidate)) || (takesAll && fits) || isDeclared;
  });
  const from = isMember.indexOf(true);
  const to = isMember.lastIndexOf(true);
  return candidates.map(
    ({ fits, first }, i) => isMember[i]! || (fits && isModified(first) && i > from && i < to),
  );
}

/** Whether a residue has no name of a standard one, so that HETATM does not tell a ligand from a part of a polymer. */
function isModified({ name }: DraftResidue): boolean {
  return componentKind(name) === 'other';
}

/** A number that is there already, lower than the one before and not bonded to it, begins the next polymer. */
function splitByNumbering(
  candidates: readonly Candidate[],
  isMember: readonly boolean[],
): Place[][] {
  const polymers: Place[][] = [];
  const seen = new Set<string>();
  let last: DraftResidue | undefined;
  candidates.forEach(({ place, first, isLinked }, i) => {
    if (!isMember[i]) return;
    const number = `${first.number}${first.insertionCode}`;
    const isBonded = isLinked && isMember[i - 1];
    const beginsAgain = last && !isBonded && first.number < last.number && seen.has(number);
    if (last === undefined || beginsAgain) {
      polymers.push([]);
      seen.clear();
    }
    polymers.at(-1)!.push(place);
    seen.add(number);
    last = first;
  });
  return polymers;
}
