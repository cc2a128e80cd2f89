import type { Prediction } from '#predict/prediction';
import { chainContacts } from '#structure/quality/chain-contacts';

/** How two chains lie to each other, and how sure the model is of it. */
export interface ChainPairConfidence {
  /** Their names. */
  readonly chains: readonly [string, string];
  /** 0-1, as `predictedTmScores` has it; absent in results that were stored before this was computed. */
  readonly iptm?: number;
  /** Mean predicted aligned error between the two, in both directions, Å. */
  readonly pae: number;
  /** Pairs of residues with heavy atoms within 5 Å. */
  readonly contacts: number;
}

/**
 * All pairs of chains of a prediction, in the order 0-1, 0-2, …, 1-2, …; none where there is one chain.
 *
 * @param prediction N residues over all chains
 */
export function chainPairsOf(prediction: Prediction): ChainPairConfidence[] {
  const { chains, complex, residueNumber: residueIndex } = prediction;
  const residues = { ...prediction, residueIndex };
  if (chains.length < 2) return [];
  const errorOf = meanErrors(prediction);
  return chains.flatMap(({ id }, first) =>
    chains.slice(first + 1).map((other, k): ChainPairConfidence => {
      const pair = [first, first + 1 + k] as const;
      const score = complex?.pairs.find(({ chains: [a, b] }) => a === pair[0] && b === pair[1]);
      return {
        chains: [id, other.id],
        ...(score ? { iptm: rounded(score.iptm, 4) } : {}),
        pae: rounded((errorOf(...pair) + errorOf(pair[1], pair[0])) / 2, 2),
        contacts: chainContacts(residues, pair).length,
      };
    }),
  );
}

/** `[C, C]` mean error of the residues of the second chain, aligned on those of the first, Å. */
function meanErrors({ pae, chainIndex, chains }: Prediction): (a: number, b: number) => number {
  const numChains = chains.length;
  const sums = new Float64Array(numChains ** 2);
  let at = 0;
  for (const first of chainIndex)
    for (const second of chainIndex) sums[first * numChains + second]! += pae[at++]!;
  const length = (chain: number) => chains[chain]!.sequence.length;
  return (a, b) => sums[a * numChains + b]! / (length(a) * length(b));
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
