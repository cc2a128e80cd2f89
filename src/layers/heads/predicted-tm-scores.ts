/** TM-scores that a prediction expects of itself. */
export interface PredictedTmScores {
  /** Of the whole prediction, 0-1. */
  readonly ptm: number;
  /** Of how its chains lie to each other; absent where there is one chain. */
  readonly complex?: ComplexScores;
}

/** TM-scores that count only residues of other chains than the one that is aligned on. */
export interface ComplexScores {
  /** Best over all frames, 0-1. */
  readonly iptm: number;
  /** Of each two chains, in the order 0-1, 0-2, …, 1-2, … */
  readonly pairs: readonly ChainPairScore[];
}

/** How well two chains are expected to lie to each other. */
export interface ChainPairScore {
  /** Places of the two chains in the request. */
  readonly chains: readonly [number, number];
  /** Best over the frames of either chain, of the residues of the other, 0-1. */
  readonly iptm: number;
}

/**
 * pTM, ipTM and the score of each pair of chains: means of the expected terms over the residues that count, of the best
 * frame to align on.
 *
 * @param terms `[N, N]` of `expectedTmTerms`, with d0 of all N residues
 * @param chainLengths residues of each chain, N in all
 * @source AlphaFold2 SI equations 39 and 40; AlphaFold-Multimer section 2.2 (ipTM)
 * @departs AlphaFold 3 takes d0 of the two chains for the score of a pair; here it is that of the whole complex, so that
 *   the scores of pairs and ipTM have one scale
 */
export function predictedTmScores(
  terms: ArrayLike<number>,
  chainLengths: readonly number[],
): PredictedTmScores {
  const means = meansOverChains(terms, chainLengths);
  const all = chainLengths.map((_, chain) => chain);
  const ptm = Math.max(...all.map((chain) => bestFrame(means, { of: chain, over: all })));
  if (chainLengths.length === 1) return { ptm };
  const others = (chain: number) => all.filter((other) => other !== chain);
  const iptm = Math.max(
    ...all.map((chain) => bestFrame(means, { of: chain, over: others(chain) })),
  );
  const pairs = all.flatMap((first) =>
    all.slice(first + 1).map((second): ChainPairScore => {
      const inFirst = bestFrame(means, { of: first, over: [second] });
      const inSecond = bestFrame(means, { of: second, over: [first] });
      return { chains: [first, second], iptm: Math.max(inFirst, inSecond) };
    }),
  );
  return { ptm, complex: { iptm, pairs } };
}

/** For each residue to align on, the mean term over the residues of each chain; frames grouped by their chain. */
interface ChainMeans {
  readonly lengths: readonly number[];
  /** `[chain][residue in it][other chain]` */
  readonly frames: readonly (readonly Float64Array[])[];
}

function meansOverChains(terms: ArrayLike<number>, lengths: readonly number[]): ChainMeans {
  let at = 0;
  const frames = lengths.map((numFrames) =>
    Array.from({ length: numFrames }, () =>
      Float64Array.from(lengths, (length) => {
        let sum = 0;
        for (let j = 0; j < length; j++) sum += terms[at++]!;
        return sum / length;
      }),
    ),
  );
  return { lengths, frames };
}

/** The best frame of a chain: mean over the residues of some chains. */
function bestFrame(
  { lengths, frames }: ChainMeans,
  { of, over }: { readonly of: number; readonly over: readonly number[] },
): number {
  const numResidues = over.reduce((sum, chain) => sum + lengths[chain]!, 0);
  const scoreOf = (means: Float64Array): number =>
    over.reduce((sum, chain) => sum + means[chain]! * lengths[chain]!, 0) / numResidues;
  return frames[of]!.reduce((best, means) => Math.max(best, scoreOf(means)), 0);
}
