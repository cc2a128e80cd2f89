import { describe, expect, it } from 'vitest';
import { templateStructure } from '#structure/templates/template-structure';
import { templateOf } from '../fixtures.js';

describe('templateStructure', () => {
  const template = {
    ...templateOf([
      { aatype: 7, atoms: { 0: [1, 2, 3], 3: [4, 5, 6] } },
      { aatype: 4, atoms: { 5: [7, 8, 9] } },
      { atoms: {} },
    ]),
    source: '1abc.pdb',
    numbers: ['-3', '52A', '?'],
  };
  const place = { occupancy: 1, bFactor: 0, charge: 0, altLoc: '' };
  const common = { hetero: false, asymId: '7', entityId: '1' };

  it('is one chain with the names, numbers and known atoms of the template', () => {
    const found = templateStructure({ ...template, chainId: '7' });
    expect(found).toEqual({
      ...{ id: '', title: '1abc.pdb chain 7', classification: '', date: '', warnings: [] },
      entities: [
        { id: '1', kind: 'polymer', description: '1abc.pdb', sequence: ['GLY', 'CYS', 'ALA'] },
      ],
      models: [
        {
          number: 1,
          name: '',
          chains: [{ id: '7', residues: expect.anything() as unknown }],
          scores: [],
        },
      ],
    });
    expect(found.models[0]!.chains[0]!.residues).toEqual([
      {
        ...{ ...common, name: 'GLY', number: -3, insertionCode: '', sequenceIndex: 1 },
        atoms: [
          { ...place, serial: 1, name: 'N', element: 'N', x: 1, y: 2, z: 3 },
          { ...place, serial: 2, name: 'O', element: 'O', x: 4, y: 5, z: 6 },
        ],
      },
      {
        ...{ ...common, name: 'CYS', number: 52, insertionCode: 'A', sequenceIndex: 2 },
        atoms: [{ ...place, serial: 3, name: 'SG', element: 'S', x: 7, y: 8, z: 9 }],
      },
      { ...common, name: 'ALA', number: 3, insertionCode: '', sequenceIndex: 3, atoms: [] },
    ]);
  });

  it('calls a chain A where its name is no single letter or digit', () => {
    const idOf = (chainId: string) =>
      templateStructure({ ...template, chainId }).models[0]!.chains[0]!.id;
    expect(['B', 'AA', '', '-'].map(idOf)).toEqual(['B', 'A', 'A', 'A']);
  });
});
