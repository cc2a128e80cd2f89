import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { parsePdb, writePdb } from '#bio-pdb/index';
import type { Atom, Residue, Structure } from '#bio-pdb/index';

const text = readFileSync('test/fixtures/bio-pdb/difficult.pdb', 'utf8');
const ATOM = 'ATOM      1  CA  ALA A   1       1.000   2.000   3.000  1.00 10.00           C  ';

/** A structure of one atom with changes to it, its residue and its chain. */
function oneAtom(atom: Partial<Atom>, residue: Partial<Residue> = {}, chainId = 'A'): Structure {
  const structure = parsePdb(ATOM);
  const only = structure.models[0]!.chains[0]!.residues[0]!;
  const residues = [{ ...only, atoms: [{ ...only.atoms[0]!, ...atom }], ...residue }];
  return {
    ...structure,
    models: [{ ...structure.models[0]!, chains: [{ id: chainId, residues }] }],
  };
}

function atomLine(structure: Structure): string {
  return writePdb(structure)
    .split('\n')
    .find((line) => /^(ATOM|HETATM)/.test(line))!;
}

describe('writePdb', () => {
  it('gives back the difficult file', () => {
    expect(parsePdb(writePdb(parsePdb(text)))).toEqual(parsePdb(text));
  });

  it('writes lines of 80 columns', () => {
    const lines = writePdb(parsePdb(text)).trimEnd().split('\n');
    expect(new Set(lines.slice(0, -1).map(({ length }) => length))).toEqual(new Set([80]));
  });

  it('begins with HEADER, as mkdssp asks, also where the identifier does not fit it', () => {
    const written = writePdb({ ...parsePdb(ATOM), id: 'sequence-1' });
    expect(written.split('\n')[0]).toBe('HEADER'.padEnd(80));
    expect(parsePdb(written)).toEqual({ ...parsePdb(ATOM), id: '' });
  });

  it('fills HEADER: kind of molecule, day and identifier', () => {
    const structure = {
      ...parsePdb(ATOM),
      id: '1ABC',
      classification: 'HYDROLASE',
      date: '2026-11-29',
    };
    const header =
      'HEADER    HYDROLASE                               29-NOV-26   1ABC              ';
    expect(writePdb(structure).split('\n')[0]).toBe(header);
    expect(parsePdb(writePdb(structure))).toMatchObject({
      classification: 'HYDROLASE',
      date: '2026-11-29',
    });
    const old = writePdb({ ...structure, date: '1976-05-19' });
    expect(parsePdb(old).date).toBe('1976-05-19');
    expect(writePdb({ ...structure, date: '2026-13-01' }).slice(50, 59)).toBe(' '.repeat(9));
  });

  it('gives each specification of COMPND a line', () => {
    const base = parsePdb(text);
    const description = 'a; long name: '.repeat(7).trim();
    const entities = base.entities.map((entity) =>
      entity.kind === 'polymer' ? { ...entity, description } : entity,
    );
    const lines = writePdb({ ...base, entities })
      .split('\n')
      .filter((line) => line.startsWith('COMPND'));
    expect(lines.map((line) => line.slice(0, 22))).toEqual([
      'COMPND    MOL_ID: 1;  ',
      'COMPND   2 MOLECULE: a',
      expect.stringContaining('COMPND   3 ') as string,
      'COMPND   4 CHAIN: A, B',
    ]);
    expect(lines.every((line) => line.length === 80)).toBe(true);
    const [polymer] = parsePdb(writePdb({ ...base, entities })).entities;
    expect(polymer!.description).toBe(description);
  });

  it('ends each polymer of a chain with TER, at its last residue that has atoms', () => {
    const one = parsePdb(ATOM).models[0]!.chains[0]!.residues[0]!;
    const residues = ['A', 'A', 'B', 'B'].map((asymId, i) => ({
      ...one,
      asymId,
      number: i + 1,
      sequenceIndex: (i % 2) + 1,
      atoms: i === 3 ? [] : one.atoms,
    }));
    const models = [{ ...parsePdb(ATOM).models[0]!, chains: [{ id: 'A', residues }] }];
    const records = writePdb({ ...parsePdb(ATOM), models })
      .split('\n')
      .map((line) => line.slice(0, 26).trim());
    expect(
      records
        .filter((line) => /^(ATOM|TER)/.test(line))
        .map((line) => line.slice(0, 3) + line.slice(-1)),
    ).toEqual(['ATO1', 'ATO2', 'TER2', 'ATO3', 'TER3']);
  });

  it('writes an atom column by column as the format says', () => {
    expect(atomLine(parsePdb(ATOM))).toBe(ATOM);
  });

  it.each([
    ['CA', 'C', ' CA '],
    ['CA', 'Ca', 'CA  '],
    ['HG11', 'H', 'HG11'],
    ['FE', 'Fe', 'FE  '],
    ["O5'", 'O', " O5'"],
  ])('puts %s of element %s in columns 13-16 as %j', (name, element, columns) => {
    expect(atomLine(oneAtom({ name, element })).slice(12, 16)).toBe(columns);
  });

  it('ends polymers with TER and leaves ligands without', () => {
    const records = writePdb(parsePdb(text)).split('\n');
    const ter = records.filter((line) => line.startsWith('TER')).map((line) => line.trim());
    expect(ter.slice(0, 2)).toEqual(['TER      10      LYS A   1B', 'TER   A0001      GLY BA001']);
    expect(ter).toHaveLength(4);
  });

  it('breaks a long title between words and gives it back', () => {
    const title = `${'word '.repeat(40)}${'x'.repeat(150)}`;
    const structure = { ...parsePdb(ATOM), title };
    expect(parsePdb(writePdb(structure)).title).toBe(title);
  });

  it.each([
    ['x of atom CA of ALA A   1 = 100000 does not fit 8 columns', oneAtom({ x: 100_000 })],
    ['y of atom CA of ALA A   1 = NaN does not fit 8 columns', oneAtom({ y: Number.NaN })],
    ['the chain name, "AA", does not fit 1 columns', oneAtom({}, {}, 'AA')],
    [
      'the name of residue LONGN 1 of chain "A", "LONGN", does not fit 3 columns',
      oneAtom({}, { name: 'LONGN' }),
    ],
    [
      'number 9999999 of residue ALA 9999999 of chain "A" does not fit 4 columns',
      oneAtom({}, { number: 9_999_999 }),
    ],
    ['the charge 12 of atom CA of ALA A   1 does not fit one digit', oneAtom({ charge: 12 })],
  ])('refuses: %s', (message, structure) => {
    expect(() => writePdb(structure)).toThrow(
      expect.objectContaining({
        code: 'STRUCTURE_UNWRITABLE',
        message: expect.stringContaining(message) as string,
      }),
    );
  });

  it('numbers 120,000 atoms without loss', () => {
    const base = parsePdb(ATOM);
    const residue = base.models[0]!.chains[0]!.residues[0]!;
    const residues = Array.from({ length: 120_000 }, (_, i) => ({
      ...residue,
      number: i + 1,
      sequenceIndex: i + 1,
      atoms: [{ ...residue.atoms[0]!, serial: i + 1 }],
    }));
    const models = [{ ...base.models[0]!, chains: [{ id: 'A', residues }] }];
    const entities = [{ ...base.entities[0]!, sequence: residues.map(({ name }) => name) }];
    const back = parsePdb(writePdb({ ...base, entities, models })).models[0]!.chains[0]!.residues;
    expect(back).toHaveLength(120_000);
    expect(back.at(-1)!.number).toBe(120_000);
    expect(back.at(-1)!.atoms[0]!.serial).toBe(120_000);
  });
});
