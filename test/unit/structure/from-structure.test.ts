import { describe, expect, it } from 'vitest';
import type { Atom, Chain, Residue, Structure } from '#bio-pdb/structure';
import { sequenceOf } from '#sequence/amino-acids';
import { residuesFromStructure } from '#structure/from-bio-pdb';

const atom = (name: string, more: Partial<Atom> = {}): Atom => ({
  ...{ serial: 1, name, element: name.charAt(0), altLoc: '', x: 0, y: 0, z: 0 },
  ...{ occupancy: 1, bFactor: 0, charge: 0, ...more },
});

const BACKBONE = ['N', 'CA', 'C', 'O'];

const residue = (name: string, number: number, more: Partial<Residue> = {}): Residue => ({
  ...{ name, number, insertionCode: '', hetero: false, asymId: 'A', entityId: '1' },
  ...{ sequenceIndex: null, atoms: BACKBONE.map((one) => atom(one)), ...more },
});

const structureOf = (...chains: readonly Chain[]): Structure => ({
  ...{ id: '', title: '', classification: '', date: '', warnings: [] },
  entities: [
    { id: '1', kind: 'polymer', description: '', sequence: [] },
    { id: '2', kind: 'water', description: '', sequence: [] },
  ],
  models: [{ number: 1, name: '', chains, scores: [] }],
});

const sequenceFrom = (residues: readonly Residue[]): string =>
  sequenceOf(residuesFromStructure(structureOf({ id: 'A', residues })).aatype);

describe('an amino acid', () => {
  it('is X where it is none of the 20, by its name or by its backbone', () => {
    const bare = { atoms: [atom('CA')] };
    expect(sequenceFrom(['UNK', 'ASX', 'GLX'].map((name, i) => residue(name, i, bare)))).toBe(
      'XXX',
    );
    expect(
      sequenceFrom([
        residue('QQQ', 1),
        residue('QQQ', 2, { atoms: [atom('XA')] }),
        residue('GLY', 3),
      ]),
    ).toBe('XG');
  });
});

describe('residues without a place in a sequence', () => {
  const at = (name: string, altLoc: string, more: Partial<Residue> = {}) =>
    residue(name, 7, {
      ...more,
      atoms: BACKBONE.map((one) => atom(one, { altLoc, occupancy: 0.5 })),
    });

  it('share a place where number and insertion code are the same, but name and location are not', () => {
    expect(sequenceFrom([at('SER', 'A'), at('THR', 'B')])).toBe('S');
    expect(sequenceFrom([at('SER', 'A'), at('THR', 'A')])).toBe('ST');
    expect(sequenceFrom([at('SER', 'A'), at('SER', 'B')])).toBe('SS');
    expect(sequenceFrom([at('SER', 'A'), at('THR', 'B', { number: 8 })])).toBe('ST');
    expect(sequenceFrom([at('SER', 'A'), at('THR', 'B', { insertionCode: 'A' })])).toBe('ST');
  });

  it('share none with one that has a place', () => {
    expect(sequenceFrom([at('SER', 'A'), at('THR', 'B', { sequenceIndex: 3 })])).toBe('ST');
    expect(sequenceFrom([at('SER', 'A', { sequenceIndex: 3 }), at('THR', 'B')])).toBe('ST');
    const both = [at('SER', 'A', { sequenceIndex: 3 }), at('SER', 'A', { sequenceIndex: 3 })];
    expect(sequenceFrom(both)).toBe('S');
  });
});

describe('the locations of atoms', () => {
  const placesOf = (atoms: readonly Atom[]) => {
    const { atom14 } = residuesFromStructure(
      structureOf({ id: 'A', residues: [residue('SER', 1, { atoms })] }),
    );
    return { ca: atom14[3], cb: atom14[12] };
  };
  const ca = (altLoc: string, x: number, occupancy: number) => atom('CA', { altLoc, x, occupancy });
  const cb = (altLoc: string, x: number, occupancy: number) => atom('CB', { altLoc, x, occupancy });

  it('are those of the location that is occupied most anywhere in the residue', () => {
    const others = [cb('A', 1, 0.6), cb('B', 2, 0.4)];
    expect(placesOf([ca('A', 3, 0.3), ca('B', 4, 0.5), ...others])).toEqual({ ca: 3, cb: 1 });
    expect(placesOf([ca('B', 4, 0.5), ca('A', 3, 0.3), ...others])).toEqual({ ca: 3, cb: 1 });
  });

  it('are the most occupied of atoms that are there twice in that location', () => {
    expect(placesOf([ca('A', 3, 0.3), ca('A', 4, 0.5)]).ca).toBe(4);
    expect(placesOf([ca('A', 3, 0.5), ca('A', 4, 0.5)]).ca).toBe(3);
  });
});

describe('chains', () => {
  const of = (asymId: string, name: string) => residue(name, 1, { asymId });
  const water = residue('HOH', 90, { entityId: '2', asymId: 'W', atoms: [atom('O')] });
  const structure = structureOf(
    { id: 'A', residues: [of('X', 'GLY'), of('B', 'ALA'), of('C', 'SER')] },
    { id: 'B', residues: [of('Y', 'THR'), of('C', 'VAL'), of('A', 'LEU'), water] },
    { id: 'S', residues: [water, water] },
  );

  it('that share a name get names that no other has', () => {
    const { chainIds, aatype, leftOut } = residuesFromStructure(structure);
    expect(chainIds).toEqual(['A', 'B2', 'C', 'B', 'C2', 'A2']);
    expect(sequenceOf(aatype)).toBe('GASTVL');
    expect([...leftOut]).toEqual([['HOH', 3]]);
  });

  it('are chosen by those names, and what is left out is that of the chains that are chosen', () => {
    const chosen = (...chainIds: readonly string[]) => {
      const found = residuesFromStructure(structure, { chainIds });
      return [sequenceOf(found.aatype), ...found.leftOut.values()];
    };
    expect(chosen('B2')).toEqual(['A']);
    expect(chosen('C2', 'A')).toEqual(['GV', 1]);
    expect(chosen('S')).toEqual(['', 2]);
    expect(chosen('A', 'S')).toEqual(['G', 2]);
  });

  it('are of the model that one asks for, the first by default', () => {
    const none = { ...structure, models: [] };
    expect(() => residuesFromStructure(none)).toThrow(
      'model 0 was asked for, but the structure has 0',
    );
    expect(() => residuesFromStructure(structure, { model: 1 })).toThrow('the structure has 1');
    const second = {
      number: 2,
      name: '',
      chains: structureOf({ id: 'A', residues: [of('A', 'TRP')] }).models[0]!.chains,
      scores: [],
    };
    const two = { ...structure, models: [...structure.models, second] };
    expect(sequenceOf(residuesFromStructure(two, { model: 1 }).aatype)).toBe('W');
    expect(sequenceOf(residuesFromStructure(two).aatype)).toBe('GASTVL');
  });
});

describe('what residues are numbered by', () => {
  it('rises by one at an insertion code and at a number that the residue before has too', () => {
    const { residueIndex } = residuesFromStructure(
      structureOf({
        id: 'A',
        residues: [
          ...[residue('GLY', 5), residue('ALA', 6), residue('SER', 6, { insertionCode: 'A' })],
          ...[residue('GLY', 7), residue('GLY', 7), residue('ALA', 8)],
        ],
      }),
    );
    expect([...residueIndex]).toEqual([5, 6, 7, 8, 9, 10]);
  });
});
