import { ATOM14_MASK, CA_SLOT, C_SLOT, N_SLOT, O_SLOT } from '#structure/residues/atoms';
import { hasAtom, type ResidueAtoms } from '#structure/residues/residue-atoms';
import type { ChainKind } from '#training/data/dataset';

/** Share of the residues that must have an atom for the chain to count as having it. */
const MOST = 0.5;
const FIRST_SIDE_CHAIN_SLOT = 5;

/** How much of a chain was measured, by what most of its residues have. */
export function chainKindOf(residues: ResidueAtoms): ChainKind {
  const all = Array.from({ length: residues.aatype.length }, (_, i) => i);
  const have = (members: readonly number[], isThere: (residue: number) => boolean) =>
    members.length > 0 && members.filter(isThere).length >= MOST * members.length;
  const backbone = [N_SLOT, CA_SLOT, C_SLOT];
  if (!have(all, (i) => backbone.every((slot) => hasAtom(residues, i, slot)))) return 'ca-only';
  if (!have(all, (i) => hasAtom(residues, i, O_SLOT))) return 'backbone-no-o';
  const isLong = (i: number) => ATOM14_MASK[14 * residues.aatype[i]! + FIRST_SIDE_CHAIN_SLOT] === 1;
  const hasSideChain = (i: number) => hasAtom(residues, i, FIRST_SIDE_CHAIN_SLOT);
  return have(all.filter(isLong), hasSideChain) ? 'all-atom' : 'backbone';
}
