import type { Atom, Chain, Residue, Structure } from '#bio-pdb/structure';
import { FoldError } from '#errors';
import { aatypeOf, oneLetter, RESIDUE_NAMES } from '#sequence/amino-acids';
import { ATOM14_NAMES, CA_SLOT } from './residues/atoms.js';
import type { ResidueAtoms } from './residues/residue-atoms.js';
import { MODIFIED_RESIDUES } from './residues/residue-geometry.generated.js';

/** Amino-acid residues of a structure file in flat arrays, with what is needed to find them in the file. */
export interface FileResidues extends ResidueAtoms {
  readonly aatype: Uint8Array;
  readonly atom14: Float32Array;
  readonly atom14Mask: Uint8Array;
  readonly chainIndex: Int32Array;
  readonly residueIndex: Int32Array;
  /** Chain letters as in the file, by `chainIndex`. */
  readonly chainIds: readonly string[];
  /** `[N]` numbers as in the file. */
  readonly residueNumber: Int32Array;
  /** `[N]` '' where there is none. */
  readonly insertionCodes: readonly string[];
  /** `[N]` of CA: Å², or pLDDT in predicted structures; 0 where CA is missing. */
  readonly bFactor: Float32Array;
  /** Modified residues that were read as the standard one they derive from, or as X. */
  readonly substituted: readonly Substitution[];
  /** How many residues that are no amino acids (water, ligands, nucleotides) were left out, by name. */
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
  /** Chain letters; all chains with amino acids by default. */
  readonly chainIds?: readonly string[];
}

/** Standard name that a residue is read as; undefined where it is no amino acid. */
function standardName(residue: Residue): string | undefined {
  if (RESIDUE_NAMES.includes(residue.name)) return residue.name;
  const modified = MODIFIED_RESIDUES[residue.name];
  if (modified) return modified.parent;
  const hasBackbone = ['N', 'CA', 'C'].every((name) =>
    residue.atoms.some((atom) => atom.name === name && atom.element !== 'Ca'),
  );
  return hasBackbone && residue.sequenceIndex !== null ? 'UNK' : undefined;
}

/** The alternative of each atom with the highest occupancy, the first of equals. */
function bestAtoms(residue: Residue): Map<string, Atom> {
  const best = new Map<string, Atom>();
  for (const atom of residue.atoms) {
    const rival = best.get(atom.name);
    if (!rival || atom.occupancy > rival.occupancy) best.set(atom.name, atom);
  }
  return best;
}

const occupancyOf = (residue: Residue): number =>
  Math.max(0, ...residue.atoms.map((atom) => atom.occupancy));

/** One residue for each place in the chain: of residues that share one, the most occupied. */
function onePerPlace(residues: readonly Residue[]): Residue[] {
  const places = new Map<string, Residue>();
  for (const residue of residues) {
    const place = `${residue.number}${residue.insertionCode}`;
    const rival = places.get(place);
    if (!rival || occupancyOf(residue) > occupancyOf(rival)) places.set(place, residue);
  }
  return [...places.values()];
}

function chosenChains(structure: Structure, options: ReadOptions): readonly Chain[] {
  const model = structure.models[options.model ?? 0];
  if (!model)
    throw new FoldError(
      'STRUCTURE_MISMATCH',
      `model ${options.model ?? 0} was asked for, but the structure has ${structure.models.length}`,
      { hint: 'models count from 0' },
    );
  const present = model.chains.map((chain) => chain.id);
  for (const id of options.chainIds ?? [])
    if (!present.includes(id))
      throw new FoldError('STRUCTURE_MISMATCH', `the structure has no chain ${id}`, {
        hint: `its chains are ${present.join(', ')}`,
      });
  return model.chains.filter((chain) => options.chainIds?.includes(chain.id) ?? true);
}

/** A residue with its place and what it is read as. */
interface Entry {
  readonly chainId: string;
  readonly residue: Residue;
  readonly name: string;
  readonly chainIndex: number;
  readonly residueIndex: number;
}

/** Entries of the chains that hold amino acids; what is left out is counted. */
function entriesOf(chains: readonly Chain[], leftOut: Map<string, number>): Entry[] {
  const entries: Entry[] = [];
  let chainIndex = 0;
  for (const chain of chains) {
    const before = entries.length;
    let insertions = 0;
    const isAminoAcid = (residue: Residue): boolean => standardName(residue) !== undefined;
    for (const { name } of chain.residues.filter((residue) => !isAminoAcid(residue)))
      leftOut.set(name, (leftOut.get(name) ?? 0) + 1);
    for (const residue of onePerPlace(chain.residues.filter(isAminoAcid))) {
      if (residue.insertionCode !== '') insertions++;
      const residueIndex = residue.number + insertions;
      const name = standardName(residue)!;
      entries.push({ chainId: chain.id, residue, name, chainIndex, residueIndex });
    }
    if (entries.length > before) chainIndex++;
  }
  return entries;
}

/**
 * The amino acids of a structure in flat arrays. Modified residues are read as the standard residue they
 * derive from (MSE as MET), other amino acids as X with N, CA, C, O and CB; of alternate locations the
 * most occupied counts. Atoms without a slot (hydrogens, OXT) are left out. An insertion code moves the
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
  const leftOut = new Map<string, number>();
  const entries = entriesOf(chosenChains(structure, options), leftOut);
  const atom14 = new Float32Array(entries.length * 42);
  const atom14Mask = new Uint8Array(entries.length * 14);
  const bFactor = new Float32Array(entries.length);
  const aatype = aatypeOf(entries.map((entry) => oneLetter(entry.name)).join(''));
  entries.forEach(({ residue }, i) => {
    const renamed = MODIFIED_RESIDUES[residue.name]?.renamed ?? {};
    for (const [name, atom] of bestAtoms(residue)) {
      const slot = ATOM14_NAMES[aatype[i]!]!.indexOf(renamed[name] ?? name);
      if (slot < 0) continue;
      atom14.set([atom.x, atom.y, atom.z], 42 * i + 3 * slot);
      atom14Mask[14 * i + slot] = 1;
      if (slot === CA_SLOT) bFactor[i] = atom.bFactor;
    }
  });
  return {
    aatype,
    atom14,
    atom14Mask,
    chainIndex: Int32Array.from(entries, (entry) => entry.chainIndex),
    residueIndex: Int32Array.from(entries, (entry) => entry.residueIndex),
    chainIds: [...new Set(entries.map((entry) => entry.chainId))],
    residueNumber: Int32Array.from(entries, ({ residue }) => residue.number),
    insertionCodes: entries.map(({ residue }) => residue.insertionCode),
    bFactor,
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
