import type { Chain } from '#sequence/chain';
import { lengthWithLinkers } from '#sequence/linkers';

/** How long the chains of a request are together. */
export interface RequestLength {
  readonly numResidues: number;
  /** What a model reads: the linkers between chains too. Time and memory go by it. */
  readonly withLinkers: number;
  /** Both, as messages say it. */
  readonly words: string;
}

/**
 * Measures a request before any work is done.
 *
 * @param chains at least one
 */
export function requestLength(chains: readonly Pick<Chain, 'sequence'>[]): RequestLength {
  const sequences = chains.map(({ sequence }) => sequence);
  const numResidues = sequences.reduce((sum, { length }) => sum + length, 0);
  const withLinkers = lengthWithLinkers(sequences);
  const residues = `${numResidues} residues`;
  return {
    numResidues,
    withLinkers,
    words:
      withLinkers === numResidues
        ? residues
        : `${residues} (${withLinkers} with the linkers between chains)`,
  };
}
