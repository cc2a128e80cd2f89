import { describe, expect, it } from 'vitest';
import { parsePdb } from '#bio-pdb/pdb/reader';
import type { Structure } from '#bio-pdb/structure';
import { sequenceOf } from '#sequence/amino-acids';
import { residuesFromStructure } from '#structure/from-bio-pdb';
import { atomLine, pdbFile, peptide, type PdbAtom } from '../../../helpers/pdb-lines.js';

const read = (...lines: (string | string[])[]): Structure => parsePdb(pdbFile(...lines), 'x.pdb');
const residuesOf = ({ models }: Structure) => models[0]!.chains.flatMap(({ residues }) => residues);
const atomsOf = (structure: Structure) => residuesOf(structure).flatMap(({ atoms }) => atoms);
const names = (structure: Structure) => residuesOf(structure).map(({ name }) => name);
const numbers = (structure: Structure) => residuesOf(structure).map(({ number }) => number);
const serials = (structure: Structure) => atomsOf(structure).map(({ serial }) => serial);
const messages = ({ warnings }: Structure) => warnings.map(({ message }) => message).join('\n');
/** Sequences of the chains, by the names that they get. */
const chains = (structure: Structure) => {
  const { aatype, chainIndex, chainIds } = residuesFromStructure(structure);
  const sequence = sequenceOf(aatype);
  return Object.fromEntries(
    chainIds.map((id, chain) => [
      id,
      Array.from(sequence)
        .filter((_, i) => chainIndex[i] === chain)
        .join(''),
    ]),
  );
};

describe('serials', () => {
  let numAtoms = 0;
  const at = (serial: string): string => atomLine({ serial, number: (numAtoms++ % 9000) + 1 });

  it.each([
    ['six digits within the columns before the name', 'ATOM  100000  CA '],
    ['six digits from the column before', 'ATOM 100000  CA '],
    ['seven digits', 'ATOM 1000000 CA '],
  ])('are read with %s', (_, begin) => {
    const line = begin.padEnd(16).slice(0, 16) + atomLine({ x: 1.5 }).slice(16);
    const structure = read(line);
    expect(atomsOf(structure)).toMatchObject([{ name: 'CA', x: 1.5 }]);
    expect(serials(structure)[0]).toBe(Number(/\d{6,}/.exec(begin)![0]));
    expect(structure.warnings).toEqual([]);
  });

  it.each([6, 7, 8])('of %d digits may push the rest of their line', (digits) => {
    const serial = '1'.padEnd(digits, '0');
    const structure = read(`ATOM  ${serial}${atomLine({ x: -1.5, number: 42 }).slice(11)}`);
    expect(atomsOf(structure)).toMatchObject([{ serial: Number(serial), name: 'CA', x: -1.5 }]);
    expect(numbers(structure)).toEqual([42]);
    expect(atomsOf(structure)[0]).toMatchObject({ element: 'C', occupancy: 1, bFactor: 10 });
  });

  it.each([
    ['hexadecimal', ['99998', '99999', '186a0', '186a1', '186aa']],
    ['lettered hexadecimal', ['99998', '99999', 'A0000', 'A0001', 'A000A']],
  ])('go on in %s', (_, texts) => {
    const structure = read(texts.map((text) => at(text)));
    expect(serials(structure)).toEqual([99_998, 99_999, 100_000, 100_001, 100_010]);
  });

  it('tells lettered hexadecimal from hybrid-36 by how it goes on', () => {
    const openMm = read(['99999', 'A0000', 'A000F', 'A0010'].map((text) => at(text)));
    expect(serials(openMm)).toEqual([99_999, 100_000, 100_015, 100_016]);
    const hybrid = read(['99999', 'A0000', 'A000Z', 'A0010'].map((text) => at(text)));
    expect(serials(hybrid)).toEqual([99_999, 100_000, 100_035, 100_036]);
  });

  it('that are no numbers are counted on, and said', () => {
    const structure = read(at('7'), at('#1'), at('?'));
    expect(serials(structure)).toEqual([7, 8, 9]);
    expect(structure.warnings).toEqual([
      { message: expect.stringContaining('"#1" is not a number') as string, line: 2, count: 2 },
    ]);
  });
});

describe('residue numbers', () => {
  const water = (number: string): string =>
    atomLine({ record: 'HETATM', name: 'O', residue: 'HOH', chain: ' ', number });

  it.each([
    ['hybrid-36', ['9999', 'A000', 'A001']],
    ['hexadecimal', ['9999', '2710', '2711']],
    ['stars, counted on', ['9999', '****', '****']],
  ])('go on beyond 9999 in %s', (_, texts) => {
    expect(numbers(read(texts.map(water)))).toEqual([9999, 10_000, 10_001]);
  });

  it('of five digits are read from the columns that they spill into', () => {
    const right = (number: string) => water('1').replace('   1    ', number.padEnd(8));
    expect(numbers(read(water('9999'), right('10000'), right('100001')))).toEqual([
      9999, 10_000, 100_001,
    ]);
    const left = `${water('1').slice(0, 21)}10000 ${water('1').slice(27)}`;
    expect(numbers(read(water('9999'), left))).toEqual([9999, 10_000]);
    expect(read(water('9999'), left).models[0]!.chains).toHaveLength(1);
  });

  it('that are missing are given to ligands, and said', () => {
    const ligand = (name: string, x: number): PdbAtom => {
      return { record: 'HETATM', residue: 'LIG', number: '', name, x };
    };
    const structure = read(
      peptide(['ALA', 'GLY']),
      'TER',
      atomLine(ligand('C1', 50)),
      atomLine(ligand('C2', 51.5)),
      atomLine({ ...ligand('O', 60), residue: 'HOH' }),
      atomLine({ ...ligand('O', 70), residue: 'HOH' }),
    );
    expect(names(structure)).toEqual(['ALA', 'GLY', 'LIG', 'HOH', 'HOH']);
    expect(numbers(structure)).toEqual([1, 2, 3, 4, 5]);
    expect(messages(structure)).toContain('residue LIG of chain A has no number');
  });

  it('that are letters are replaced; a letter behind a number is its insertion code', () => {
    const structure = read(
      atomLine({ number: '52' }),
      atomLine({ number: '52A', x: 3.8 }),
      atomLine({ number: 'B', x: 7.6 }),
    );
    expect(residuesOf(structure)).toMatchObject([
      { number: 52, insertionCode: '' },
      { number: 52, insertionCode: 'A' },
      { number: 53, insertionCode: '' },
    ]);
    expect(messages(structure)).toContain('has "B" for a number');
  });
});

describe('names', () => {
  it.each(['POPC', 'DPPC', 'CHL1', 'TIP3'])('of four letters are read whole: %s', (residue) => {
    const structure = read(atomLine({ record: 'HETATM', residue, name: 'C1' }));
    expect(names(structure)).toEqual([residue]);
    expect(structure.models[0]!.chains[0]!.id).toBe('A');
  });

  it('of chains may have two letters where two residues show it', () => {
    const wide = (line: string): string => `${line.slice(0, 20)}AB${line.slice(22)}`;
    const structure = read(peptide(['ALA', 'GLY', 'SER']).map(wide), 'TER');
    expect(structure.models[0]!.chains.map(({ id }) => id)).toEqual(['AB']);
    expect(chains(structure)).toEqual({ AB: 'AGS' });
  });

  it('of protonated residues are no chain names', () => {
    const structure = read(peptide(['LYSH', 'ASPH', 'GLUH', 'HISH', 'ALA']));
    expect(structure.models[0]!.chains.map(({ id }) => id)).toEqual(['A']);
    expect(chains(structure)).toEqual({ A: 'KDEHA' });
  });

  it('in small letters are read in capitals, with a warning', () => {
    const small = (line: string): string =>
      line.slice(0, 12) + line.slice(12, 20).toLowerCase() + line.slice(20);
    const structure = read(
      'SEQRES   1 A    4  ala gly mse ser',
      peptide(['ALA', 'GLY', 'MSE', 'SER']).map(small),
    );
    expect(chains(structure)).toEqual({ A: 'AGMS' });
    expect(residuesFromStructure(structure).atom14Mask[1]).toBe(1);
    expect(structure.warnings).toMatchObject([
      { message: expect.stringContaining('ala') as string },
    ]);
  });

  it('of ligands keep their small letters', () => {
    const structure = read(atomLine({ record: 'HETATM', residue: '0fA', name: 'Ca' }));
    expect(names(structure)).toEqual(['0fA']);
    expect(atomsOf(structure)).toMatchObject([{ name: 'Ca' }]);
  });

  it('of force fields and modified residues give the sequence', () => {
    const residues = 'NMET HIE HID HIP HSD HSE HSP CYX CYM ASH GLH LYN MSE SEP TPO CALA'.split(' ');
    const structure = read(peptide(residues));
    expect(chains(structure)).toEqual({ A: 'MHHHHHHCCDEKMSTA' });
    expect(names(structure)).toEqual(residues);
  });

  it('of atoms that force fields call otherwise find their slots', () => {
    const structure = read(
      peptide(['ILE']).slice(0, 3),
      atomLine({ residue: 'ILE', name: 'CD', x: 9 }),
      atomLine({ residue: 'ILE', name: 'OT1', x: 10 }),
      atomLine({ residue: 'ILE', name: 'OT2', x: 11 }),
    );
    const { atom14, atom14Mask } = residuesFromStructure(structure);
    expect([atom14[3 * 7], atom14[3 * 3]]).toEqual([9, 10]);
    expect(Array.from(atom14Mask).filter((mask) => mask === 1)).toHaveLength(5);
  });
});

describe('a repeated atom', () => {
  const hydrogens = (number: number, count: number): string[] =>
    Array.from({ length: count }, (_, i) =>
      atomLine({ name: 'H', number, x: 3.8 * (number - 1) + 1 + 0.1 * i, y: 1 }),
    );

  it('of hydrogens that are all called H stays in its residue', () => {
    const [first, second] = [peptide(['ALA']), peptide(['ALA', 'ALA']).slice(4)];
    const structure = read(first, hydrogens(1, 5), second, hydrogens(2, 4));
    expect(residuesOf(structure).map(({ atoms }) => atoms.length)).toEqual([9, 8]);
    expect(structure.warnings).toMatchObject([{ count: 7, line: 6 }]);
    expect(messages(structure)).toContain('atom H of ALA 1 of chain A is there twice');
  });

  it('of a ligand whose atoms are called by their elements stays in the ligand', () => {
    const ligand = ['C', 'N', 'C', 'O', 'C', 'P', 'O', 'P'].map((name, i) =>
      atomLine({ record: 'HETATM', residue: 'LIG', name, x: 1.5 * i }),
    );
    expect(residuesOf(read(ligand))).toHaveLength(1);
  });

  it('begins a residue where the backbone begins again elsewhere', () => {
    expect(chains(read(peptide(['ALA', 'ALA', 'ALA'], { number: 1 })))).toEqual({ A: 'AAA' });
    const trace = [0, 3.8, 7.6].map((x) => atomLine({ x }));
    expect(chains(read(trace))).toEqual({ A: 'AAA' });
  });

  it('at the place of the first is kept beside it', () => {
    const structure = read(atomLine({}), atomLine({ x: 0.3 }));
    expect(residuesOf(structure).map(({ atoms }) => atoms.length)).toEqual([2]);
    expect(structure.warnings).toHaveLength(1);
  });

  it('begins the next water or ion', () => {
    const of = (residue: string, name: string) =>
      atomLine({ record: 'HETATM', residue, name, element: name.slice(0, 2) });
    const waters = Array.from({ length: 3 }, () =>
      ['O', 'H1', 'H2'].map((name) => atomLine({ record: 'HETATM', residue: 'HOH', name })),
    );
    expect(names(read(...waters))).toEqual(['HOH', 'HOH', 'HOH']);
    expect(names(read(of('NA', 'NA'), of('NA', 'NA')))).toEqual(['NA', 'NA']);
  });

  it('that stands apart from its residue is brought to it', () => {
    const lines = peptide(['ALA', 'GLY']);
    const far = [0, 4].map((i) => lines[i]!.replace(' N  ', ' H  ').replace(/N$/, 'H'));
    const structure = read(lines, far);
    expect(residuesOf(structure).map(({ atoms }) => atoms.length)).toEqual([5, 5]);
    expect(messages(structure)).toContain('atoms of ALA 1 of chain A stand apart');
  });

  it('of files that are sorted by the names of atoms finds its residue', () => {
    const sorted = peptide(['LYS', 'ALA', 'LYS'])
      .concat(
        [0, 2].map((i) =>
          atomLine({ residue: 'LYS', number: i + 1, name: 'NZ', x: 3.8 * i, y: 6 }),
        ),
      )
      .toSorted((a, b) => (a.slice(12, 16) < b.slice(12, 16) ? -1 : 1));
    const structure = read(sorted);
    expect(residuesOf(structure).map(({ atoms }) => atoms.length)).toEqual([5, 4, 5]);
    expect(chains(structure)).toEqual({ A: 'KAK' });
  });

  it('of another record is kept in its residue', () => {
    const lines = peptide(['ALA']);
    const structure = read(lines.slice(0, 3), lines[3]!.replace('ATOM  ', 'HETATM'));
    expect(names(structure)).toEqual(['ALA']);
    expect(messages(structure)).toContain('both ATOM and HETATM');
  });
});

describe('chains', () => {
  it('without letters are told apart by TER', () => {
    const structure = read(
      peptide(['MET', 'ALA'], { chain: ' ' }),
      'TER'.padEnd(80),
      peptide(['MET', 'GLY'], { chain: ' ', y: 20 }),
      'TER',
    );
    expect(chains(structure)).toEqual({ '': 'MA', A2: 'MG' });
    expect(messages(structure)).toContain(
      'MET 1 of the chain without a name begins another polymer',
    );
    expect(residuesOf(structure).map(({ asymId }) => asymId)).toEqual(['A', 'A', 'A2', 'A2']);
  });

  it('without letters are told apart by their segments', () => {
    const structure = read(
      peptide(['MET', 'ALA'], { chain: ' ', segment: 'PROA' }),
      peptide(['MET', 'GLY'], { chain: ' ', segment: 'PROB', y: 20 }),
    );
    expect(chains(structure)).toEqual({ '': 'MA', A2: 'MG' });
  });

  it('of one letter are told apart by a numbering that begins again without a bond', () => {
    const structure = read(
      peptide(['MET', 'ALA', 'SER']),
      peptide(['MET', 'GLY', 'LYS'], { y: 20 }),
    );
    expect(chains(structure)).toEqual({ A: 'MAS', A2: 'MGK' });
  });

  it('stay one where the numbers fall along bonds', () => {
    const lines = peptide(['MET', 'ALA', 'SER', 'GLY']).map((line, i) =>
      i < 8 ? line : `${line.slice(0, 22)}${String(i < 12 ? 1 : 2).padStart(4)}${line.slice(26)}`,
    );
    expect(chains(read(lines))).toEqual({ A: 'MASG' });
  });

  it('whose residues lost their insertion codes keep them all', () => {
    const structure = read(peptide(['TRP', 'GLY', 'SER'], { number: 52 }));
    expect(chains(structure)).toEqual({ A: 'WGS' });
    expect(Array.from(residuesFromStructure(structure).residueIndex)).toEqual([52, 53, 54]);
  });
});

describe('free amino acids', () => {
  const glutamate = (more: PdbAtom = {}): string[] =>
    peptide(['GLU'], { record: 'HETATM', number: 301, y: 30, ...more });

  it.each([
    ['behind TER', read(peptide(['MET', 'ALA']), 'TER', glutamate())],
    ['behind TER, as ATOM', read(peptide(['MET', 'ALA']), 'TER', glutamate({ record: 'ATOM' }))],
    [
      'as ATOM with a TER of their own',
      read(peptide(['MET', 'ALA']), 'TER', glutamate({ record: 'ATOM' }), 'TER'),
    ],
    ['without TER', read(peptide(['MET', 'ALA']), glutamate())],
    ['before the chain', read(glutamate(), peptide(['MET', 'ALA']), 'TER')],
  ])('%s do not lengthen the chain', (_, structure) => {
    expect(chains(structure)).toEqual({ A: 'MA' });
    expect(names(structure)).toHaveLength(3);
    expect(residuesFromStructure(structure).leftOut).toEqual(new Map([['GLU', 1]]));
    expect(structure.entities.map(({ kind, sequence }) => [kind, sequence.length])).toEqual([
      ['polymer', 2],
      ['non-polymer', 0],
    ]);
  });

  it('are said where a record calls them part of a chain', () => {
    const structure = read(peptide(['MET', 'ALA']), 'TER', glutamate({ record: 'ATOM' }));
    expect(messages(structure)).toBe(
      'GLU 301 of chain A is part of no chain; it is read as a ligand',
    );
  });

  it('are told from modified residues at either end, which are bonded', () => {
    const lines = peptide(['MSE', 'ALA', 'SEP']).map((line) =>
      line.includes('ALA') ? line : line.replace('ATOM  ', 'HETATM'),
    );
    expect(chains(read(lines))).toEqual({ A: 'MAS' });
  });

  it('are told from cofactors with the atoms of an amino acid', () => {
    const cofactor = peptide(['SAH'], { record: 'HETATM', number: 401, y: 30 });
    expect(chains(read(peptide(['MET', 'ALA']), cofactor))).toEqual({ A: 'MA' });
  });
});

describe('ligands among the atoms of a chain', () => {
  it('are no part of its sequence', () => {
    const heme = atomLine({ record: 'HETATM', residue: 'HEM', name: 'FE', element: 'FE', y: 30 });
    const lipid = atomLine({ residue: 'POPC', number: 500, name: 'P', y: 40 });
    const structure = read(heme, peptide(['MET', 'ALA'], { start: 2 }), lipid);
    expect(chains(structure)).toEqual({ A: 'MA' });
    expect(structure.entities.find(({ kind }) => kind === 'polymer')!.sequence).toEqual([
      'MET',
      'ALA',
    ]);
  });

  it('that cap a chain are part of it', () => {
    const acetyl = atomLine({ record: 'HETATM', residue: 'ACE', number: 0, name: 'C', x: -1.3 });
    const structure = read(acetyl, peptide(['MET', 'ALA']), 'TER');
    expect(structure.entities.map(({ sequence }) => sequence)).toEqual([['ACE', 'MET', 'ALA']]);
    expect(chains(structure)).toEqual({ A: 'MA' });
  });
});

describe('models', () => {
  it('of one number are numbered on, and said', () => {
    const model = (name: string): string[] => [`MODEL     ${name}`, atomLine({}), 'ENDMDL'];
    const structure = read(model('   1'), model('   1'), model('   2'), model('   B'));
    expect(structure.models.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    expect(structure.warnings).toMatchObject([
      { line: 4, count: 2 },
      { line: 10, count: 1 },
    ]);
    expect(messages(structure)).toContain('model 1 appears twice; this one is read as model 2');
  });

  it('that begin without MODEL behind END are said', () => {
    const structure = read(atomLine({}), 'END', atomLine({}));
    expect(structure.models).toHaveLength(2);
    expect(messages(structure)).toContain('they are read as model 2');
  });
});

describe('lines', () => {
  it('are known whatever the case of their records', () => {
    const [first, ...others] = peptide(['ALA', 'GLY']);
    expect(chains(read(first!.toLowerCase(), others))).toEqual({ A: 'AG' });
  });

  it('that look like atoms but are none of the format are said', () => {
    const structure = read(atomLine({}), atomLine({}).replace('ATOM  ', 'ATOMS '));
    expect(structure.warnings).toMatchObject([{ line: 2, count: 1 }]);
    expect(messages(structure)).toContain('the record "ATOMS" looks like an atom');
  });

  it('with measures that overflowed or were never computed are kept', () => {
    const structure = read(
      atomLine({}).replace(' 10.00', '******'),
      atomLine({ number: 2 }).replace('  1.00', '   nan'),
    );
    expect(atomsOf(structure)).toMatchObject([{ bFactor: 0 }, { occupancy: 1 }]);
    expect(structure.warnings).toHaveLength(2);
  });
});
