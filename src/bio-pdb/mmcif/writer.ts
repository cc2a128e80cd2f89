/** @file Writes mmCIF, as ModelCIF where the structure is a computed model. */

import { FoldError } from '#errors';
import { cifCategory } from '#bio-pdb/cif/writer';
import type { CifValue } from '#bio-pdb/cif/writer';
import { componentType, oneLetterCode, polymerType } from '#bio-pdb/molecules/components';
import { formatDecimal } from '#bio-pdb/decimal';
import { modelCifCategories } from './modelcif-writer.js';
import type { Atom, Chain, Entity, Residue, Structure } from '#bio-pdb/structure';

const SEQUENCE_LINE = 80;
/** wwPDB's rule for the canonical sequence: a residue without a letter is X. */
const UNKNOWN_LETTER = 'X';

const DICTIONARIES = {
  pdbx: ['mmcif_pdbx.dic', '5.397', 'https://mmcif.wwpdb.org/dictionaries/ascii/mmcif_pdbx.dic'],
  modelCif: [
    'mmcif_ma.dic',
    '1.4.9',
    'https://raw.githubusercontent.com/ihmwg/ModelCIF/master/dist/mmcif_ma.dic',
  ],
} as const;

/**
 * Writes a structure as mmCIF; as ModelCIF where it has `modelling`. Nothing is left out.
 *
 * @param structure whose identifier and asym ids are not empty
 * @throws FoldError `STRUCTURE_UNWRITABLE` where an identifier is empty or CIF cannot hold a text
 */
export function writeMmcif(structure: Structure): string {
  const id = required(structure.id, 'the identifier');
  const categories = [
    `data_${id.replace(/[^!-~]+/g, '_')}\n#\n`,
    cifCategory('_entry', ['id'], [[id]]),
    cifCategory(
      '_audit_conform',
      ['dict_name', 'dict_version', 'dict_location'],
      [structure.modelling ? DICTIONARIES.modelCif : DICTIONARIES.pdbx],
    ),
    cifCategory('_struct', ['entry_id', 'title'], [[id, structure.title]]),
    ...moleculeCategories(structure),
    ...modelCifCategories(structure),
    atomSites(structure),
  ];
  return categories.join('');
}

function moleculeCategories(structure: Structure): string[] {
  const { entities } = structure;
  const polymers = entities.filter(({ kind }) => kind === 'polymer');
  const asyms = [...asymEntities(structure)];
  const names = new Set(polymers.flatMap(({ sequence }) => sequence));
  const elements = new Set<string>();
  for (const { residue } of residuesOf(structure)) {
    names.add(residue.name);
    for (const { element } of residue.atoms) elements.add(element.toUpperCase());
  }
  return [
    cifCategory(
      '_entity',
      ['id', 'type', 'pdbx_description'],
      entities.map(({ id, kind, description }) => [
        required(id, 'an entity id'),
        kind,
        description,
      ]),
    ),
    cifCategory(
      '_entity_poly',
      [
        'entity_id',
        'type',
        'pdbx_seq_one_letter_code',
        'pdbx_seq_one_letter_code_can',
        'pdbx_strand_id',
      ],
      polymers.map((entity) => polymerRow(entity, structure)),
    ),
    cifCategory(
      '_entity_poly_seq',
      ['entity_id', 'num', 'mon_id'],
      polymers.flatMap(({ id, sequence }) => sequence.map((name, i) => [id, i + 1, name])),
    ),
    cifCategory('_struct_asym', ['id', 'entity_id'], asyms),
    cifCategory(
      '_chem_comp',
      ['id', 'type'],
      [...names].sort().map((name) => [name, componentType(name)]),
    ),
    cifCategory(
      '_atom_type',
      ['symbol'],
      [...elements].sort().map((symbol) => [symbol]),
    ),
  ];
}

function polymerRow({ id, sequence }: Entity, structure: Structure): CifValue[] {
  const strands = new Set<string>();
  for (const { chain, residue } of residuesOf(structure)) {
    if (residue.entityId === id) strands.add(chain.id);
  }
  const letters = sequence.map((name) => oneLetterCode(name) ?? `(${name})`);
  const canonical = sequence.map((name) => oneLetterCode(name) ?? UNKNOWN_LETTER);
  return [id, polymerType(sequence), wrap(letters), wrap(canonical), [...strands].join(',')];
}

function wrap(letters: readonly string[]): string {
  return letters.join('').replace(new RegExp(`.{${SEQUENCE_LINE}}(?=.)`, 'g'), '$&\n');
}

function asymEntities(structure: Structure): Map<string, string> {
  const entities = new Map<string, string>();
  for (const { residue } of residuesOf(structure)) entities.set(residue.asymId, residue.entityId);
  return entities;
}

function* residuesOf(structure: Structure): Generator<{ chain: Chain; residue: Residue }> {
  for (const { chains } of structure.models) {
    for (const chain of chains) {
      for (const residue of chain.residues) yield { chain, residue };
    }
  }
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
  for (const model of structure.models) {
    for (const chain of model.chains) {
      for (const residue of chain.residues) {
        for (const atom of residue.atoms) {
          rows.push(atomRow(atom, residue, { chainId: chain.id, model: model.number }));
        }
      }
    }
  }
  return cifCategory('_atom_site', ATOM_SITE_ITEMS, rows);
}

function atomRow(
  atom: Atom,
  residue: Residue,
  { chainId, model }: { chainId: string; model: number },
): CifValue[] {
  return [
    residue.hetero ? 'HETATM' : 'ATOM',
    atom.serial,
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
    chainId,
    atom.name,
    model,
  ];
}

function coordinate(value: number, atom: Atom): string {
  if (Number.isFinite(value)) return formatDecimal(value, 3);
  throw unwritable(`a coordinate of atom ${atom.name} ${atom.serial} is ${value}`);
}

function required(value: string, what: string): string {
  if (value !== '') return value;
  throw unwritable(`${what} is empty`);
}

function unwritable(message: string): FoldError {
  return new FoldError('STRUCTURE_UNWRITABLE', `${message}, which mmCIF does not allow`);
}
