import { describe, expect, it, vi } from 'vitest';
import { FoldError } from '#errors';
import { readTemplates } from '#structure/templates/read-templates';
import { expectLinear, parts, type Shape } from '../../../helpers/linear.js';
import { atomLine } from '../../../helpers/pdb-lines.js';

vi.setConfig({ testTimeout: 120_000 });

const CIF = `data_x
loop_ _atom_site.label_atom_id _atom_site.label_comp_id _atom_site.label_asym_id _atom_site.label_entity_id
_atom_site.label_seq_id _atom_site.pdbx_PDB_model_num _atom_site.Cartn_x _atom_site.Cartn_y _atom_site.Cartn_z
`;

const TEMPLATES: Readonly<Record<string, Shape>> = {
  'a chain for each residue': parts((i) => `CA ALA A${i} 1 1 1 1 2 3\n`, CIF),
  'one long chain': parts((i) => `CA ALA A 1 ${i + 1} 1 1 2 3\n`, CIF),
  'the same residues again and again': parts((i) => `${atomLine({ number: i % 12, x: i % 12 })}\n`),
};

describe('the work to read templates grows with their length', () => {
  it.each(Object.entries(TEMPLATES))('for %s', (_, shape) => {
    expectLinear((text) => {
      try {
        readTemplates(new TextEncoder().encode(text), 'hostile');
      } catch (error) {
        expect(error).toBeInstanceOf(FoldError);
      }
    }, shape);
  });
});
