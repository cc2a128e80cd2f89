import { parseStructure } from '#bio-pdb/parse-structure';
import type { Structure } from '#bio-pdb/structure';
import { FoldError } from '#errors';
import { residuesFromStructure, type ReadOptions } from '#structure/from-bio-pdb';
import { createMolecule, type Molecule } from './molecule.js';

/**
 * The proteins of a structure.
 *
 * @param structure as a file was read
 * @param source its name, for labels and error messages
 * @param options which model and chains
 * @throws FoldError `STRUCTURE_MISMATCH` where there is no protein in it
 */
export function moleculeOf(structure: Structure, source: string, options?: ReadOptions): Molecule {
  const residues = residuesFromStructure(structure, options);
  if (residues.aatype.length === 0)
    throw new FoldError('STRUCTURE_MISMATCH', `${source} holds no amino acids`, {
      hint: 'choose a PDB or mmCIF file with at least one protein chain',
    });
  const { chainIds, residueNumber, insertionCodes, bFactor } = residues;
  const names = { chainIds, residueNumber, insertionCodes };
  return createMolecule({ name: source, residues, ...names, plddt: bFactor });
}

/**
 * The proteins of a PDB or mmCIF file.
 *
 * @param input text, or the bytes of a file, which may be gzipped
 * @param source its name, for labels and error messages
 * @throws ParseError with the line; FoldError `STRUCTURE_MISMATCH` where there is no protein in it
 */
export function readStructure(input: string | Uint8Array, source: string): Molecule {
  return moleculeOf(parseStructure(input, source), source);
}
