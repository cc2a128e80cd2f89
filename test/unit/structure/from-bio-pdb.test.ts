import { describe, expect, it } from 'vitest';
import { parsePdb } from '#bio-pdb/pdb/reader';
import { sequenceOf } from '#sequence/amino-acids';
import { residuesFromStructure } from '#structure/from-bio-pdb';
import { readFixture } from './fixtures.js';

interface Line {
  readonly record?: 'ATOM' | 'HETATM';
  readonly name: string;
  readonly altLoc?: string;
  readonly residue: string;
  readonly chain?: string;
  readonly number: string;
  readonly x?: number;
  readonly occupancy?: number;
  readonly element?: string;
}

const pdb = (lines: readonly Line[]): string =>
  lines
    .map((line, i) => {
      const { record = 'ATOM', altLoc = ' ', chain = 'A', x = i, occupancy = 1 } = line;
      const element = line.element ?? line.name[0]!;
      const name = element.length === 2 ? line.name.padEnd(4) : ` ${line.name.padEnd(3)}`;
      const number = /[A-Z]$/.test(line.number)
        ? line.number.padStart(5)
        : `${line.number.padStart(4)} `;
      return (
        `${record.padEnd(6)}${String(i + 1).padStart(5)} ${name}${altLoc}${line.residue.padStart(3)} ${chain}${number}   ` +
        `${x.toFixed(3).padStart(8)}   0.000   0.000${occupancy.toFixed(2).padStart(6)} 12.00          ${element.padStart(2)}`
      );
    })
    .join('\n') + '\nEND\n';

const backbone = (residue: string, number: string, more: Partial<Line> = {}): Line[] =>
  ['N', 'CA', 'C'].map((name) => ({ name, residue, number, ...more }));

const read = (lines: readonly Line[], options = {}) =>
  residuesFromStructure(parsePdb(pdb(lines)), options);

describe('residuesFromStructure', () => {
  it('reads a chain with its numbers and all its atoms', () => {
    const residues = readFixture('1brs-d');
    expect(sequenceOf(residues.aatype).slice(0, 10)).toBe('KKAVINGEQI');
    expect([...residues.residueNumber.slice(62, 65)]).toEqual([63, 66, 67]);
    expect(residues.chainIds).toEqual(['A']);
    expect(residues.atom14Mask.reduce((a, b) => a + b, 0)).toBe(693);
    expect(residues.substituted).toEqual([]);
  });

  it('reads selenomethionine as methionine and says so', () => {
    const residues = read([
      ...backbone('ALA', '6'),
      ...backbone('MSE', '7', { record: 'HETATM' }),
      { record: 'HETATM', name: 'SE', residue: 'MSE', number: '7', x: 42, element: 'SE' },
    ]);
    expect(sequenceOf(residues.aatype)).toBe('AM');
    expect(residues.atom14[42 + 3 * 6]).toBe(42);
    expect(residues.substituted).toEqual([{ chainId: 'A', number: 7, name: 'MSE', readAs: 'MET' }]);
  });

  it('counts what is no amino acid, a calcium ion among it', () => {
    const residues = read([
      ...backbone('ALA', '1'),
      { record: 'HETATM', name: 'CA', residue: 'CA', number: '90', element: 'CA' },
      { record: 'HETATM', name: 'O', residue: 'HOH', number: '91' },
    ]);
    expect(residues.aatype).toHaveLength(1);
    expect(Object.fromEntries(residues.leftOut)).toEqual({ CA: 1, HOH: 1 });
  });

  it('takes the most occupied location', () => {
    const at = (altLoc: string, x: number, occupancy: number): Line => ({
      ...{ name: 'CA', residue: 'ALA', number: '1' },
      ...{ altLoc, x, occupancy },
    });
    const residues = read([at('A', 1, 0.4), at('B', 2, 0.6)]);
    expect(residues.atom14[3]).toBe(2);
    expect(residues.bFactor[0]).toBe(12);
    expect(read([at('A', 1, 0.5), at('B', 2, 0.5)]).atom14[3]).toBe(1);
    expect(read([at('B', 1, 0.5), at('A', 2, 0.5)]).atom14[3]).toBe(1);
  });

  it('takes a residue from one conformation, where its atoms have it', () => {
    const of = (name: string, altLoc: string, x: number, occupancy: number): Line => {
      return { name, residue: 'SER', number: '1', altLoc, x, occupancy };
    };
    const { atom14 } = read([
      ...[of('N', ' ', 1, 1), of('CA', 'A', 2, 0.45), of('CA', 'B', 3, 0.45)],
      ...[of('CB', 'A', 4, 0.5), of('CB', 'B', 5, 0.45), of('OG', 'B', 6, 0.45)],
    ]);
    expect([0, 1, 4, 5].map((slot) => atom14[3 * slot])).toEqual([1, 2, 4, 6]);
    const others = read([
      ...[of('CA', 'A', 2, 0.6), of('CA', 'B', 3, 0.2), of('CA', 'C', 3, 0.2)],
      ...[of('OG', 'B', 5, 0.2), of('OG', 'C', 6, 0.2)],
    ]);
    expect(others.atom14[3 * 5]).toBe(5);
  });

  it('takes the first of atoms that are there twice, the more occupied if one is', () => {
    const at = (x: number, occupancy: number): Line => {
      return { name: 'CA', residue: 'ALA', number: '1', x, occupancy };
    };
    expect(read([at(1, 1), at(1.5, 1)]).atom14[3]).toBe(1);
    expect(read([at(1, 0.4), at(1.5, 0.6)]).atom14[3]).toBe(1.5);
  });

  it('takes the most occupied of residues that share a place, the first of equals', () => {
    const at = (residue: string, altLoc: string, occupancy: number): Line[] =>
      backbone(residue, '1', { altLoc, occupancy });
    const sequence = (...lines: Line[][]) => sequenceOf(read(lines.flat()).aatype);
    expect(sequence(at('SER', 'A', 0.5), at('THR', 'B', 0.5))).toBe('S');
    expect(sequence(at('THR', 'A', 0.5), at('SER', 'B', 0.5))).toBe('T');
    expect(sequence(at('SER', 'A', 0.4), at('THR', 'B', 0.6))).toBe('T');
    const three = [at('SER', 'A', 0.3), at('THR', 'B', 0.4), at('ALA', 'C', 0.3)];
    expect(sequence(...three, backbone('GLY', '2'))).toBe('TG');
  });

  it('numbers residues with insertion codes one after the other', () => {
    const residues = read([
      ...backbone('ALA', '52'),
      ...backbone('GLY', '52A'),
      ...backbone('SER', '53'),
      ...backbone('SER', '60'),
    ]);
    expect([...residues.residueIndex]).toEqual([52, 53, 54, 61]);
    expect([...residues.residueNumber]).toEqual([52, 52, 53, 60]);
    expect(residues.insertionCodes).toEqual(['', 'A', '', '']);
  });

  it('keeps chains apart and takes those asked for', () => {
    const lines = [...backbone('ALA', '1'), ...backbone('GLY', '1', { chain: 'B' })];
    expect([...read(lines).chainIndex]).toEqual([0, 1]);
    expect(sequenceOf(read(lines, { chainIds: ['B'] }).aatype)).toBe('G');
  });

  it('says which chains and models there are', () => {
    expect(() => read(backbone('ALA', '1'), { chainIds: ['Z'] })).toThrow(/no chain Z/);
    expect(() => read(backbone('ALA', '1'), { model: 3 })).toThrow(/model 3 was asked for/);
  });
});
