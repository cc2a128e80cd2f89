/** What a chain is mostly made of. */
export type FoldClass = (typeof FOLD_CLASSES)[number];

export const FOLD_CLASSES = [
  'mostly helix',
  'mostly strand',
  'helix and strand',
  'little',
] as const;

/** Shares of the residues from which a kind of secondary structure counts. */
const ENOUGH_HELIX = 0.2;
const ENOUGH_STRAND = 0.12;

/**
 * Class of a chain by its shares of helix and strand, after the four classes of CATH.
 *
 * @param states H, E or C for each residue
 */
export function foldClassOf(states: string): FoldClass {
  const share = (state: string) => (states.split(state).length - 1) / Math.max(1, states.length);
  const [isHelical, isStranded] = [share('H') >= ENOUGH_HELIX, share('E') >= ENOUGH_STRAND];
  if (isHelical && isStranded) return 'helix and strand';
  if (isHelical) return 'mostly helix';
  return isStranded ? 'mostly strand' : 'little';
}
