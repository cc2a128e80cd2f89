import type { CifCategory, CifColumn } from '#bio-pdb/cif/block';
import { MAX_COORDINATE } from '#bio-pdb/decimal';
import { DraftModel } from '#bio-pdb/molecules/draft';
import type { ResidueKey } from '#bio-pdb/molecules/draft';
import { inferElement, normaliseElement } from '#bio-pdb/molecules/elements';
import type { Atom } from '#bio-pdb/structure';

/** Names for one thing, the preferred first: the other stands in where the first is absent. */
type Alternatives = readonly (CifColumn | undefined)[];

/**
 * Reads `_atom_site`.
 *
 * @param category with at least one row
 * @returns models in order of appearance, and whether every atom names its entity
 * @throws ParseError `PARSE_MMCIF`
 */
export function readAtomSites(category: CifCategory): {
  models: DraftModel[];
  hasEntities: boolean;
} {
  const readKey = residueKeyReader(category);
  const readAtom = atomReader(category);
  const chainId = [category.column('auth_asym_id'), category.column('label_asym_id')];
  const modelNumber = category.column('pdbx_PDB_model_num');
  const models = new Map<number, DraftModel>();
  let hasEntities = true;
  for (let row = 0; row < category.numRows; row++) {
    const number = modelNumber?.integer(row) ?? 1;
    let model = models.get(number);
    if (model === undefined) models.set(number, (model = new DraftModel(number)));
    const key = readKey(row);
    hasEntities &&= key.entityId !== '';
    model.chain(firstOf(chainId, row) ?? '').add(key, readAtom(row));
  }
  return { models: [...models.values()], hasEntities };
}

function residueKeyReader(category: CifCategory): (row: number) => ResidueKey {
  const group = category.column('group_PDB');
  const names = [category.column('label_comp_id'), category.column('auth_comp_id')];
  const authNumber = category.column('auth_seq_id');
  const labelNumber = category.column('label_seq_id');
  const insertionCode = category.column('pdbx_PDB_ins_code');
  const asymIds = [category.column('label_asym_id'), category.column('auth_asym_id')];
  const entityId = category.column('label_entity_id');
  const anchor = category.require('Cartn_x');
  return (row) => {
    const sequenceIndex = labelNumber?.integer(row) ?? null;
    const number = authNumber?.integer(row) ?? sequenceIndex;
    const name = firstOf(names, row);
    if (name === null) throw anchor.error(row, 'the atom has no _atom_site.label_comp_id');
    if (number === null) throw anchor.error(row, 'the atom has no _atom_site.auth_seq_id');
    return {
      name,
      number,
      insertionCode: insertionCode?.get(row) ?? '',
      hetero: group?.get(row) === 'HETATM',
      asymId: firstOf(asymIds, row) ?? '',
      entityId: entityId?.get(row) ?? '',
      sequenceIndex,
    };
  };
}

function atomReader(category: CifCategory): (row: number) => Atom {
  const x = category.require('Cartn_x');
  const y = category.require('Cartn_y');
  const z = category.require('Cartn_z');
  const serial = category.column('id');
  const names = [category.column('label_atom_id'), category.column('auth_atom_id')];
  const element = category.column('type_symbol');
  const altLoc = category.column('label_alt_id');
  const occupancy = category.column('occupancy');
  const bFactor = category.column('B_iso_or_equiv');
  const charge = category.column('pdbx_formal_charge');
  return (row) => {
    const name = firstOf(names, row);
    if (name === null) throw x.error(row, 'the atom has no _atom_site.label_atom_id');
    const symbol = element?.get(row);
    return {
      serial: serial?.integer(row) ?? row + 1,
      name,
      element: symbol == null ? inferElement(` ${name}`, true) : normaliseElement(symbol),
      altLoc: altLoc?.get(row) ?? '',
      x: readCoordinate(x, row),
      y: readCoordinate(y, row),
      z: readCoordinate(z, row),
      occupancy: occupancy?.decimal(row) ?? 1,
      bFactor: bFactor?.decimal(row) ?? 0,
      charge: charge?.integer(row) ?? 0,
    };
  };
}

function readCoordinate(column: CifColumn, row: number): number {
  const value = column.decimal(row);
  if (value === null) throw column.error(row, `the atom has no ${column.tag}`);
  if (Math.abs(value) <= MAX_COORDINATE) return value;
  throw column.error(row, `${column.tag} ${value} is beyond ±${MAX_COORDINATE} Å`);
}

function firstOf(columns: Alternatives, row: number): string | null {
  return columns[0]?.get(row) ?? columns[1]?.get(row) ?? null;
}
