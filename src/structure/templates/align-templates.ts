import { expectedByChance } from '#sequence/alignment-significance';
import { alignSequences, type AlignedPairs } from '#sequence/pairwise-alignment';
import { countIdentical } from '#structure/alignment/pair-residues';
import { CA_SLOT, C_SLOT, N_SLOT } from '#structure/residues/atoms';
import type { TemplateChain } from './template-chain.js';

/** A template laid over a query of N residues. */
export interface AlignedTemplate {
  readonly chain: TemplateChain;
  /** Residues of the query and of the template that stand for each other. */
  readonly pairs: AlignedPairs;
  /** Share of the pairs that are of the same type, 0-1. */
  readonly identity: number;
  /** Share of the query that is paired, 0-1. */
  readonly coverage: number;
  /** Alignments as good as the best part of it that unrelated sequences would have. */
  readonly expectedByChance: number;
  /** Whether the two are related beyond doubt. */
  readonly isRelated: boolean;
  /** What to expect of the query if it is folded after the template, 0-1: of two templates, take the one with more. */
  readonly quality: number;
}

/**
 * More by chance than this, and a template is not used. Of 6,600 pairs of unrelated chains none came below; nor did any
 * relative whose fold was any help lie above.
 */
const MOST_BY_CHANCE = 1e-4;
/** Half bits. Dearer than in searches: whole domains are aligned, and loops seldom fall among strands and helices. */
const GAP = { open: 13, extend: 1 };
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
    .sort((a, b) => Number(b.isRelated) - Number(a.isRelated) || b.quality - a.quality);
}

function alignTemplate(query: ArrayLike<number>, chain: TemplateChain): AlignedTemplate {
  const { aatype, atom14Mask } = chain;
  const { score } = alignSequences(query, aatype, { scope: 'local' });
  const { pairs } = alignSequences(query, aatype, { scope: 'whole', gap: GAP });
  const identity = countIdentical(query, aatype, pairs) / Math.max(1, pairs.length);
  const byChance = expectedByChance(score, query, aatype);
  const worth = pairs.map(([, j]) =>
    [N_SLOT, CA_SLOT, C_SLOT].every((slot) => atom14Mask[14 * j + slot]) ? 1 : WORTH_OF_TRACE,
  );
  const copied = worth.reduce((sum, one) => sum + one, 0) / query.length;
  return {
    chain,
    pairs,
    identity,
    coverage: pairs.length / query.length,
    expectedByChance: byChance,
    isRelated: byChance <= MOST_BY_CHANCE,
    quality: copied * (COPIED.least + COPIED.byIdentity * identity),
  };
}
