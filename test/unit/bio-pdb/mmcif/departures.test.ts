import { describe, expect, it } from 'vitest';
import { parseMmcif } from '#bio-pdb/mmcif/reader';
import type { Structure } from '#bio-pdb/structure';
import { sequenceOf } from '#sequence/amino-acids';
import { residuesFromStructure } from '#structure/from-bio-pdb';

/** Items of `_atom_site` in rows that follow. */
const ITEMS =
  'group_PDB id label_atom_id label_comp_id label_asym_id label_entity_id label_seq_id auth_seq_id auth_asym_id pdbx_PDB_model_num'.split(
    ' ',
  );

function read(rows: readonly string[], before = '', items: readonly string[] = ITEMS): Structure {
  const tags = [...items, 'Cartn_x', 'Cartn_y', 'Cartn_z'].map((item) => `_atom_site.${item}`);
  const lines = rows.map((row, i) => `${row} ${1.3 * i} 0 0`);
  return parseMmcif(`data_x\n${before}\nloop_\n${[...tags, ...lines].join('\n')}\n`, 'x.cif');
}

/** N, CA and C of a residue: group, id, atom, then what is given. */
const backbone = (rest: string, group = 'ATOM'): string[] =>
  ['N', 'CA', 'C'].map((name, i) => `${group} ${i + 1} ${name} ${rest}`);
const residuesOf = ({ models }: Structure) => models[0]!.chains.flatMap(({ residues }) => residues);
const messages = ({ warnings }: Structure) => warnings.map(({ message }) => message).join('\n');
const chains = (structure: Structure) => {
  const { aatype, chainIndex, chainIds } = residuesFromStructure(structure);
  return chainIds.map((id, chain) => [
    id,
    sequenceOf(aatype.filter((_, i) => chainIndex[i] === chain)),
  ]);
};

describe('parseMmcif', () => {
  it("keeps residues that share an author's number, by their places", () => {
    const structure = read([...backbone('ALA A 1 1 52 H 1'), ...backbone('GLY A 1 2 52 H 1')]);
    expect(chains(structure)).toEqual([['H', 'AG']]);
  });

  it("keeps two polymers of one author's chain apart", () => {
    const structure = read([
      ...backbone('MET A 1 1 1 H 1'),
      ...backbone('GLY B 2 1 1 H 1'),
      ...backbone('SER C 3 1 1 B 1'),
    ]);
    expect(chains(structure)).toEqual([
      ['H', 'M'],
      ['B2', 'G'],
      ['B', 'S'],
    ]);
  });

  it('reads free amino acids as the ligands that the file calls them', () => {
    const entities = 'loop_ _entity.id _entity.type 1 polymer 2 non-polymer';
    const structure = read(
      [...backbone('MET A 1 1 1 A 1'), ...backbone('GLU B 2 . 301 A 1', 'HETATM')],
      entities,
    );
    expect(chains(structure)).toEqual([['A', 'M']]);
    expect(residuesFromStructure(structure).leftOut).toEqual(new Map([['GLU', 1]]));
  });

  it('tells ligands from the chain beside them where atoms name no entity', () => {
    const structure = read([
      ...backbone('MET A ? 3 3 A 1'),
      ...backbone('GLU A ? . 301 A 1', 'HETATM'),
      'HETATM 9 O HOH A ? . 401 A 1',
    ]);
    expect(structure.entities.map(({ kind, sequence }) => [kind, sequence.join(' ')])).toEqual([
      ['polymer', 'UNK UNK MET'],
      ['non-polymer', ''],
      ['water', ''],
    ]);
    expect(residuesOf(structure).map(({ sequenceIndex }) => sequenceIndex)).toEqual([
      3,
      null,
      null,
    ]);
  });

  it('tells polymers from ligands by their atoms where nothing else does', () => {
    const items = ITEMS.filter((item) => !/entity|seq_id/.test(item));
    const rows = [
      ...backbone('MET A A 1'),
      ...backbone('LIG A A 1').map((row) => row.replace('CA', 'C1')),
    ];
    const structure = read(rows, '', items);
    expect(chains(structure)).toEqual([['A', 'M']]);
  });

  it('numbers ligands that have no number on, and says so', () => {
    const structure = read([
      ...backbone('MET A 1 1 7 A 1'),
      'HETATM 4 C1 LIG B 2 . . A 1',
      'HETATM 5 C2 LIG B 2 . ? A 1',
      'HETATM 6 O HOH C 3 . . A 1',
      'HETATM 7 O HOH C 3 . . A 1',
    ]);
    expect(residuesOf(structure).map(({ name, number }) => name + String(number))).toEqual([
      'MET7',
      'LIG8',
      'HOH9',
      'HOH10',
    ]);
    expect(structure.warnings).toMatchObject([{ line: 20, count: 3 }]);
    expect(messages(structure)).toContain('residue LIG of chain A has no number');
  });

  it('reads small letters of residues and atoms as capitals, with a warning', () => {
    const rows = backbone('ala A 1 1 1 A 1').map((row) =>
      row.toLowerCase().replace('atom', 'ATOM'),
    );
    const sequence =
      'loop_\n_entity_poly_seq.entity_id\n_entity_poly_seq.num\n_entity_poly_seq.mon_id\n1 1 ala';
    const structure = read(
      rows.map((row) => row.replace(/ a 1 1 1 a /, ' A 1 1 1 A ')),
      sequence,
    );
    expect(chains(structure)).toEqual([['A', 'A']]);
    expect(messages(structure)).toMatch(/^the name ala has small letters[^\n]*$/);
  });

  it('takes letters for ids', () => {
    const rows = [...backbone('MET A P1 1 52A A first'), ...backbone('GLY A P1 2 X A first')];
    const structure = read(rows.map((row) => row.replace(/ (\d) (?=[NC])/, ' a$1 ')));
    expect(residuesOf(structure)).toMatchObject([
      { number: 52, insertionCode: 'A', entityId: 'P1' },
      { number: 2, insertionCode: '' },
    ]);
    expect(residuesOf(structure)[0]!.atoms.map(({ serial }) => serial)).toEqual([1, 2, 3]);
    expect(structure.models[0]!.number).toBe(1);
    expect(messages(structure).split('\n')).toEqual([
      expect.stringContaining('model number first is none; the model is numbered 1'),
      expect.stringContaining('_atom_site.id "a1" is not a number'),
      expect.stringContaining('_atom_site.auth_seq_id "X" is not a number'),
    ]);
  });

  it('gives scores to models that have names', () => {
    const scores = `loop_ _ma_qa_metric.id _ma_qa_metric.name _ma_qa_metric.type _ma_qa_metric.mode 1 pTM pTM global
loop_ _ma_qa_metric_global.model_id _ma_qa_metric_global.metric_id _ma_qa_metric_global.metric_value best 1 0.8`;
    const structure = read(backbone('MET A 1 1 1 A best'), scores);
    expect(structure.models[0]!.scores).toMatchObject([{ mode: 'global', value: 0.8 }]);
  });

  it('says that further blocks have atoms', () => {
    const one = `loop_ _atom_site.label_comp_id _atom_site.label_atom_id _atom_site.label_seq_id _atom_site.Cartn_x _atom_site.Cartn_y _atom_site.Cartn_z
ALA CA 1 1 2 3`;
    const structure = parseMmcif(`data_a\n${one}\ndata_b\n${one}\n`);
    expect(structure.warnings).toEqual([
      { message: 'data_b has atoms too; only those of data_a are read', line: 6, count: 1 },
    ]);
  });

  it('keeps atoms whose measures are no numbers', () => {
    const structure = read(['ATOM 1 CA ALA A 1 1 1 A 1 nan ******  1+'], '', [
      ...ITEMS,
      'occupancy',
      'B_iso_or_equiv',
      'pdbx_formal_charge',
    ]);
    expect(residuesOf(structure)[0]!.atoms).toMatchObject([
      { occupancy: 1, bFactor: 0, charge: 1 },
    ]);
    expect(structure.warnings).toHaveLength(2);
  });
});
