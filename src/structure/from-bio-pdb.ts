import { parentAminoAcid, standardAtomName } from '#bio-pdb/molecules/components';
import { backboneOf } from '#bio-pdb/molecules/residue-bounds';
import type { Atom, Chain, Model, Residue, Structure } from '#bio-pdb/structure';
import { FoldError } from '#errors';
import { aatypeOf, oneLetter } from '#sequence/amino-acids';
import { ATOM14_NAMES, CA_SLOT } from './residues/atoms.js';
import type { ResidueAtoms } from './residues/residue-atoms.js';

/** Amino-acid residues of a structure file in flat arrays, with what is needed to find them in the file. */
export interface FileResidues extends ResidueAtoms {
  readonly aatype: Uint8Array;
  readonly atom14: Float32Array;
  readonly atom14Mask: Uint8Array;
  readonly chainIndex: Int32Array;
  readonly residueIndex: Int32Array;
  /**
   * Names of chains as in the file, by `chainIndex`. Where a file gives several polymers one name, the first has it;
   * the others have their asym ids, or that with a number where another chain has that name.
   */
  readonly chainIds: readonly string[];
  /** `[N]` numbers as in the file. */
  readonly residueNumber: Int32Array;
  /** `[N]` '' where there is none. */
  readonly insertionCodes: readonly string[];
  /** `[N]` of CA: Å², or pLDDT in predicted structures; 0 where CA is missing. */
  readonly bFactor: Float32Array;
  /** Residues that were read as the standard one they derive from or are another name of, or as X. */
  readonly substituted: readonly Substitution[];
  /** How many residues that are no part of a protein (water, ligands, nucleotides) were left out, by name. */
  readonly leftOut: ReadonlyMap<string, number>;
}

/** One residue that was read as another. */
interface Substitution {
  readonly chainId: string;
  readonly number: number;
  readonly name: string;
  readonly readAs: string;
}

/** What to take from a structure. */
export interface ReadOptions {
  /** 0-based; the first by default. */
  readonly model?: number;
  /** Names of chains as `FileResidues` has them; all chains with amino acids by default. */
  readonly chainIds?: readonly string[];
}

/** What a residue without one of the 20 names is read as, where it is an amino acid. */
const UNKNOWN = 'UNK';
/** Amino acids that are none of the 20. */
const UNKNOWN_NAMES = new Set([UNKNOWN, 'ASX', 'GLX']);

/** Standard name that a residue of a polymer is read as; undefined where it is not an amino acid. */
function standardAminoAcid(residue: Residue): string | undefined {
  const parent = parentAminoAcid(residue.name);
  if (parent !== null) return parent;
  const isUnknown = UNKNOWN_NAMES.has(residue.name) || backboneOf(residue) === 'peptide';
  return isUnknown ? UNKNOWN : undefined;
}

/**
 * One location of each atom. The alternate location of the residue that has the highest occupancy is taken as a whole,
 * the first of equals, so that no residue is put together from two conformations; an atom that has no such location
 * is where it is occupied most.
 */
function bestAtoms({ atoms }: Residue): Map<string, Atom> {
  let chosen: Atom | undefined;
  for (const atom of atoms) {
    if (atom.altLoc !== '' && (!chosen || atom.occupancy > chosen.occupancy)) chosen = atom;
  }
  const best = new Map<string, Atom>();
  for (const atom of atoms) {
    const rival = best.get(atom.name);
    if (rival === undefined || isBetter(atom, rival, chosen?.altLoc)) best.set(atom.name, atom);
  }
  return best;
}

function isBetter(atom: Atom, rival: Atom, chosen: string | undefined): boolean {
  if (atom.altLoc === rival.altLoc) return atom.occupancy > rival.occupancy;
  if (rival.altLoc === chosen) return false;
  return atom.altLoc === chosen || atom.occupancy > rival.occupancy;
}

const occupancyOf = (residue: Residue): number =>
  residue.atoms.reduce((highest, { occupancy }) => Math.max(highest, occupancy), 0);

/** One residue for each place in the chain: of neighbours that share one, the most occupied, the first of equals. */
function onePerPlace(residues: readonly Residue[]): Residue[] {
  const chosen: Residue[] = [];
  for (const residue of residues) {
    const rival = chosen.at(-1);
    if (!rival || !sharePlace(rival, residue)) chosen.push(residue);
    else if (occupancyOf(residue) > occupancyOf(rival)) chosen[chosen.length - 1] = residue;
  }
  return chosen;
}

/** Told by the place in the sequence; where there is none, by number, name and alternate location. */
function sharePlace(one: Residue, other: Residue): boolean {
  if (one.sequenceIndex !== null || other.sequenceIndex !== null) {
    return one.sequenceIndex === other.sequenceIndex;
  }
  const haveOneNumber = one.number === other.number && one.insertionCode === other.insertionCode;
  const areLetteredApart = one.atoms[0]?.altLoc !== other.atoms[0]?.altLoc;
  return haveOneNumber && one.name !== other.name && areLetteredApart;
}

/** A polymer with a name that no other has, and its amino acids. */
interface Polymer {
  readonly chainId: string;
  readonly residues: readonly Residue[];
}

/** What one chain of the file holds. */
interface ReadChain {
  readonly id: string;
  readonly polymers: readonly Polymer[];
  /** Names of residues that are no part of a protein. */
  readonly others: readonly string[];
}

function readChains({ chains }: Model, structure: Structure): ReadChain[] {
  const polymerIds = new Set(
    structure.entities.flatMap(({ id, kind }) => (kind === 'polymer' ? [id] : [])),
  );
  const taken = new Set(chains.map(({ id }) => id));
  return chains.map((chain) => readChain(chain, polymerIds, taken));
}

function readChain(chain: Chain, polymerIds: ReadonlySet<string>, taken: Set<string>): ReadChain {
  const others: string[] = [];
  const byAsym = new Map<string, Residue[]>();
  for (const residue of chain.residues) {
    if (!polymerIds.has(residue.entityId) || standardAminoAcid(residue) === undefined) {
      others.push(residue.name);
      continue;
    }
    const residues = byAsym.get(residue.asymId);
    if (residues) residues.push(residue);
    else byAsym.set(residue.asymId, [residue]);
  }
  const polymers = [...byAsym].map(([asymId, residues], index): Polymer => {
    const chainId = index === 0 ? chain.id : nameOfItsOwn(asymId, taken);
    return { chainId, residues: onePerPlace(residues) };
  });
  return { id: chain.id, polymers, others };
}

function nameOfItsOwn(asymId: string, taken: Set<string>): string {
  let name = asymId;
  for (let number = 2; taken.has(name); number++) name = `${asymId}${number}`;
  taken.add(name);
  return name;
}

function chosenChains(structure: Structure, options: ReadOptions): ReadChain[] {
  const model = structure.models[options.model ?? 0];
  if (!model)
    throw new FoldError(
      'STRUCTURE_MISMATCH',
      `model ${options.model ?? 0} was asked for, but the structure has ${structure.models.length}`,
      { hint: 'models count from 0' },
    );
  const chains = readChains(model, structure);
  const { chainIds } = options;
  if (chainIds === undefined) return chains;
  const present = new Set(
    chains.flatMap(({ id, polymers }) => [id, ...polymers.map(({ chainId }) => chainId)]),
  );
  for (const id of chainIds)
    if (!present.has(id))
      throw new FoldError('STRUCTURE_MISMATCH', `the structure has no chain ${id}`, {
        hint: `its chains are ${[...present].join(', ')}`,
      });
  return chains.flatMap((chain) => {
    const polymers = chain.polymers.filter(({ chainId }) => chainIds.includes(chainId));
    return polymers.length > 0 || chainIds.includes(chain.id) ? [{ ...chain, polymers }] : [];
  });
}

/** A residue with its place and what it is read as. */
interface Entry {
  readonly chainId: string;
  readonly residue: Residue;
  readonly name: string;
  readonly chainIndex: number;
  readonly residueIndex: number;
}

function entriesOf(polymers: readonly Polymer[]): Entry[] {
  return polymers.flatMap(({ chainId, residues }, chainIndex) => {
    let insertions = 0;
    return residues.map((residue, i): Entry => {
      const hasOwnNumber =
        residue.insertionCode === '' && residue.number !== residues[i - 1]?.number;
      if (!hasOwnNumber) insertions++;
      const residueIndex = residue.number + insertions;
      return { chainId, residue, name: standardAminoAcid(residue)!, chainIndex, residueIndex };
    });
  });
}

/**
 * The amino acids of a structure's polymers in flat arrays. Residues that force fields name by their protonation
 * (HIE as HIS) and modified residues (MSE as MET) are read as the standard residue they are or derive from, other
 * amino acids as X with N, CA, C, O and CB; of alternate locations the most occupied counts. Atoms without a slot
 * (hydrogens, OXT) are left out. An insertion code, or a number that the residue before has too, moves the
 * `residueIndex` of the rest of its chain up by one, so that neighbours differ by one.
 *
 * @param structure as `bio-pdb` reads it
 * @param options which model and chains
 * @throws FoldError `STRUCTURE_MISMATCH` for a model or chain that does not exist
 */
export function residuesFromStructure(
  structure: Structure,
  options: ReadOptions = {},
): FileResidues {
  const chains = chosenChains(structure, options);
  const polymers = chains.flatMap((chain) => chain.polymers);
  const entries = entriesOf(polymers);
  const leftOut = new Map<string, number>();
  for (const name of chains.flatMap(({ others }) => others)) {
    leftOut.set(name, (leftOut.get(name) ?? 0) + 1);
  }
  return {
    ...placeAtoms(entries),
    chainIndex: Int32Array.from(entries, (entry) => entry.chainIndex),
    residueIndex: Int32Array.from(entries, (entry) => entry.residueIndex),
    chainIds: polymers.map(({ chainId }) => chainId),
    residueNumber: Int32Array.from(entries, ({ residue }) => residue.number),
    insertionCodes: entries.map(({ residue }) => residue.insertionCode),
    substituted: entries
      .filter(({ residue, name }) => residue.name !== name)
      .map(({ chainId, residue, name }) => ({
        chainId,
        number: residue.number,
        name: residue.name,
        readAs: name,
      })),
    leftOut,
  };
}

function placeAtoms(entries: readonly Entry[]) {
  const aatype = aatypeOf(entries.map(({ name }) => oneLetter(name)).join(''));
  const atom14 = new Float32Array(entries.length * 42);
  const atom14Mask = new Uint8Array(entries.length * 14);
  const bFactor = new Float32Array(entries.length);
  entries.forEach(({ residue }, i) => {
    const slots = ATOM14_NAMES[aatype[i]!]!;
    for (const [name, atom] of bestAtoms(residue)) {
      const standard = slots.indexOf(name);
      const slot = standard < 0 ? slots.indexOf(standardAtomName(residue.name, name)) : standard;
      if (slot < 0 || atom14Mask[14 * i + slot] === 1) continue;
      atom14.set([atom.x, atom.y, atom.z], 42 * i + 3 * slot);
      atom14Mask[14 * i + slot] = 1;
      if (slot === CA_SLOT) bFactor[i] = atom.bFactor;
    }
  });
  return { aatype, atom14, atom14Mask, bFactor };
}
