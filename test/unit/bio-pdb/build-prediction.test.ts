import { describe, expect, it } from 'vitest';

import { buildPrediction, parseMmcif, parsePdb, writeMmcif, writePdb } from '#bio-pdb/index';
import type { StructurePrediction } from '#bio-pdb/index';
import { readCif } from '#bio-pdb/cif/reader';

function chain(id: string, names: readonly string[]) {
  return {
    id,
    description: 'test peptide',
    residues: names.map((name, i) => ({
      name,
      number: i + 1,
      atoms: [
        { name: 'N', element: 'N', x: 3.8 * i, y: 1 / 3, z: -0.0001 },
        { name: 'CA', element: 'C', x: 3.8 * i + 1, y: 0, z: 0 },
      ],
    })),
  };
}

const PREDICTION: StructurePrediction = {
  id: 'test',
  title: 'Prediction of a test',
  chains: [chain('A', ['MET', 'GLY']), chain('B', ['MET', 'GLY']), chain('C', ['TRP'])],
  confidence: {
    plddt: new Float32Array([90.123, 80, 70, 60, 50.5]),
    ptm: 0.81234,
    pae: Float32Array.from({ length: 25 }, (_, i) => i / 3),
  },
  modelling: {
    software: [
      { name: 'folder', version: '1.0', description: 'Folds', url: 'https://folder.test' },
    ],
    steps: [{ method: 'modeling', name: 'Prediction', details: '' }],
  },
};
const structure = buildPrediction(PREDICTION);

/** Mandatory items of each category by the ModelCIF dictionaries 1.4.2 to 1.4.9 and the PDBx dictionary it extends. */
const MANDATORY: Record<string, string[]> = {
  _entry: ['id'],
  _audit_conform: ['dict_name', 'dict_version'],
  _struct: ['entry_id'],
  _entity: ['id'],
  _entity_poly: ['entity_id', 'type'],
  _entity_poly_seq: ['entity_id', 'num', 'mon_id'],
  _struct_asym: ['id', 'entity_id'],
  _chem_comp: ['id', 'type'],
  _atom_type: ['symbol'],
  _ma_data: ['id', 'name', 'content_type'],
  _ma_data_group: ['ordinal_id', 'group_id', 'data_id'],
  _ma_target_entity: ['entity_id', 'data_id', 'origin'],
  _ma_target_entity_instance: ['asym_id', 'entity_id'],
  _ma_model_list: ['ordinal_id', 'model_id', 'data_id', 'model_type'],
  _pdbx_poly_seq_scheme: ['asym_id', 'entity_id', 'seq_id', 'mon_id', 'pdb_strand_id'],
  _struct_keywords: ['entry_id'],
  _ma_protocol_step: ['ordinal_id', 'protocol_id', 'step_id', 'method_type'],
  _software: ['pdbx_ordinal', 'name', 'classification'],
  _ma_software_group: ['ordinal_id', 'group_id', 'software_id'],
  _ma_qa_metric: ['id', 'name', 'type', 'mode'],
  _ma_qa_metric_global: ['ordinal_id', 'model_id', 'metric_id', 'metric_value'],
  _ma_qa_metric_local: [
    'ordinal_id',
    'model_id',
    'label_asym_id',
    'label_seq_id',
    'label_comp_id',
    'metric_id',
    'metric_value',
  ],
  _ma_qa_metric_local_pairwise: [
    'ordinal_id',
    'model_id',
    'label_asym_id_1',
    'label_seq_id_1',
    'label_comp_id_1',
    'label_asym_id_2',
    'label_seq_id_2',
    'label_comp_id_2',
    'metric_id',
    'metric_value',
  ],
  _atom_site: [
    'id',
    'type_symbol',
    'label_atom_id',
    'label_comp_id',
    'label_asym_id',
    'label_entity_id',
    'label_seq_id',
    'auth_asym_id',
    'Cartn_x',
    'Cartn_y',
    'Cartn_z',
    'pdbx_PDB_model_num',
  ],
};

describe('buildPrediction', () => {
  it('shares an entity between chains of equal sequence', () => {
    const ids = structure.models[0]!.chains.map(({ residues }) => residues[0]!.entityId);
    expect(ids).toEqual(['1', '1', '2']);
  });

  it('leaves a serial for the TER of each chain', () => {
    const serials = structure.models[0]!.chains.map(
      ({ residues }) => residues[0]!.atoms[0]!.serial,
    );
    expect(serials).toEqual([1, 6, 11]);
  });

  it('puts pLDDT in the B factors of every atom', () => {
    const [first, second] = structure.models[0]!.chains[0]!.residues;
    expect(first!.atoms.map(({ bFactor }) => bFactor)).toEqual([90.12, 90.12]);
    expect(second!.atoms.map(({ bFactor }) => bFactor)).toEqual([80, 80]);
  });

  it('gives the mean pLDDT, pTM, pLDDT of residues and PAE of pairs as scores', () => {
    const { scores } = structure.models[0]!;
    expect(scores.map(({ mode, metric }) => `${mode} ${metric.type}`)).toEqual([
      'global pLDDT',
      'global pTM',
      'local pLDDT',
      'local-pairwise PAE',
    ]);
    expect(scores[0]).toMatchObject({ value: 70.12 });
    expect(scores[1]).toMatchObject({ value: 0.812 });
    expect(scores[2]).toMatchObject({ values: [90.12, 80, 70, 60, 50.5] });
    const pae = scores[3]!;
    if (pae.mode !== 'local-pairwise') throw new Error('PAE is a pairwise score');
    // Row 1, column 3 of the matrix: residue 1 of chain B when aligned on residue 2 of chain A is pair 1 * 5 + 2.
    expect([pae.first[7], pae.second[7], pae.values[7]]).toEqual([1, 2, 2.33]);
  });

  it('says the same after either format', () => {
    expect(parseMmcif(writeMmcif(structure))).toEqual(structure);
    expect(parsePdb(writePdb(structure)).models[0]!.chains).toEqual(structure.models[0]!.chains);
    expect(parsePdb(writePdb(structure)).entities).toEqual(structure.entities);
  });

  it('refuses confidence of another length', () => {
    const confidence = { plddt: [1, 2] };
    expect(() => buildPrediction({ ...PREDICTION, confidence })).toThrow(
      expect.objectContaining({ message: 'plddt must have 5 values, got 2' }),
    );
  });
});

describe('the ModelCIF file of a prediction', () => {
  const [block] = readCif(writeMmcif(structure), 'written');

  it.each(Object.entries(MANDATORY))('has %s with its mandatory items', (name, items) => {
    const category = block!.category(name);
    if (!category) throw new Error(`${name} is missing`);
    for (const item of items) {
      const column = category.require(item);
      for (let row = 0; row < category.numRows; row++) expect(column.get(row)).not.toBeNull();
    }
  });

  it('names the ModelCIF dictionary', () => {
    expect(block!.single('_audit_conform.dict_name')).toBe('mmcif_ma.dic');
  });

  it('points only at things that exist', () => {
    const values = (tag: string) => {
      const { values: column, numRows } = block!.column(tag)!;
      return Array.from({ length: numRows }, (_, row) => column.get(row));
    };
    const links = [
      ['_atom_site.label_asym_id', '_struct_asym.id'],
      ['_atom_site.label_entity_id', '_entity.id'],
      ['_atom_site.label_comp_id', '_chem_comp.id'],
      ['_atom_site.type_symbol', '_atom_type.symbol'],
      ['_atom_site.pdbx_PDB_model_num', '_ma_model_list.ordinal_id'],
      ['_entity_poly_seq.mon_id', '_chem_comp.id'],
      ['_pdbx_poly_seq_scheme.asym_id', '_struct_asym.id'],
      ['_pdbx_poly_seq_scheme.mon_id', '_entity_poly_seq.mon_id'],
      ['_struct_asym.entity_id', '_ma_target_entity.entity_id'],
      ['_ma_target_entity.data_id', '_ma_data.id'],
      ['_ma_model_list.data_id', '_ma_data.id'],
      ['_ma_data_group.data_id', '_ma_data.id'],
      ['_ma_protocol_step.input_data_group_id', '_ma_data_group.group_id'],
      ['_ma_protocol_step.output_data_group_id', '_ma_data_group.group_id'],
      ['_ma_protocol_step.software_group_id', '_ma_software_group.group_id'],
      ['_ma_software_group.software_id', '_software.pdbx_ordinal'],
      ['_ma_qa_metric_global.model_id', '_ma_model_list.ordinal_id'],
      ['_ma_qa_metric_local.metric_id', '_ma_qa_metric.id'],
      ['_ma_qa_metric_local_pairwise.label_asym_id_2', '_struct_asym.id'],
    ] as const;
    for (const [child, parent] of links) {
      const parents = new Set(values(parent));
      expect([child, values(child).filter((value) => !parents.has(value))]).toEqual([child, []]);
    }
  });
});
