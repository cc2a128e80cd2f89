import type { Chain } from '#bio-pdb/structure';

/** The name by which mmCIF's author items call a chain; one that has none in its PDB file takes its first asym id. */
export function chainName({ id, residues }: Chain): string {
  return id === '' ? (residues[0]?.asymId ?? '') : id;
}
