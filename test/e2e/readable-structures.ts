/** @file Structures with what other programs may stumble over, for writing. */
import { readFileSync } from 'node:fs';
import { parsePdb, parseStructure, writePdb } from '#bio-pdb/index';
import type { Structure } from '#bio-pdb/index';
import { peptide, pdbFile } from '../helpers/pdb-lines.js';

/** An experimental structure with what they have: a day, gaps, letters behind numbers, alternatives, ligands, models. */
function experimental(): Structure {
  const known = parsePdb(readFileSync('test/fixtures/structure/1brs-d.pdb', 'utf8'));
  const ligands = pdbFile(
    'HETATM  900 CA    CA A 201      30.000  30.000  30.000  1.00 20.00          CA',
    'HETATM  901  O   HOH A 301      35.000  30.000  30.000  1.00 20.00           O',
    'HETATM  902  O   HOH A 302      35.000  35.000  30.000  1.00 20.00           O',
    peptide(['GLU'], { record: 'HETATM', number: 401, y: 60 }),
  );
  const lines = writePdb(known)
    .split('\n')
    .filter((line) => /^(ATOM|TER)/.test(line));
  const edited = lines.map((line) => {
    const number = line.slice(22, 26).trim();
    if (number === '50') return `${line.slice(0, 22)}  49A${line.slice(27)}`;
    return number === '20' && line.startsWith('ATOM') ? alternate(line) : line;
  });
  const model = [...edited.flat(), ...ligands.split('\n').slice(0, -2)];
  const models = [1, 2].flatMap((number) => [
    `MODEL     ${String(number).padStart(4)}`,
    ...model,
    'ENDMDL',
  ]);
  const header = [
    'HEADER    HYDROLASE INHIBITOR                     29-NOV-93   1BRS',
    'COMPND    MOL_ID: 1;',
    'COMPND   2 MOLECULE: BARSTAR;',
    'COMPND   3 CHAIN: A',
    ...seqres([
      'GLY',
      'SER',
      ...known.entities[0]!.sequence.slice(0, 63),
      'ALA',
      'GLU',
      ...known.entities[0]!.sequence.slice(63),
    ]),
  ];
  return parsePdb([...header, ...models, 'END'].join('\n'));
}

const alternate = (line: string): string[] => [
  `${line.slice(0, 16)}A${line.slice(17, 54)}  0.60${line.slice(60)}`,
  `${line.slice(0, 16)}B${line.slice(17, 54)}  0.40${line.slice(60)}`,
];

function seqres(names: readonly string[]): string[] {
  return Array.from({ length: Math.ceil(names.length / 13) }, (_, i) => {
    const line = names.slice(13 * i, 13 * (i + 1)).join(' ');
    return `SEQRES ${String(i + 1).padStart(3)} A ${String(names.length).padStart(4)}  ${line}`;
  });
}

/** As many chains as the PDB format has letters and digits for, each moved away from the others. */
function manyChains(): Structure {
  const ids = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789').slice(
    0,
    50,
  );
  return parsePdb(
    pdbFile(
      ...ids.map((chain, i) => [
        ...peptide(['MET', 'ALA', 'GLY', 'LYS'], { chain, y: 10 * i }),
        'TER',
      ]),
    ),
  );
}

const NUCLEIC = `data_nucleic
loop_ _atom_site.group_PDB _atom_site.id _atom_site.type_symbol _atom_site.label_atom_id _atom_site.label_comp_id
_atom_site.label_asym_id _atom_site.label_entity_id _atom_site.label_seq_id _atom_site.auth_seq_id
_atom_site.Cartn_x _atom_site.Cartn_y _atom_site.Cartn_z
${['DG', 'DC', 'DT', 'DA']
  .flatMap((name, i) =>
    ['P', "O5'", "C4'", "C1'", "O3'"].map(
      (atom, k) =>
        `ATOM ${5 * i + k + 1} ${atom.charAt(0)} "${atom}" ${name} B 1 ${i + 1} ${i + 11} ${5 * i + k} 0 0`,
    ),
  )
  .join('\n')}
`;

/** By name. */
export const STRUCTURES: Readonly<Record<string, () => Structure>> = {
  experimental,
  'many-chains': manyChains,
  'modified-residues': () => parsePdb(pdbFile(peptide(['MSE', 'HIE', 'SEP', 'ALA', 'CYX']), 'TER')),
  'alpha-carbons': () =>
    parsePdb(
      pdbFile(
        peptide(['MET', 'ALA', 'GLY']).filter((line) => line.includes(' CA ')),
        'TER',
      ),
    ),
  'no-letters': () =>
    parsePdb(
      pdbFile(
        peptide(['MET', 'ALA'], { chain: ' ' }),
        'TER',
        peptide(['GLY', 'LYS'], { chain: ' ', y: 20 }),
        'TER',
      ),
    ),
  'nucleic-acids': () => parseStructure(NUCLEIC),
};
