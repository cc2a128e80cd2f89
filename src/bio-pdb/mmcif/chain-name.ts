import type { Chain, Residue } from '#bio-pdb/structure';

/**
 * The name by which mmCIF's author items call the chain of a residue. In PDB files chains may have none; then each of
 * the polymers takes its asym id, and ligands that of the first.
 *
 * @param chain of the residue
 * @param residue one of the chain's
 */
export function chainName({ id, residues }: Chain, { asymId, sequenceIndex }: Residue): string {
  if (id !== '') return id;
  return sequenceIndex === null ? residues[0]!.asymId : asymId;
}
