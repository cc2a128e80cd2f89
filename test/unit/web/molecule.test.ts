import { describe, expect, it } from 'vitest';
import { parseStructure } from '#bio-pdb/parse-structure';
import { sequenceOf } from '#sequence/amino-acids';
import { findBonds, isPeptideBonded } from '#web/molecule/bonds';
import { covalentRadius, elementColour, vanDerWaalsRadius } from '#web/molecule/elements';
import {
  chainOf,
  createMolecule,
  findAtom,
  representativeAtom,
  residueLabel,
  type Molecule,
} from '#web/molecule/molecule';
import { readStructure } from '#web/molecule/read-structure';
import { HYDROPATHY, RESIDUE_CLASSES } from '#web/molecule/residue-chemistry';

interface Line {
  readonly name: string;
  readonly residue: string;
  readonly chain: string;
  /** With the insertion code. */
  readonly number: string;
  readonly at: readonly [number, number, number];
}

function pdbOf(lines: readonly Line[], bFactor = 50): string {
  return lines
    .map(({ name, residue, chain, number, at }, i) => {
      const code = /[A-Z]$/.test(number) ? number : `${number} `;
      const place = at.map((x) => x.toFixed(3).padStart(8)).join('');
      const serial = String(i + 1).padStart(5);
      return `ATOM  ${serial} ${` ${name}`.padEnd(4)} ${residue} ${chain}${code.padStart(5)}   ${place}  1.00${bFactor.toFixed(2).padStart(6)}           ${name.charAt(0)}`;
    })
    .join('\n');
}

/** Atoms of one residue, by names and places. */
const residueLines = (
  residue: string,
  chain: string,
  number: string,
  atoms: Readonly<Record<string, readonly [number, number, number]>>,
): Line[] => Object.entries(atoms).map(([name, at]) => ({ name, residue, chain, number, at }));

/** A serine whose bonds are about right, `dx` along x. */
const serine = (chain: string, number: string, dx: number): Line[] =>
  residueLines('SER', chain, number, {
    N: [dx, 0, 0],
    CA: [dx + 1.46, 0, 0],
    C: [dx + 2, 1.42, 0],
    O: [dx + 1.2, 2.35, 0],
    CB: [dx + 2, -0.8, 1.2],
    OG: [dx + 1.5, -2.1, 1.2],
  });

/** Two serines joined by a peptide bond, a cysteine of another chain without CA, and a glycine with CA alone. */
const TEXT = pdbOf([
  ...serine('A', '5', 0),
  ...serine('A', '6B', 3.3),
  ...residueLines('CYS', 'Q', '1', { SG: [50.5, 8, 9], CB: [52.3, 8, 9] }),
  ...residueLines('GLY', 'Q', '2', { CA: [60, 1, 2] }),
]);
const molecule = readStructure(TEXT, 'four');

describe('a molecule', () => {
  it('has its residues in order, and the atoms of each in a run', () => {
    expect(molecule.numResidues).toBe(4);
    expect(molecule.numAtoms).toBe(15);
    expect(molecule.sequence).toBe('SSCG');
    expect(molecule.residueNames).toEqual(['SER', 'SER', 'CYS', 'GLY']);
    expect([...molecule.chainIndex]).toEqual([0, 0, 1, 1]);
    expect([...molecule.residueNumber]).toEqual([5, 6, 1, 2]);
    expect([...molecule.plddt]).toEqual([50, 50, 0, 50]); // that of CA
    expect([...molecule.atomStart]).toEqual([0, 6, 12, 14, 15]);
    expect(molecule.atomNames.slice(0, 6)).toEqual(['N', 'CA', 'C', 'O', 'CB', 'OG']);
    expect(molecule.elements.slice(0, 6).join('')).toBe('NCCOCO');
    expect([...molecule.residueOfAtom]).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 3]);
    expect([...molecule.alphaCarbon]).toEqual([1, 7, -1, 14]);
    expect([...molecule.positions.subarray(9, 12)].map((x) => x.toFixed(2))).toEqual([
      '1.20',
      '2.35',
      '0.00',
    ]);
    expect(molecule.secondary).toEqual(['coil', 'coil', 'coil', 'coil']);
  });

  it('has its chains with the first residue and the number of each', () => {
    expect(molecule.chains).toEqual([
      { id: 'A', first: 0, count: 2 },
      { id: 'Q', first: 2, count: 2 },
    ]);
    expect([0, 1, 2, 3].map((residue) => chainOf(molecule, residue)).join('')).toBe('AAQQ');
  });

  it('names residues as its file does', () => {
    expect(residueLabel(molecule, 0)).toBe('A Ser 5');
    expect(residueLabel(molecule, 1)).toBe('A Ser 6B');
    expect(residueLabel(molecule, 2)).toBe('Q Cys 1');
    const { residues, chainIds } = { residues: molecule.residues, chainIds: ['A', 'Q'] };
    const plain = createMolecule({
      ...{ name: 'plain', residues, chainIds, plddt: [1, 2, 3, 4] },
      residueNumber: [7, 8, 9, 10],
    });
    expect(residueLabel(plain, 1)).toBe('A Ser 8');
    expect(sequenceOf(residues.aatype)).toBe(plain.sequence);
  });

  it('finds atoms of a residue, and none of the next', () => {
    expect(findAtom(molecule, 1, 'N')).toBe(6);
    expect(findAtom(molecule, 1, 'OG')).toBe(11);
    expect(findAtom(molecule, 0, 'SG')).toBe(-1);
    expect(findAtom(molecule, 2, 'CA')).toBe(-1); // the glycine that follows has one
    expect(findAtom(molecule, 3, 'CA')).toBe(14);
  });

  it('lets CA stand for a residue, or else its first atom', () => {
    expect([0, 1, 2, 3].map((residue) => representativeAtom(molecule, residue))).toEqual([
      1, 7, 12, 14,
    ]);
    const none: Molecule = {
      ...molecule,
      atomStart: Int32Array.of(0, 6, 12, 12, 12),
      alphaCarbon: Int32Array.of(1, 7, -1, -1),
    };
    expect(representativeAtom(none, 2)).toBe(-1);
    const first: Molecule = { ...molecule, alphaCarbon: Int32Array.of(0, -1, -1, 14) };
    expect(representativeAtom(first, 0)).toBe(0);
    expect(representativeAtom(first, 1)).toBe(6);
  });

  it('is not made of a file without amino acids', () => {
    const water = 'HETATM    1  O   HOH A   1       1.000   2.000   3.000  1.00 50.00           O';
    expect(() => readStructure(water, 'water.pdb')).toThrow('water.pdb holds no amino acids');
    expect(parseStructure(TEXT, 'four').models).toHaveLength(1);
  });
});

describe('bonds', () => {
  const names = (bonds: Uint32Array) =>
    Array.from({ length: bonds.length / 2 }, (_, i) =>
      [...bonds.subarray(2 * i, 2 * i + 2)].map(
        (atom) => `${molecule.residueOfAtom[atom]!}${molecule.atomNames[atom]!}`,
      ),
    ).map(([a, b]) => `${a!}-${b!}`);

  it('are those of neighbouring atoms and of neighbouring residues', () => {
    const ofSerine = (i: number) => [
      `${i}N-${i}CA`,
      `${i}CA-${i}C`,
      `${i}CA-${i}CB`,
      `${i}C-${i}O`,
      `${i}CB-${i}OG`,
    ];
    expect(names(findBonds(molecule))).toEqual([
      ...ofSerine(0),
      '0C-1N',
      ...ofSerine(1),
      '2CB-2SG',
    ]);
  });

  /** An alanine's C and the N that follows, at a distance; and the distance of its CA and CB. */
  const pair = (apart: number, chain = 'A', side = 1.5) =>
    readStructure(
      pdbOf([
        ...residueLines('ALA', 'A', '1', { CA: [3, 0, 0], C: [3, 20, 0], CB: [3, side, 0] }),
        ...residueLines('ALA', chain, '2', { N: [3, 20, apart], CA: [30, 20, apart] }),
      ]),
      'pair',
    );

  it('join C and N of neighbours in a chain that are closer than 2 Å', () => {
    expect(isPeptideBonded(pair(1.99), 0)).toBe(true);
    expect(isPeptideBonded(pair(-1.99), 0)).toBe(true);
    expect(isPeptideBonded(pair(2.01), 0)).toBe(false);
    expect(isPeptideBonded(pair(1.33, 'B'), 0)).toBe(false);
    expect(isPeptideBonded(pair(1.33), 1)).toBe(false);
    expect(isPeptideBonded(molecule, 2)).toBe(false); // neither C nor N is known
    expect(isPeptideBonded({ ...pair(1.33), chainIndex: Int32Array.of(0, 0, 0) }, 1)).toBe(false);
  });

  it('reach the sum of covalent radii and 0.45 Å', () => {
    const longest = 0.76 + 0.76 + 0.45;
    expect(findBonds(pair(5, 'A', longest - 0.01))).toHaveLength(2);
    expect(findBonds(pair(5, 'A', longest + 0.01))).toHaveLength(0);
  });
});

describe('elements', () => {
  it('have the radii of Bondi and of Cordero et al.', () => {
    const radii = ['H', 'C', 'N', 'O', 'S', 'P', 'Se', 'X'].map((symbol) => [
      vanDerWaalsRadius(symbol),
      covalentRadius(symbol),
    ]);
    expect(radii).toEqual([
      [1.2, 0.31],
      [1.7, 0.76],
      [1.55, 0.71],
      [1.52, 0.66],
      [1.8, 1.05],
      [1.8, 1.07],
      [1.9, 1.2],
      [1.7, 1.2],
    ]);
    expect(elementColour('O')).not.toBe(elementColour('N'));
  });
});

describe('residue chemistry', () => {
  it('has the hydropathy of Kyte and Doolittle, greasiest first', () => {
    const ranked = Object.entries(HYDROPATHY).sort(([, a], [, b]) => b - a);
    expect(ranked.map(([letter]) => letter).join('')).toBe('IVLFCMAGTSWYPHNDQEKR');
    const values = 'IVLFCMAGTSWYPHNDQEKR'.split('').map((letter) => HYDROPATHY[letter]);
    expect(values).toEqual([
      4.5, 4.2, 3.8, 2.8, 2.5, 1.9, 1.8, -0.4, -0.7, -0.8, -0.9, -1.3, -1.6, -3.2, -3.5, -3.5, -3.5,
      -3.5, -3.9, -4.5,
    ]);
  });

  it('puts each amino acid into one class', () => {
    const letters = RESIDUE_CLASSES.flatMap((each) => each.letters.split('')).sort();
    expect(letters.join('')).toBe('ACDEFGHIKLMNPQRSTVWY');
  });
});
