import { alignSequences, type AlignedPairs } from '#sequence/pairwise-alignment';
import { threaded } from './alignment-seeds.js';
import type { ChainTrace } from './chain-trace.js';
import { countIdentical, pairResidues, type Pairing, type PairingMethod } from './pair-residues.js';
import { TraceAligner } from './trace-aligner.js';

/** A chain of each structure, and how their residues are paired. */
export interface PairedChains {
  readonly mobile: ChainTrace;
  readonly target: ChainTrace;
  readonly pairing: Pairing;
}

/** A pair of chains with the alignment of their sequences. */
interface Candidate {
  readonly mobile: ChainTrace;
  readonly target: ChainTrace;
  readonly pairs: AlignedPairs;
  readonly identical: number;
}

/** Share of equal residues in the shorter chain from which on sequences say which chains belong together. */
const RELATED = 0.3;
/** Share of the most equal residues with which a pair of chains is still compared. */
const NEARLY = 0.9;
/** Pairs of chains that are compared in full. */
const MOST_COMPARED = 8;

/** Chains whose TM-scores differ by less lie equally well. */
const EQUAL = 1e-4;

const lengthOf = ({ residues }: ChainTrace): number => residues.length;

/** All pairs of chains, copies of the same two sequences together. */
function candidatesBySequence(
  mobiles: readonly ChainTrace[],
  targets: readonly ChainTrace[],
): Candidate[][] {
  const groups = new Map<string, Candidate[]>();
  for (const mobile of mobiles)
    for (const target of targets) {
      const [first, second] = [mobile.aatype, target.aatype];
      const key = `${first.join()}|${second.join()}`;
      const copies = groups.get(key) ?? [];
      groups.set(key, copies);
      const { pairs } = copies[0] ?? alignSequences(first, second, { scope: 'whole' });
      const identical = copies[0]?.identical ?? countIdentical(first, second, pairs);
      copies.push({ mobile, target, pairs, identical });
    }
  return [...groups.values()];
}

const isRelated = ({ mobile, target, identical }: Candidate): boolean =>
  identical >= RELATED * Math.min(lengthOf(mobile), lengthOf(target));

/** The candidates to compare in full, those that look most alike at a glance first. */
function mostLikely(groups: readonly (readonly Candidate[])[]): Candidate[] {
  const related = groups.filter(([first]) => isRelated(first!)).flat();
  const most = Math.max(...related.map(({ identical }) => identical));
  const nearest = related.filter(({ identical }) => identical >= NEARLY * most);
  const candidates = related.length > 0 ? nearest : groups.map(([first]) => first!);
  if (candidates.length === 1) return candidates;
  return candidates
    .map((candidate) => {
      const aligner = new TraceAligner(candidate.mobile.points, candidate.target.points);
      const pairs = related.length > 0 ? candidate.pairs : threaded(aligner);
      return { candidate, score: Math.round(aligner.quickScore(pairs)) };
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST_COMPARED)
    .map(({ candidate }) => candidate);
}

/** Share of both chains that lies together, so that a short chain does not win by being short. */
function sharedPart({ mobile, target, pairing }: PairedChains): number {
  const together = pairing.scores.tmScore * lengthOf(target);
  return together / (lengthOf(mobile) + lengthOf(target));
}

/**
 * The chains of two structures that resemble each other most: of those that share the most equal residues, or of all
 * where the sequences say nothing, the ones that lie best on one another; the first of equals.
 *
 * @param mobiles chains of one structure to choose from, at least one
 * @param targets chains of the other, at least one
 * @param method see `pairResidues`
 */
export function chooseChains(
  mobiles: readonly ChainTrace[],
  targets: readonly ChainTrace[],
  method?: PairingMethod,
): PairedChains {
  return mostLikely(candidatesBySequence(mobiles, targets))
    .map(({ mobile, target }) => ({
      mobile,
      target,
      pairing: pairResidues(mobile, target, method),
    }))
    .reduce((best, next) => (sharedPart(next) > sharedPart(best) + EQUAL ? next : best));
}
