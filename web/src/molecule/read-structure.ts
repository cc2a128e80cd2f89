import { parseStructure } from '#bio-pdb/parse-structure';
import { warningText } from '#bio-pdb/warnings';
import { FoldError } from '#errors';
import { residuesFromStructure } from '#structure/from-bio-pdb';
import { createMolecule, type Molecule } from './molecule.js';

/** A molecule with what reading its file had to assume, change or leave out. */
export interface ReadMolecule extends Molecule {
  /** Sentences that begin with file and line. */
  readonly warnings: readonly string[];
}

/**
 * The proteins of a PDB or mmCIF file.
 *
 * @param input text, or the bytes of a file, which may be gzipped
 * @param source its name, for labels and error messages
 * @throws ParseError with the line; FoldError `STRUCTURE_MISMATCH` where there is no protein in it
 */
export function readStructure(input: string | Uint8Array, source: string): ReadMolecule {
  const structure = parseStructure(input, source);
  const residues = residuesFromStructure(structure);
  if (residues.aatype.length === 0)
    throw new FoldError('STRUCTURE_MISMATCH', `${source} holds no amino acids`, {
      hint: 'choose a PDB or mmCIF file with at least one protein chain',
    });
  const { chainIds, residueNumber, bFactor } = residues;
  const molecule = { name: source, residues, chainIds, residueNumber, plddt: bFactor };
  const warnings = structure.warnings.map((warning) => warningText(warning, source));
  return { ...createMolecule(molecule), warnings };
}
