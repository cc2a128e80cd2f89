import type { Structure } from '#bio-pdb/structure';
import { sequenceOf } from '#sequence/amino-acids';
import { residuesFromStructure } from '#structure/from-bio-pdb';
import { CA_SLOT } from '#structure/residues/atoms';
import { hasAtom, type ResidueAtoms } from '#structure/residues/residue-atoms';
import { ABSENT, UNITS_PER_ANGSTROM, type ChainKind } from '#training/data/dataset';
import { chainKindOf } from './chain-kind.js';
import { completeBackbone, isBondedToNext, type MutableAtoms } from './complete-backbone.js';

/** A chain on its way into a data set. */
export interface BuiltChain {
  readonly pdb: string;
  readonly chain: string;
  readonly kind: ChainKind;
  /** Neighbours in the list that no peptide bond joins. */
  readonly breaks: number;
  /** Residue numbers as run lengths `start:count,…`. */
  readonly numbering: string;
  readonly sequence: string;
  /** `[N, 14, 3]` in 0.01 Å, CA centroid at the origin. */
  readonly coordinates: Int16Array;
}

/** A chain that cannot enter, and why. */
export interface RefusedChain {
  readonly chain: string;
  readonly reason: string;
}

/**
 * The protein chains of a structure's first model. Residues without CA are left out.
 *
 * @param structure as `bio-pdb` reads it
 * @param name what the chains are called by where the structure has no identifier
 */
export function chainsOfStructure(
  structure: Structure,
  name: string,
): (BuiltChain | RefusedChain)[] {
  const residues = residuesFromStructure(structure);
  return residues.chainIds.map((chain, index) => {
    const chosen = Array.from(residues.aatype.keys()).filter(
      (i) => residues.chainIndex[i] === index && hasAtom(residues, i, CA_SLOT),
    );
    const atoms = pick(residues, chosen);
    if (chosen.length === 0) return { chain, reason: 'no residue has a CA atom' };
    const kind = chainKindOf(atoms);
    completeBackbone(atoms);
    const coordinates = quantise(atoms);
    if (!coordinates) return { chain, reason: 'it is longer than 655 Å' };
    return {
      pdb: structure.id || name,
      chain,
      kind,
      breaks: chosen.filter((_, i) => i + 1 < chosen.length && !isBondedToNext(atoms, i)).length,
      numbering: runLengths(atoms.residueIndex),
      sequence: sequenceOf(atoms.aatype),
      coordinates,
    };
  });
}

function pick(residues: ResidueAtoms, chosen: readonly number[]): MutableAtoms {
  const rows = (values: ArrayLike<number>, width: number) =>
    chosen.flatMap((i) => Array.from({ length: width }, (_, k) => values[width * i + k]!));
  return {
    aatype: rows(residues.aatype, 1),
    atom14: Float32Array.from(rows(residues.atom14, 42)),
    atom14Mask: Uint8Array.from(rows(residues.atom14Mask, 14)),
    chainIndex: new Int32Array(chosen.length),
    residueIndex: rows(residues.residueIndex, 1),
  };
}

/** Coordinates about the CA centroid as whole hundredths of Å; nothing where they do not fit. */
function quantise({ aatype, atom14, atom14Mask }: ResidueAtoms): Int16Array | undefined {
  const count = aatype.length;
  const centre = [0, 1, 2].map((axis) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += atom14[42 * i + 3 * CA_SLOT + axis]!;
    return sum / count;
  });
  const numbers = new Int16Array(42 * count).fill(ABSENT);
  for (let atom = 0; atom < 14 * count; atom++) {
    if (!atom14Mask[atom]) continue;
    for (let axis = 0; axis < 3; axis++) {
      const value = Math.round(UNITS_PER_ANGSTROM * (atom14[3 * atom + axis]! - centre[axis]!));
      if (!(Math.abs(value) < -ABSENT)) return undefined;
      numbers[3 * atom + axis] = value;
    }
  }
  return numbers;
}

/** Numbers as `start:count,…`, a new run wherever they do not rise by one. */
export function runLengths(numbers: ArrayLike<number>): string {
  const runs: { start: number; count: number }[] = [];
  for (let i = 0; i < numbers.length; i++) {
    const run = runs.at(-1);
    if (run && numbers[i] === run.start + run.count) run.count++;
    else runs.push({ start: numbers[i]!, count: 1 });
  }
  return runs.map(({ start, count }) => `${start}:${count}`).join(',');
}
