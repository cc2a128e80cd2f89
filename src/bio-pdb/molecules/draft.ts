/** @file Structures while a reader puts them together atom by atom. */

import type { Atom } from '#bio-pdb/structure';

/** A residue that still gains atoms and may not know its entity yet. */
export interface DraftResidue {
  name: string;
  number: number;
  insertionCode: string;
  hetero: boolean;
  asymId: string;
  entityId: string;
  sequenceIndex: number | null;
  atoms: Atom[];
}

/** Where an atom belongs: everything that tells its residue from the others of the chain. */
export type ResidueKey = Omit<DraftResidue, 'atoms'>;

interface OpenResidue {
  readonly residue: DraftResidue;
  /** Name and alternate location of each atom so far. */
  readonly taken: Set<string>;
}

/**
 * A chain that still grows. Atoms of neighbouring residues with one number may come interleaved, as alternate
 * residues at one place often do; an atom that is there already begins a new residue, as in files whose residue
 * numbers run over.
 */
export class DraftChain {
  readonly id: string;
  readonly residues: DraftResidue[] = [];
  private open: OpenResidue[] = [];

  constructor(id: string) {
    this.id = id;
  }

  /** Puts the atom in its residue, which is begun where there is none yet. */
  add(key: ResidueKey, atom: Atom): void {
    const name = atom.altLoc === '' ? atom.name : `${atom.name} ${atom.altLoc}`;
    let target = this.open.find(({ residue }) => isSamePlace(residue, key));
    if (target === undefined || target.taken.has(name)) {
      const place = this.open[0]?.residue;
      if (target || place?.number !== key.number || place.insertionCode !== key.insertionCode) {
        this.open = [];
      }
      target = { residue: { ...key, atoms: [] }, taken: new Set() };
      this.open.push(target);
      this.residues.push(target.residue);
    }
    target.taken.add(name);
    target.residue.atoms.push(atom);
  }

  /** Lets no later atom join the residues so far. */
  close(): void {
    this.open = [];
  }
}

/** A model that still grows. */
export class DraftModel {
  readonly number: number;
  private readonly chainsById = new Map<string, DraftChain>();

  constructor(number: number) {
    this.number = number;
  }

  /** In order of first appearance. */
  get chains(): DraftChain[] {
    return [...this.chainsById.values()];
  }

  /** The chain of that name, begun where there is none yet. */
  chain(id: string): DraftChain {
    let chain = this.chainsById.get(id);
    if (chain === undefined) {
      chain = new DraftChain(id);
      this.chainsById.set(id, chain);
    }
    return chain;
  }
}

function isSamePlace(residue: DraftResidue, key: ResidueKey): boolean {
  return (
    residue.number === key.number &&
    residue.name === key.name &&
    residue.insertionCode === key.insertionCode &&
    residue.hetero === key.hetero &&
    residue.asymId === key.asymId &&
    residue.entityId === key.entityId &&
    residue.sequenceIndex === key.sequenceIndex
  );
}
