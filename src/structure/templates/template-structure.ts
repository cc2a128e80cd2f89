import type { Residue, Structure } from '#bio-pdb/structure';
import { RESIDUE_NAMES } from '#sequence/amino-acids';
import { ATOM14_NAMES } from '#structure/residues/atoms';
import type { TemplateChain } from './template-chain.js';

/** Names of chains in PDB files are one character. */
const SHORT_NAME = /^[A-Za-z0-9]$/;

/** A template as a structure of its own, to be written and drawn. */
export function templateStructure(template: TemplateChain): Structure {
  const id = SHORT_NAME.test(template.chainId) ? template.chainId : 'A';
  return {
    id: '',
    title: `${template.source} chain ${template.chainId}`,
    classification: '',
    date: '',
    entities: [
      {
        id: '1',
        kind: 'polymer',
        description: template.source,
        sequence: Array.from(template.aatype, (type) => RESIDUE_NAMES[type]!),
      },
    ],
    models: [
      { number: 1, name: '', chains: [{ id, residues: residuesOf(template, id) }], scores: [] },
    ],
    warnings: [],
  };
}

function residuesOf({ aatype, numbers, atom14, atom14Mask }: TemplateChain, id: string): Residue[] {
  let serial = 0;
  return Array.from(aatype, (type, residue) => {
    const [, number, insertionCode] = /^(-?\d+)(.*)$/.exec(numbers[residue]!) ?? [];
    return {
      name: RESIDUE_NAMES[type]!,
      number: Number(number ?? residue + 1),
      insertionCode: insertionCode ?? '',
      hetero: false,
      asymId: id,
      entityId: '1',
      sequenceIndex: residue + 1,
      atoms: ATOM14_NAMES[type]!.flatMap((name, slot) => {
        const atom = 14 * residue + slot;
        if (!atom14Mask[atom]) return [];
        const [x, y, z] = atom14.subarray(3 * atom, 3 * atom + 3);
        const place = { x: x!, y: y!, z: z!, occupancy: 1, bFactor: 0, charge: 0 };
        return { serial: ++serial, name, element: name.charAt(0), altLoc: '', ...place };
      }),
    };
  });
}
