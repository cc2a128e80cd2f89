/** @file Writes mmCIF, as ModelCIF where the structure is a computed model. */

import { cifCategory } from '#bio-pdb/cif/writer';
import type { CifValue } from '#bio-pdb/cif/writer';
import { formatDecimal } from '#bio-pdb/decimal';
import type { Atom, Residue, Structure } from '#bio-pdb/structure';
import { chainName } from './chain-name.js';
import { modelCifCategories } from './modelcif-writer.js';
import { moleculeCategories, required, unwritable } from './molecule-writer.js';
import { schemeCategories } from './scheme-writer.js';

const DICTIONARIES = {
  pdbx: ['mmcif_pdbx.dic', '5.397', 'https://mmcif.wwpdb.org/dictionaries/ascii/mmcif_pdbx.dic'],
  modelCif: [
    'mmcif_ma.dic',
    '1.4.9',
    'https://raw.githubusercontent.com/ihmwg/ModelCIF/master/dist/mmcif_ma.dic',
  ],
} as const;

/**
 * Writes a structure as mmCIF; as ModelCIF where it has `modelling`. Nothing is left out but `warnings`. Atoms keep
 * their serials unless some have the same, as those of many models do in PDB files; then they are counted from 1.
 *
 * @param structure whose identifier and asym ids are not empty
 * @throws FoldError `STRUCTURE_UNWRITABLE` where an identifier is empty or CIF cannot hold a text
 */
export function writeMmcif(structure: Structure): string {
  const id = required(structure.id, 'the identifier');
  const { title, classification, date } = structure;
  const categories = [
    `data_${id.replace(/[^!-~]+/g, '_')}\n#\n`,
    cifCategory('_entry', ['id'], [[id]]),
    cifCategory(
      '_audit_conform',
      ['dict_name', 'dict_version', 'dict_location'],
      [structure.modelling ? DICTIONARIES.modelCif : DICTIONARIES.pdbx],
    ),
    cifCategory('_struct', ['entry_id', 'title'], [[id, title]]),
    cifCategory(
      '_struct_keywords',
      ['entry_id', 'pdbx_keywords'],
      classification === '' ? [] : [[id, classification]],
    ),
    cifCategory(
      '_pdbx_database_status',
      ['entry_id', 'status_code', 'recvd_initial_deposition_date'],
      date === '' ? [] : [[id, 'REL', date]],
    ),
    ...moleculeCategories(structure),
    ...schemeCategories(structure),
    ...modelCifCategories(structure),
    atomSites(structure),
  ];
  return categories.join('');
}

const ATOM_SITE_ITEMS = [
  'group_PDB',
  'id',
  'type_symbol',
  'label_atom_id',
  'label_alt_id',
  'label_comp_id',
  'label_asym_id',
  'label_entity_id',
  'label_seq_id',
  'pdbx_PDB_ins_code',
  'Cartn_x',
  'Cartn_y',
  'Cartn_z',
  'occupancy',
  'B_iso_or_equiv',
  'pdbx_formal_charge',
  'auth_seq_id',
  'auth_comp_id',
  'auth_asym_id',
  'auth_atom_id',
  'pdbx_PDB_model_num',
] as const;

function atomSites(structure: Structure): string {
  const rows: CifValue[][] = [];
  const isCounted = haveEqualSerials(structure);
  for (const model of structure.models) {
    for (const chain of model.chains) {
      for (const residue of chain.residues) {
        const name = chainName(chain, residue);
        for (const atom of residue.atoms) {
          const id = isCounted ? rows.length + 1 : atom.serial;
          rows.push(atomRow(atom, residue, { id, chain: name, model: model.number }));
        }
      }
    }
  }
  return cifCategory('_atom_site', ATOM_SITE_ITEMS, rows);
}

function haveEqualSerials({ models }: Structure): boolean {
  const serials = new Set<number>();
  let numAtoms = 0;
  for (const residue of models.flatMap(({ chains }) => chains.flatMap((c) => c.residues))) {
    numAtoms += residue.atoms.length;
    for (const { serial } of residue.atoms) serials.add(serial);
  }
  return serials.size < numAtoms;
}

function atomRow(
  atom: Atom,
  residue: Residue,
  { id, chain, model }: { id: number; chain: string; model: number },
): CifValue[] {
  return [
    residue.hetero ? 'HETATM' : 'ATOM',
    id,
    atom.element.toUpperCase(),
    required(atom.name, 'an atom name'),
    atom.altLoc === '' ? null : atom.altLoc,
    required(residue.name, 'a residue name'),
    required(residue.asymId, 'an asym id'),
    required(residue.entityId, 'an entity id'),
    residue.sequenceIndex,
    residue.insertionCode,
    coordinate(atom.x, atom),
    coordinate(atom.y, atom),
    coordinate(atom.z, atom),
    formatDecimal(atom.occupancy, 2),
    formatDecimal(atom.bFactor, 2),
    atom.charge === 0 ? '' : atom.charge,
    residue.number,
    residue.name,
    chain,
    atom.name,
    model,
  ];
}

function coordinate(value: number, atom: Atom): string {
  if (Number.isFinite(value)) return formatDecimal(value, 3);
  throw unwritable(`a coordinate of atom ${atom.name} ${atom.serial} is ${value}`);
}
