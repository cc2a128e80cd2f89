/** @file Structures while a reader puts them together atom by atom. */

import type { Warnings } from '#bio-pdb/warnings';
import type { Atom, Chain, Residue } from '#bio-pdb/structure';
import { isBonded, isNewResidue, isWithinReach } from './residue-bounds.js';

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
  /** Position of its first atom in the file, for warnings. */
  readonly at: number;
}

/** Where an atom belongs: everything that tells its residue from the others of the chain. */
export interface ResidueKey extends Omit<DraftResidue, 'atoms' | 'number'> {
  /** Null where the file gives none that can be used; the residue is then numbered on from the one before it. */
  readonly number: number | null;
  /** What the file gives instead of a number. */
  readonly numberText: string;
}

interface OpenResidue {
  readonly key: ResidueKey;
  readonly residue: DraftResidue;
  /** First atom of each name and alternate location; undefined while no atom is expected. */
  atoms: Map<string, Atom> | undefined;
  /** True once atoms came apart from the others: more are to be expected. */
  isScattered: boolean;
}

/**
 * A chain that still grows. Atoms of neighbouring residues with one number may come interleaved, as alternate
 * residues at one place often do; atoms that stand apart from their residue, as hydrogens behind all others, are
 * brought to it. An atom whose name is there already joins the residue all the same, as hydrogens that are all
 * called H, unless it begins a residue of the same name and number.
 */
export class DraftChain {
  readonly id: string;
  readonly residues: DraftResidue[] = [];
  /** How many residues stood before each TER. */
  readonly ends: number[] = [];
  private readonly warnings: Warnings;
  private current: OpenResidue | undefined;
  /** Residues at the place of the current one, by identity. */
  private readonly open = new Map<string, OpenResidue>();
  /** Residues since the last TER, by identity. */
  private readonly known = new Map<string, OpenResidue>();

  constructor(id: string, warnings: Warnings) {
    this.id = id;
    this.warnings = warnings;
  }

  /**
   * Puts the atom in its residue, which is begun where there is none yet.
   *
   * @param at position of the atom in the file
   */
  add(key: ResidueKey, atom: Atom, at: number): void {
    const name = atom.altLoc === '' ? atom.name : `${atom.name} ${atom.altLoc}`;
    const target = this.find(key, atom, name);
    if (target.residue.hetero !== key.hetero) {
      this.warnings.add('mixed-records', at, () => {
        return `${this.describe(target.residue)} has atoms of both ATOM and HETATM records; it is kept as one residue`;
      });
    }
    if (target.atoms!.has(name)) {
      this.warnings.add('repeated-atom', at, () => {
        return `atom ${atom.name} of ${this.describe(target.residue)} is there twice; both are kept`;
      });
    } else {
      target.atoms!.set(name, atom);
    }
    target.residue.atoms.push(atom);
  }

  /** Ends a polymer: no later atom joins the residues so far. */
  close(): void {
    this.current = undefined;
    this.open.clear();
    this.known.clear();
    if (this.ends.at(-1) !== this.residues.length) this.ends.push(this.residues.length);
  }

  private find(key: ResidueKey, atom: Atom, name: string): OpenResidue {
    const { current } = this;
    if (current !== undefined && isSameResidue(current.key, key)) {
      if (!this.begins(current, atom, name)) return current;
      this.leave();
      return this.begin(key);
    }
    const identity = identityOf(key);
    const alternate = this.open.get(identity);
    if (alternate !== undefined && !this.begins(alternate, atom, name)) {
      return (this.current = alternate);
    }
    return this.rejoin(identity, atom, name) ?? this.begin(key);
  }

  private begins(open: OpenResidue, atom: Atom, name: string): boolean {
    const namesake = open.atoms!.get(name);
    if (namesake === undefined) return false;
    if (isNewResidue(open.residue, open.atoms!, { atom, namesake })) return true;
    return open.key.number === null && !isBonded(open.residue, atom);
  }

  /** The residue that the atom stands apart from, if it is near and has no such atom yet. */
  private rejoin(identity: string, atom: Atom, name: string): OpenResidue | undefined {
    const apart = this.known.get(identity);
    if (apart === undefined || apart.key.number === null) return undefined;
    apart.atoms ??= atomsByName(apart.residue);
    apart.isScattered = true;
    if (apart.atoms.has(name) || !isWithinReach(apart.residue, atom)) return undefined;
    this.warnings.add('scattered-residue', apart.key.at, () => {
      return `atoms of ${this.describe(apart.residue)} stand apart from each other; they are brought together`;
    });
    this.leave();
    this.open.set(identity, apart);
    return (this.current = apart);
  }

  private begin(key: ResidueKey): OpenResidue {
    const place = this.current?.key;
    if (place && (place.number !== key.number || place.insertionCode !== key.insertionCode)) {
      this.leave();
    }
    const { numberText, ...labels } = key;
    const number = key.number ?? this.numberOn(key, numberText);
    const residue: DraftResidue = { ...labels, number, atoms: [] };
    this.residues.push(residue);
    const opened: OpenResidue = { key, residue, atoms: new Map(), isScattered: false };
    const identity = identityOf(key);
    this.open.set(identity, opened);
    this.known.set(identity, opened);
    return (this.current = opened);
  }

  private leave(): void {
    for (const left of this.open.values()) if (!left.isScattered) left.atoms = undefined;
    this.open.clear();
    this.current = undefined;
  }

  private numberOn(key: ResidueKey, text: string): number {
    const number = (this.residues.at(-1)?.number ?? 0) + 1;
    this.warnings.add('number-missing', key.at, () => {
      const given = text === '' ? 'has no number' : `has ${JSON.stringify(text)} for a number`;
      return `residue ${key.name} of ${chainText(this.id)} ${given}; it is numbered ${number}, on from the one before`;
    });
    return number;
  }

  private describe(residue: DraftResidue): string {
    return residueText(residue, this.id);
  }
}

/** A model that still grows. */
export class DraftModel {
  readonly number: number;
  private readonly warnings: Warnings;
  private readonly chainsById = new Map<string, DraftChain>();

  constructor(number: number, warnings: Warnings) {
    this.number = number;
    this.warnings = warnings;
  }

  /** In order of first appearance. */
  get chains(): DraftChain[] {
    return [...this.chainsById.values()];
  }

  get isEmpty(): boolean {
    return this.chainsById.size === 0;
  }

  /** The chain of that name; undefined where there is none yet. */
  find(id: string): DraftChain | undefined {
    return this.chainsById.get(id);
  }

  /** The chain of that name, begun where there is none yet. */
  chain(id: string): DraftChain {
    let chain = this.chainsById.get(id);
    if (chain === undefined) {
      chain = new DraftChain(id, this.warnings);
      this.chainsById.set(id, chain);
    }
    return chain;
  }
}

/** The chains of a finished model as plain data. */
export function finishedChains(model: DraftModel): Chain[] {
  return model.chains.map(({ id, residues }) => ({
    id,
    residues: residues.map(
      ({
        name,
        number,
        insertionCode,
        hetero,
        asymId,
        entityId,
        sequenceIndex,
        atoms,
      }): Residue => {
        return { name, number, insertionCode, hetero, asymId, entityId, sequenceIndex, atoms };
      },
    ),
  }));
}

/** A residue in words: `ALA 5A of chain B`. */
export function residueText(
  { name, number, insertionCode }: Pick<DraftResidue, 'name' | 'number' | 'insertionCode'>,
  chainId: string,
): string {
  return `${name} ${number}${insertionCode} of ${chainText(chainId)}`;
}

function chainText(id: string): string {
  return id === '' ? 'the chain without a name' : `chain ${id}`;
}

function isSameResidue(one: ResidueKey, other: ResidueKey): boolean {
  return (
    one === other ||
    (one.number === other.number &&
      one.numberText === other.numberText &&
      one.name === other.name &&
      one.insertionCode === other.insertionCode &&
      one.asymId === other.asymId &&
      one.entityId === other.entityId &&
      one.sequenceIndex === other.sequenceIndex)
  );
}

function identityOf(key: ResidueKey): string {
  const { number, numberText, name, insertionCode, asymId, entityId, sequenceIndex } = key;
  return [number, numberText, name, insertionCode, asymId, entityId, sequenceIndex].join('\n');
}

function atomsByName({ atoms }: DraftResidue): Map<string, Atom> {
  const byName = new Map<string, Atom>();
  for (const atom of atoms) {
    const name = atom.altLoc === '' ? atom.name : `${atom.name} ${atom.altLoc}`;
    if (!byName.has(name)) byName.set(name, atom);
  }
  return byName;
}
