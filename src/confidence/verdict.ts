import { arrangementOf, type Arrangement, type ChainPair } from './arrangement.js';
import { foldCountsOf, SAME_FOLD, type FoldCount } from './fold-count.js';

/** What a prediction's confidence means in words. */
export interface Verdict {
  /** Whether the overall fold is right: probably, perhaps, or probably not. */
  readonly fold: 'right' | 'unclear' | 'wrong';
  readonly headline: string;
  /** What the headline stands on. */
  readonly basis: string;
  /** `[first, last]` residues over all chains, from 0: stretches whose own shape can be trusted. */
  readonly trusted: readonly (readonly [number, number])[];
  /** Share of the residues in them, 0-1. */
  readonly trustedShare: number;
  /** How the chains lie to each other; of several chains. */
  readonly arrangement?: Arrangement;
}

/** Residues above this can be trusted locally. @source AlphaFold DB's legend */
const TRUSTED_PLDDT = 70;
/** A trusted stretch is at least this long, and residues that fall short of the limit may interrupt it for as long. */
const SHORTEST_STRETCH = 5;
const LONGEST_DIP = 2;
/** Shares of right folds from which the headline is sure, and below which it is sure of the opposite. */
const SURE = 0.75;
const DOUBTFUL = 0.35;
/** Without counts, pTM itself is taken, and has to clear {@link SAME_FOLD} by this. */
const PTM_MARGIN = 0.1;

const HEADLINES = {
  right: 'The overall fold is probably right.',
  unclear: 'The overall fold may be right or wrong.',
  wrong: 'The overall fold is probably wrong.',
} as const;
/** Of chains whose own folds are right, but not how they lie to each other. */
const WRONGLY_ARRANGED = 'Each chain is probably folded right, but the complex is not.';

/** A prediction's own confidence. */
export interface JudgedPrediction {
  /** The model's name. */
  readonly model: string;
  /** Structures of relatives that were given; it was folded after those that are used. */
  readonly templates?: { readonly chains: readonly { readonly isUsed: boolean }[] } | undefined;
  /** 0-1 */
  readonly ptm: number;
  /** By chain and residue, 0-100. */
  readonly plddt: readonly (readonly number[])[];
  /** 0-1, and each two chains; of several chains. */
  readonly iptm?: number | undefined;
  readonly chainPairs?: readonly ChainPair[] | undefined;
}

/**
 * Judges a prediction by its pTM and pLDDT.
 *
 * @param givenCounts how often the model was right at which pTM, by rising pTM; by default what was counted for it
 */
export function verdictOf(
  { model, templates, ptm, plddt, iptm, chainPairs = [] }: JudgedPrediction,
  givenCounts?: readonly FoldCount[],
): Verdict {
  const hasTemplates = templates?.chains.some(({ isUsed }) => isUsed) ?? false;
  const counts = givenCounts ?? foldCountsOf(model, hasTemplates);
  const place = counts.findLastIndex(({ ptmFrom }) => ptm >= ptmFrom);
  const count = counts[place];
  const ownFold = count ? foldByCount(count) : foldByPtm(ptm);
  const arrangement = chainPairs.length > 0 ? arrangementOf(chainPairs, iptm) : undefined;
  const isWronglyArranged = ownFold === 'right' && arrangement?.isRight === 'wrong';
  const fold = isWronglyArranged ? 'unclear' : ownFold;
  const trusted = trustedStretches(plddt);
  const numTrusted = trusted.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  const numResidues = plddt.reduce((sum, { length }) => sum + length, 0);
  return {
    fold,
    headline: isWronglyArranged ? WRONGLY_ARRANGED : HEADLINES[fold],
    basis: count
      ? basisOfCount(hasTemplates ? `${model} with templates` : model, count, counts[place + 1])
      : basisOfPtm(model, ptm),
    trusted,
    trustedShare: numTrusted / Math.max(1, numResidues),
    ...(arrangement ? { arrangement } : {}),
  };
}

function foldByCount({ numChains, numRight }: FoldCount): Verdict['fold'] {
  const share = numRight / numChains;
  return share >= SURE ? 'right' : share >= DOUBTFUL ? 'unclear' : 'wrong';
}

function foldByPtm(ptm: number): Verdict['fold'] {
  if (ptm >= SAME_FOLD + PTM_MARGIN) return 'right';
  return ptm >= SAME_FOLD - PTM_MARGIN ? 'unclear' : 'wrong';
}

function basisOfCount(model: string, count: FoldCount, next: FoldCount | undefined): string {
  const { ptmFrom, numChains, numRight } = count;
  const range = next
    ? ptmFrom === 0
      ? `below ${next.ptmFrom}`
      : `from ${ptmFrom} to ${next.ptmFrom}`
    : `of ${ptmFrom} or more`;
  return `Of ${numChains} proteins of known structure to which ${model} gives a pTM ${range}, without having been trained on them, ${numRight === 0 ? 'none' : numRight} came out with the right fold (TM-score above ${SAME_FOLD}).`;
}

function basisOfPtm(model: string, ptm: number): string {
  return `${model} expects a TM-score of ${ptm.toFixed(2)} (pTM); above ${SAME_FOLD}, two structures share a fold. codonfold has not measured how often ${model} is right about that.`;
}

/** Stretches within chains that are trusted, as residues over all chains. */
function trustedStretches(chains: readonly (readonly number[])[]): [number, number][] {
  let begin = 0;
  return chains.flatMap((plddt) => {
    const offset = begin;
    begin += plddt.length;
    const stretches: [number, number][] = [];
    plddt.forEach((value, i) => {
      if (value <= TRUSTED_PLDDT) return;
      const last = stretches.at(-1);
      if (last && offset + i - last[1] <= LONGEST_DIP + 1) last[1] = offset + i;
      else stretches.push([offset + i, offset + i]);
    });
    return stretches.filter(([first, last]) => last - first + 1 >= SHORTEST_STRETCH);
  });
}
