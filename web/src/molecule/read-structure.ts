import { parseStructure } from '#bio-pdb/parse-structure';
import { FoldError } from '#errors';
import { residuesFromStructure } from '#structure/from-bio-pdb';
import { createMolecule, type Molecule } from './molecule.js';

/**
 * The proteins of a PDB or mmCIF file.
 *
 * @param input text, or the bytes of a file, which may be gzipped
 * @param source its name, for labels and error messages
 * @throws ParseError with the line; FoldError `STRUCTURE_MISMATCH` where there is no protein in it
 */
export function readStructure(input: string | Uint8Array, source: string): Molecule {
  const residues = residuesFromStructure(parseStructure(input, source));
  if (residues.aatype.length === 0)
    throw new FoldError('STRUCTURE_MISMATCH', `${source} holds no amino acids`, {
      hint: 'choose a PDB or mmCIF file with at least one protein chain',
    });
  const { chainIds, residueNumber, bFactor } = residues;
  return createMolecule({ name: source, residues, chainIds, residueNumber, plddt: bFactor });
}
