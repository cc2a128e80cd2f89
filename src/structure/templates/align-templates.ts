import { expectedByChance } from '#sequence/alignment-significance';
import { pairPosteriors } from '#sequence/pair-posteriors';
import { align, alignSequences, type AlignedPairs } from '#sequence/pairwise-alignment';
import { countIdentical } from '#structure/alignment/pair-residues';
import { CA_SLOT, C_SLOT, N_SLOT } from '#structure/residues/atoms';
import type { TemplateChain } from './template-chain.js';
import { templateProfile } from './template-profile.js';

/** A template laid over a query of N residues. */
export interface AlignedTemplate {
  readonly chain: TemplateChain;
  /** Residues of the query and of the template that stand for each other. */
  readonly pairs: AlignedPairs;
  /** How likely each pair is right, 0-1; 0 where the two are not related. */
  readonly posteriors: Float32Array;
  /** Share of the pairs that are of the same type, 0-1. */
  readonly identity: number;
  /** Share of the query that is paired, 0-1. */
  readonly coverage: number;
  /** Alignments as good as the best part of it that unrelated sequences would have. */
  readonly expectedByChance: number;
  /** Whether the two are related beyond doubt. */
  readonly isRelated: boolean;
  /**
   * What to expect of the query if it is folded after the template, 0-1: of two templates, take the one with more. 0 where
   * the two are not related.
   */
  readonly quality: number;
}

/**
 * More by chance than this, and a template is not used. Of 6,600 pairs of unrelated chains none came below; nor did any
 * relative whose fold was any help lie above.
 */
export const MOST_BY_CHANCE = 1e-4;
/** Doubtful pairs cost nothing beside those that they exclude, so gaps need not. */
const FREE_GAPS = { open: 0, extend: 0 };
/** Mean lDDT of residues that are copied from a relative: of one without a residue in common, and what identity adds. */
const COPIED = { least: 0.6, byIdentity: 0.35 };
/** Of a residue of which the template has the CA alone. */
const WORTH_OF_TRACE = 0.95;

/**
 * Lays templates over a query.
 *
 * @param query `[N]` types 0-20
 * @returns one for each chain, the best first
 */
export function alignTemplates(
  query: ArrayLike<number>,
  chains: readonly TemplateChain[],
): AlignedTemplate[] {
  return chains
    .map((chain) => alignTemplate(query, chain))
    .sort((a, b) => b.quality - a.quality || a.expectedByChance - b.expectedByChance);
}

function alignTemplate(query: ArrayLike<number>, chain: TemplateChain): AlignedTemplate {
  const { aatype, atom14Mask } = chain;
  const bySequence = alignSequences(query, aatype, { scope: 'local' });
  const byChance = expectedByChance(bySequence.score, query, aatype);
  const isRelated = byChance <= MOST_BY_CHANCE;
  const { pairs, posteriors } = isRelated
    ? likeliestPairs(query, chain)
    : { pairs: bySequence.pairs, posteriors: new Float32Array(bySequence.pairs.length) };
  const identity = countIdentical(query, aatype, pairs) / Math.max(1, pairs.length);
  const right = pairs.map(([, j], k) => {
    const hasBackbone = [N_SLOT, CA_SLOT, C_SLOT].every((slot) => atom14Mask[14 * j + slot]);
    return posteriors[k]! * (hasBackbone ? 1 : WORTH_OF_TRACE);
  });
  const copied = right.reduce((sum, one) => sum + one, 0) / query.length;
  return {
    chain,
    pairs,
    posteriors,
    identity,
    coverage: pairs.length / query.length,
    expectedByChance: byChance,
    isRelated,
    quality: copied * (COPIED.least + COPIED.byIdentity * identity),
  };
}

/** The alignment of which most pairs are to be expected right, by sequence and by where the template's residues lie. */
function likeliestPairs(
  query: ArrayLike<number>,
  chain: TemplateChain,
): Pick<AlignedTemplate, 'pairs' | 'posteriors'> {
  const ofAll = pairPosteriors(query, templateProfile(chain));
  const numPlaces = chain.aatype.length;
  const scoreRow = (i: number, row: Float64Array): void => {
    row.set(ofAll.subarray(numPlaces * i, numPlaces * (i + 1)));
  };
  const lengths = [query.length, numPlaces] as const;
  const { pairs } = align({ lengths, scoreRow, gap: FREE_GAPS, scope: 'whole' });
  return { pairs, posteriors: Float32Array.from(pairs, ([i, j]) => ofAll[numPlaces * i + j]!) };
}
