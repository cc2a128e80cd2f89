import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { parsePdb } from '#bio-pdb/index';
import type { Residue } from '#bio-pdb/index';
import type { ParseError } from '#errors';

const text = readFileSync('test/fixtures/bio-pdb/difficult.pdb', 'utf8');
const structure = parsePdb(text, 'difficult.pdb');
const ATOM = 'ATOM      1  CA  ALA A   1       1.000   2.000   3.000  1.00 10.00           C  ';

function chain(id: string) {
  return structure.models[0]!.chains.find((candidate) => candidate.id === id)!;
}

function label({ name, number, insertionCode }: Residue): string {
  return `${name}${number}${insertionCode}`;
}

function errorOf(pdb: string): ParseError {
  try {
    parsePdb(pdb, 'x.pdb');
  } catch (error) {
    return error as ParseError;
  }
  throw new Error('nothing was thrown');
}

describe('parsePdb on the difficult file', () => {
  it('reads identity and continued text', () => {
    expect(structure.id).toBe('1TST');
    expect(structure.title).toBe(
      'A SMALL STRUCTURE WITH EVERY DIFFICULTY THAT READERS OF THE FORMAT MEET',
    );
  });

  it('reads both models, shifted by 1 Å', () => {
    expect(structure.models.map(({ number }) => number)).toEqual([1, 2]);
    const [first, second] = structure.models.map((m) => m.chains[0]!.residues[0]!.atoms[0]!.x);
    expect([first, second]).toEqual([1, 2]);
  });

  it('gathers the residues of a chain from before and after TER', () => {
    expect(chain('A').residues.map(label)).toEqual([
      'ALA0',
      'SER1',
      'THR1',
      'MSE1A',
      'LYS1B',
      'CA101',
      'HOH201',
      'HOH202',
    ]);
  });

  it('sorts interleaved alternate residues', () => {
    const [, serine, threonine] = chain('A').residues;
    expect(serine!.atoms.map(({ name, altLoc }) => name + altLoc)).toEqual(['CAA', 'CBA']);
    expect(threonine!.atoms.map(({ name, altLoc }) => name + altLoc)).toEqual(['CAB', 'CBB']);
    expect(threonine!.atoms[0]!.occupancy).toBe(0.4);
  });

  it('infers blank elements', () => {
    const elements = chain('A').residues.map(({ atoms }) => atoms.map(({ element }) => element));
    expect(elements[0]).toEqual(['N', 'C', 'H']);
    expect(elements[5]).toEqual(['Ca']);
  });

  it('reads hybrid-36 numbers, and counts on over serials of stars', () => {
    expect(chain('B').residues.map(({ number }) => number)).toEqual([10_000, 10_001]);
    expect(chain('B').residues[1]!.atoms[0]!.serial).toBe(100_000);
    const waters = chain('A').residues.slice(6);
    expect(waters.map(({ atoms }) => atoms[0]!.serial)).toEqual([100_003, 100_004]);
  });

  it('fills what a cut line lacks', () => {
    expect(chain('B').residues[1]!.atoms[0]).toMatchObject({ z: 3, occupancy: 1, bFactor: 0 });
  });

  it('reads charges', () => {
    expect(chain('A').residues[4]!.atoms[0]!.charge).toBe(1);
    expect(chain('A').residues[5]!.atoms[0]!.charge).toBe(2);
  });

  it('finds the molecules: both chains are one polymer', () => {
    expect(structure.entities).toEqual([
      {
        id: '1',
        kind: 'polymer',
        description: 'TEST PEPTIDE',
        sequence: ['GLY', 'ALA', 'SER', 'MSE', 'LYS', 'GLY'],
      },
      { id: '2', kind: 'non-polymer', description: '', sequence: [] },
      { id: '3', kind: 'water', description: '', sequence: [] },
    ]);
    expect(
      chain('A')
        .residues.map(({ entityId }) => entityId)
        .join(''),
    ).toBe('11111233');
  });

  it('places residues in SEQRES, alternates at one place', () => {
    const places = chain('A').residues.map(({ sequenceIndex }) => sequenceIndex);
    expect(places).toEqual([2, 3, 3, 4, 5, null, null, null]);
    expect(chain('B').residues.map(({ sequenceIndex }) => sequenceIndex)).toEqual([5, 6]);
  });

  it('labels polymer, ligand and water of one chain apart', () => {
    const asymIds = chain('A').residues.map(({ asymId }) => asymId);
    expect(asymIds).toEqual(['A', 'A', 'A', 'A', 'A', 'A2', 'A3', 'A3']);
  });
});

describe('parsePdb on departures from the format', () => {
  it('begins a new model after END, as files of joined structures need', () => {
    expect(parsePdb(`${ATOM}\nEND\n${ATOM}\nEND\n`).models).toHaveLength(2);
  });

  it('takes a time that grows with the number of models, not with its square', () => {
    expect(parsePdb(`${ATOM}\nEND\n`.repeat(60_000)).models).toHaveLength(60_000);
  });

  it('keeps waters out of a polymer that stands around them', () => {
    const water =
      'HETATM    2  O   HOH A   2       1.000   2.000   3.000  1.00 10.00           O  ';
    const glycine = ATOM.replace('ALA A   1', 'GLY A   3');
    const { entities } = parsePdb([ATOM, water, glycine].join('\n'));
    expect(entities.map(({ kind }) => kind)).toEqual(['polymer', 'water']);
    expect(entities[0]!.sequence).toEqual(['ALA', 'GLY']);
  });

  it('lets no atom after TER join a residue before it', () => {
    const hetero = ATOM.replace('ATOM  ', 'HETATM');
    const free = hetero.replace(' CA ', ' CB ');
    const { residues } = parsePdb([hetero, 'TER', free].join('\n')).models[0]!.chains[0]!;
    expect(residues.map(({ sequenceIndex }) => sequenceIndex)).toEqual([1, null]);
  });

  it('numbers models that have no number', () => {
    const models = parsePdb(`MODEL\n${ATOM}\nENDMDL\nMODEL\n${ATOM}\nENDMDL\n`).models;
    expect(models.map(({ number }) => number)).toEqual([1, 2]);
  });

  it('takes line ends of any system', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      expect(parsePdb(`TITLE     X${end}${ATOM}${end}`).title).toBe('X');
    }
  });

  it('gives the polymer of a nameless chain an asym id', () => {
    const nameless = parsePdb(ATOM.replace(' A   1', '     1')).models[0]!.chains[0]!;
    expect(nameless.id).toBe('');
    expect(nameless.residues[0]!.asymId).toBe('A');
  });
});

describe('parsePdb on errors', () => {
  it.each([
    ['x.pdb:1: no ATOM or HETATM records', 'HEADER\n'],
    ['x.pdb:2: the fields stand between tabs, not in columns', 'TITLE\nATOM\t1\tCA'],
    [
      'x.pdb:2: x "1.0O0" in columns 31-38 is not a number',
      `TITLE\n${ATOM.replace('1.000', '1.0O0')}`,
    ],
    ['x.pdb:1: y "nan" in columns 39-46 is not a number', ATOM.replace('2.000', '  nan')],
    ['x.pdb:1: y "1e7" in columns 39-46 is beyond ±1000000 Å', ATOM.replace('2.000', '  1e7')],
    ['x.pdb:1: the line ends before z in columns 47-54', ATOM.slice(0, 46)],
    [
      'x.pdb:1: residue number "1.5" in columns 23-26 is not a number',
      ATOM.replace('A   1 ', 'A 1.5 '),
    ],
    [
      'x.pdb:1: occupancy "high" in columns 55-60 is not a number',
      ATOM.replace('1.00 1', 'high 1'),
    ],
    ['x.pdb:1: the atom has no name in columns 13-16', ATOM.replace('CA', '  ')],
  ])('says %j', (message, pdb) => {
    expect(errorOf(pdb)).toMatchObject({ code: 'PARSE_PDB', message });
  });
});
