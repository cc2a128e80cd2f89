import { describe, expect, it } from 'vitest';
import { readTemplates } from '#structure/templates/read-templates';
import { atomLine } from '../../../helpers/pdb-lines.js';

const fileOf = (lines: readonly string[]): Uint8Array =>
  new TextEncoder().encode(`${lines.join('\n')}\nEND\n`);

const chainsNamed = (names: string): Uint8Array =>
  fileOf(Array.from(names, (chain) => atomLine({ chain })));

const hintOf = (bytes: Uint8Array): string | undefined => {
  try {
    readTemplates(bytes, 'file.pdb', '?');
  } catch (error) {
    expect(error).toMatchObject({
      code: 'STRUCTURE_MISMATCH',
      message: 'file.pdb has no protein chain ?',
    });
    return (error as { hint?: string }).hint;
  }
  throw new Error('found a chain that is not there');
};

describe('readTemplates', () => {
  it('reads all protein chains, or the one that is named', () => {
    const idsOf = (chainId?: string) =>
      readTemplates(chainsNamed('ABC'), 'file.pdb', chainId).map((chain) => chain.chainId);
    expect(idsOf()).toEqual(['A', 'B', 'C']);
    expect(idsOf('B')).toEqual(['B']);
    expect(readTemplates(chainsNamed('A'), 'file.pdb')[0]).toMatchObject({
      ...{ source: 'file.pdb', chainId: 'A', numbers: ['1'] },
    });
  });

  it('says which chains there are, of many the first twenty', () => {
    expect(hintOf(chainsNamed('ABC'))).toBe('its protein chains are A, B, C');
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
    const listed = Array.from(letters.slice(0, 20)).join(', ');
    expect(hintOf(chainsNamed(letters.slice(0, 20)))).toBe(`its protein chains are ${listed}`);
    expect(hintOf(chainsNamed(letters.slice(0, 21)))).toBe(`its protein chains are ${listed}, …`);
  });

  it('quotes 40 characters of a long name', () => {
    const columns =
      'label_atom_id label_comp_id label_asym_id label_entity_id label_seq_id Cartn_x Cartn_y Cartn_z';
    const cif = [
      'data_x',
      'loop_',
      ...columns.split(' ').map((column) => `_atom_site.${column}`),
      `CA ALA ${'L'.repeat(50)} 1 1 1 2 3`,
    ];
    const hint = hintOf(new TextEncoder().encode(`${cif.join('\n')}\n`));
    expect(hint).toBe(`its protein chains are ${'L'.repeat(40)}`);
  });

  it('says so where there is no protein', () => {
    const water = atomLine({ record: 'HETATM', name: 'O', residue: 'HOH' });
    expect(hintOf(fileOf([water]))).toBe('it has no protein chain at all');
  });
});
