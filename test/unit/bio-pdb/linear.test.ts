import { describe, expect, it } from 'vitest';
import { FoldError } from '#errors';
import { parseStructure } from '#bio-pdb/parse-structure';
import { expectLinear, HOSTILE_SHAPES, parts, type Shape } from '../../helpers/linear.js';
import { atomLine, type PdbAtom } from '../../helpers/pdb-lines.js';

const lines = (atom: (index: number) => PdbAtom, ...more: ((index: number) => string)[]): Shape =>
  parts((i) => [atomLine(atom(i)), ...more.map((line) => line(i)), ''].join('\n'));
const letter = (index: number): string => String.fromCharCode(0x4e00 + (index % 0x5000));
const name = (index: number): string => index.toString(36).slice(-3).toUpperCase();
const seqres = (i: number): string => `SEQRES ${i % 999} A 9999  ${'ALA '.repeat(13)}`;
const CIF = `data_x
loop_ _atom_site.label_atom_id _atom_site.label_comp_id _atom_site.label_asym_id _atom_site.label_entity_id
_atom_site.label_seq_id _atom_site.pdbx_PDB_model_num _atom_site.Cartn_x _atom_site.Cartn_y _atom_site.Cartn_z
`;

const STRUCTURES: Readonly<Record<string, Shape>> = {
  'residues of one place': lines((i) => ({ residue: name(i) })),
  'atoms of one name': lines((i) => ({ name: 'H', x: i % 9 })),
  'atoms of one residue': lines((i) => ({ name: name(i), residue: 'LIG', x: i % 9 })),
  'atoms of two residues by turns': lines((i) => ({
    name: name(i),
    residue: 'LIG',
    number: i % 2,
  })),
  'atoms that stand apart': lines((i) => ({ name: name(i), number: i % 100, x: i % 3 })),
  'residues without a number': lines((i) => ({ number: '', name: 'C', x: i % 7 })),
  'alternate locations': lines((i) => ({ altLoc: letter(i), residue: name(i) })),
  'a TER for each chain': lines(
    (i) => ({ chain: letter(i) }),
    (i) => `TER   ${letter(i).padStart(16)}`,
  ),
  'chains without TER': lines((i) => ({ chain: letter(i), number: i % 7 })),
  'a TER for each residue': lines(
    (i) => ({ number: i % 9000 }),
    () => 'TER',
  ),
  models: lines(
    () => ({}),
    () => 'END',
  ),
  'models of one number': lines(
    () => ({}),
    () => 'MODEL        1',
  ),
  'models beside a long sequence': lines(
    (i) => ({ number: i % 7 }),
    seqres,
    () => 'END',
  ),
  'chains of a long sequence': lines((i) => ({ number: (i * 7) % 9000 }), seqres),
  'a residue that a long sequence lacks': lines(
    (i) => ({ residue: name(i), number: i % 9000 }),
    seqres,
  ),
  'specifications of molecules': parts(
    (i) => `COMPND ${String(i % 999).padStart(3)} MOL_ID: 1; CHAIN: A, B, C; \\;\n`,
  ),
  titles: parts(() => 'TITLE     a b c\n'),
  'an mmCIF of places': parts((i) => `CA ALA A ${i} 1000000 1 1 2 3\n`, CIF),
  'an mmCIF of models': parts((i) => `CA ALA A 1 1 ${i} 1 2 3\n`, CIF),
  'an mmCIF of named models': parts((i) => `CA ALA A 1 1 m${i} 1 2 3\n`, CIF),
  'an mmCIF of asym ids': parts((i) => `CA ALA A${i} ? 1 1 1 2 3\n`, CIF),
  'an mmCIF of components': parts((i) => `CA ${name(i)} A ? ? 1 1 2 3\n`, CIF),
  'an mmCIF of one long number': (length) => `${CIF}CA ALA A 1 1 1 ${'1'.repeat(length)}x 2 3\n`,
  'an mmCIF of one long uncertainty': (length) =>
    `${CIF}CA ALA A 1 1 1 ${'(1'.repeat(length / 2)}) 2 3\n`,
  'an mmCIF of semicolons': parts(() => ';', 'data_x\n_a.b\n;'),
  'an mmCIF of quotes': parts(() => `'a'b`, 'data_x\n_a.b '),
  'an mmCIF of items': parts((i) => `_a.b${i} x\n`, 'data_x\n'),
  'an mmCIF of blocks': parts((i) => `data_b${i}\n`),
  'an mmCIF of frames': parts((i) => `save_b${i}\nsave_\n`, 'data_x\n'),
};

describe('reading structures is linear in their text', () => {
  it.each(Object.entries({ ...HOSTILE_SHAPES, ...STRUCTURES }))('for %s', (_, shape) => {
    expectLinear((text) => {
      try {
        parseStructure(text);
      } catch (error) {
        expect(error).toBeInstanceOf(FoldError);
      }
    }, shape);
  });
});
