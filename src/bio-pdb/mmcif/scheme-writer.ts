/** @file Writes the schemes of mmCIF: which residue of a sequence is which residue of the coordinates. */

import { cifCategory } from '#bio-pdb/cif/writer';
import type { CifValue } from '#bio-pdb/cif/writer';
import type { Residue, Structure } from '#bio-pdb/structure';
import { chainName } from './chain-name.js';

/** One asym id: a polymer, a ligand or a chain's water. */
interface Asym {
  readonly id: string;
  readonly entityId: string;
  readonly strandId: string;
  /** As in the first model that has it. */
  readonly residues: Residue[];
}

/**
 * Writes `_pdbx_poly_seq_scheme`, from which mkdssp and sequence readers know the residues of polymers, and
 * `_pdbx_nonpoly_scheme`. A residue that is not in the coordinates is numbered on from its neighbours, and has no
 * author's number.
 *
 * @param structure whose first model with an asym id tells its residues
 */
export function schemeCategories(structure: Structure): string[] {
  const entities = new Map(structure.entities.map((entity) => [entity.id, entity]));
  const polymers: CifValue[][] = [];
  const others: CifValue[][] = [];
  for (const asym of asymsOf(structure)) {
    const entity = entities.get(asym.entityId);
    if (entity?.kind === 'polymer') polymers.push(...polymerRows(asym, entity.sequence));
    else if (entity?.kind !== 'branched') others.push(...otherRows(asym));
  }
  const ids = ['pdb_seq_num', 'auth_seq_num', 'pdb_mon_id', 'auth_mon_id'];
  return [
    cifCategory(
      '_pdbx_poly_seq_scheme',
      [
        ...['asym_id', 'entity_id', 'seq_id', 'mon_id', 'ndb_seq_num'],
        ...[...ids, 'pdb_strand_id', 'pdb_ins_code', 'hetero'],
      ],
      polymers,
    ),
    cifCategory(
      '_pdbx_nonpoly_scheme',
      ['asym_id', 'entity_id', 'mon_id', 'ndb_seq_num', ...ids, 'pdb_strand_id', 'pdb_ins_code'],
      others,
    ),
  ];
}

function asymsOf(structure: Structure): Asym[] {
  const asyms = new Map<string, Asym>();
  for (const { chains } of structure.models) {
    const known = new Set(asyms.keys());
    for (const chain of chains) {
      for (const residue of chain.residues) {
        const { asymId: id, entityId } = residue;
        if (known.has(id)) continue;
        const asym = asyms.get(id) ?? {
          id,
          entityId,
          strandId: chainName(chain, residue),
          residues: [],
        };
        asyms.set(id, asym);
        asym.residues.push(residue);
      }
    }
  }
  return [...asyms.values()];
}

function polymerRows({ id, entityId, strandId, residues }: Asym, sequence: readonly string[]) {
  const atPlace = new Map<number, Residue[]>();
  for (const residue of residues) {
    if (residue.sequenceIndex === null) continue;
    const known = atPlace.get(residue.sequenceIndex);
    if (known) known.push(residue);
    else atPlace.set(residue.sequenceIndex, [residue]);
  }
  let offset = firstOffset(residues);
  return sequence.flatMap((name, i): CifValue[][] => {
    const place = i + 1;
    const seen = atPlace.get(place);
    if (seen === undefined) {
      const row = [id, entityId, place, name, place, place + offset, '', '', ''];
      return [[...row, strandId, null, 'n']];
    }
    offset = seen[0]!.number - place;
    const hetero = seen.length > 1 ? 'y' : 'n';
    return seen.map((residue) => {
      const label = [id, entityId, place, residue.name, place];
      return [...label, ...authorItems(residue, strandId), hetero];
    });
  });
}

/** What is added to a place to give the number of its residue, before the first residue that is there. */
function firstOffset(residues: readonly Residue[]): number {
  const first = residues.find(({ sequenceIndex }) => sequenceIndex !== null);
  return first ? first.number - first.sequenceIndex! : 0;
}

function otherRows({ id, entityId, strandId, residues }: Asym): CifValue[][] {
  return residues.map((residue, i) => {
    return [id, entityId, residue.name, i + 1, ...authorItems(residue, strandId)];
  });
}

function authorItems({ number, name, insertionCode }: Residue, strandId: string): CifValue[] {
  return [number, number, name, name, strandId, insertionCode === '' ? null : insertionCode];
}
