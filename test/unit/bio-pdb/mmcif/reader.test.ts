import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { parseMmcif, writeMmcif } from '#bio-pdb/index';

const difficult = parseMmcif(readFileSync('test/fixtures/bio-pdb/difficult.cif', 'utf8'));
const prediction = parseMmcif(readFileSync('test/fixtures/bio-pdb/prediction.cif', 'utf8'));
const ONE_ATOM = `data_x
loop_ _atom_site.label_atom_id _atom_site.label_comp_id _atom_site.label_asym_id _atom_site.label_seq_id
_atom_site.Cartn_x _atom_site.Cartn_y _atom_site.Cartn_z
CA ALA A 1 1.0 2.0 3.0
`;

describe('parseMmcif on the difficult file', () => {
  const [heavy, light] = difficult.models[0]!.chains;

  it('reads identity and a title of several lines', () => {
    expect(difficult.id).toBe('1TST');
    expect(difficult.title).toBe('A title\nof two lines\n that keep ; within');
  });

  it("takes chains and numbers from the author's names, asym ids and places from the labels", () => {
    expect([heavy!.id, light!.id]).toEqual(['H', 'L']);
    expect(heavy!.residues.map(({ asymId }) => asymId).join('')).toBe('AAAACD');
    expect(heavy!.residues.map(({ number }) => number)).toEqual([51, 52, 52, 52, 101, 201]);
    expect(heavy!.residues.map(({ sequenceIndex }) => sequenceIndex)).toEqual([
      2,
      3,
      3,
      4,
      null,
      null,
    ]);
  });

  it('sorts interleaved alternate residues and keeps insertion codes', () => {
    expect(heavy!.residues[1]!.atoms.map(({ name }) => name)).toEqual(['CA', 'OG']);
    expect(heavy!.residues[3]).toMatchObject({ name: 'MSE', insertionCode: 'A', hetero: true });
  });

  it('reads numbers with uncertainty, exponent and bare fraction, and what is absent', () => {
    expect(heavy!.residues[0]!.atoms[0]!.z).toBe(3);
    expect(light!.residues[0]!.atoms[0]).toMatchObject({
      name: "O5'",
      x: 5,
      y: -2,
      z: 0.5,
      charge: -1,
    });
    expect(heavy!.residues[5]!.atoms[0]).toMatchObject({ occupancy: 1, bFactor: 0, charge: 0 });
  });

  it('reads entities, one name for each place of the sequence', () => {
    expect(difficult.entities).toEqual([
      {
        id: '1',
        kind: 'polymer',
        description: "3'-end binding 'protein'",
        sequence: ['GLY', 'ALA', 'SER', 'MSE'],
      },
      { id: '2', kind: 'non-polymer', description: 'CALCIUM ION', sequence: [] },
      { id: '3', kind: 'water', description: 'water', sequence: [] },
    ]);
  });

  it('reads both models', () => {
    expect(difficult.models.map(({ number }) => number)).toEqual([1, 2]);
    expect(difficult.models[1]!.chains[0]!.residues[0]!.atoms[0]!.x).toBe(1.5);
  });

  it('is no computed model', () => {
    expect(difficult.modelling).toBeUndefined();
    expect(difficult.models[0]!.scores).toEqual([]);
  });
});

describe('parseMmcif on a computed model', () => {
  it('works out the molecule where the file lists none', () => {
    expect(prediction.entities).toEqual([
      { id: '1', kind: 'polymer', description: '', sequence: ['MET', 'GLY'] },
    ]);
  });

  it('reads how it was made', () => {
    expect(prediction.models[0]!.name).toBe('Top ranked model');
    expect(prediction.modelling).toEqual({
      software: [{ name: 'Folder', version: 'v2', description: '', url: '' }],
      steps: [{ method: 'modeling', name: '', details: '' }],
    });
  });

  it('reads the metrics that have values', () => {
    const metric = { name: 'pLDDT', type: 'pLDDT', description: '' };
    const residues = [
      { asymId: 'A', sequenceIndex: 1, residueName: 'MET' },
      { asymId: 'A', sequenceIndex: 2, residueName: 'GLY' },
    ];
    expect(prediction.models[0]!.scores).toEqual([
      { mode: 'global', metric, value: 85.25 },
      { mode: 'local', metric, residues, values: [80.5, 90] },
    ]);
  });

  it('gives it back after writing', () => {
    expect(parseMmcif(writeMmcif(prediction))).toEqual(prediction);
  });
});

describe('parseMmcif on errors', () => {
  it.each([
    ['x.cif:1: no atoms (_atom_site)', 'data_x\n_entry.id x'],
    ['x.cif:4: _atom_site.Cartn_x "1.O" is not a number', ONE_ATOM.replace('1.0', '1.O')],
    ['x.cif:4: _atom_site.Cartn_y "Infinity" is not a number', ONE_ATOM.replace('2.0', 'Infinity')],
    ['x.cif:4: _atom_site.Cartn_z 2000000 is beyond ±1000000 Å', ONE_ATOM.replace('3.0', '2e6')],
    ['x.cif:4: the atom has no _atom_site.Cartn_z', ONE_ATOM.replace('3.0', '?')],
    ['x.cif:4: the atom has no _atom_site.label_comp_id', ONE_ATOM.replace('ALA', '.')],
    [
      'x.cif:4: _atom_site.label_seq_id "1.5" is not a whole number',
      ONE_ATOM.replace(' 1 ', ' 1.5 '),
    ],
    [
      'x.cif:2: the file has _atom_site without _atom_site.Cartn_z',
      ONE_ATOM.replace('_atom_site.Cartn_z', '_atom_site.other'),
    ],
  ])('says %j', (message, text) => {
    expect(() => parseMmcif(text, 'x.cif')).toThrow(
      expect.objectContaining({ code: 'PARSE_MMCIF', message }),
    );
  });
});
