import { type FramePlace, type OpenReadingFrame, placeOfFrame } from './open-reading-frames.js';
import type { Strands } from './template.js';

/** One way to read a gene, as it is offered to the user: `frame` and `start` choose it. */
export interface Candidate
  extends FramePlace, Pick<OpenReadingFrame, 'frame' | 'numResidues' | 'hasStart' | 'hasStop'> {}

const MOST_CANDIDATES = 6;
/** What weighs less than this share of the heaviest is not a candidate. */
const LEAST_SHARE_OF_HEAVIEST = 0.25;

/**
 * The ways to read a gene that are worth a look.
 *
 * @param chosen what is read
 * @param found all open reading frames, heaviest first
 * @param strands that they are on
 * @returns what is read first, then the others from the heaviest on
 */
export function candidatesOf(
  chosen: OpenReadingFrame,
  found: readonly OpenReadingFrame[],
  strands: Strands,
): Candidate[] {
  const least = LEAST_SHARE_OF_HEAVIEST * Math.max(chosen.weight, found[0]?.weight ?? 0);
  const others = found.filter((frame) => frame.weight >= least && !isSame(frame, chosen));
  return [chosen, ...others].slice(0, MOST_CANDIDATES).map((frame) => {
    const { numResidues, hasStart, hasStop } = frame;
    return { frame: frame.frame, ...placeOfFrame(frame, strands), numResidues, hasStart, hasStop };
  });
}

/** Are two readings the same but for the codon that they begin with? */
export function isSame(a: OpenReadingFrame, b: OpenReadingFrame): boolean {
  const endOf = ({ begin, numResidues }: OpenReadingFrame): number => begin + 3 * numResidues;
  return a.frame > 0 === b.frame > 0 && endOf(a) === endOf(b);
}
