import { FoldError } from '#errors';
import type { InterpretOptions, Translation } from '#sequence/interpretation';
import { candidatesOf } from './candidates.js';
import { type GeneticCode, geneticCode, isStartCodon } from './genetic-code.js';
import {
  findReadingFrames,
  type FrameSearch,
  type OpenReadingFrame,
} from './open-reading-frames.js';
import { readCodons } from './read-codons.js';
import { placeOfStart, type ReadingFrame } from './reading-frame.js';
import {
  type CodingRegion,
  firstStopOf,
  readRegion,
  type RegionTranslation,
} from './read-region.js';
import { isStrongContext } from './start-context.js';
import { codonLink, codonsFrom, openedAt, type Strands, strandOf, strandsOf } from './template.js';
import { translationWarnings, weakChoiceWarning } from './translation-warnings.js';
import { weaknessesOf } from './weak-choice.js';

/** What decides how nucleotides are read. */
export type TranslateOptions = Pick<
  InterpretOptions,
  'geneticCode' | 'frame' | 'start' | 'alternativeStarts' | 'circular'
>;

/** Where the caller wants codons to begin. */
interface AskedFrame {
  readonly frame: 'auto' | ReadingFrame;
  readonly start: number | undefined;
}

/** An open reading frame, and why it is read. */
type Choice = OpenReadingFrame & CodingRegion;

/**
 * Translates nucleotides into one protein.
 *
 * A given frame is read from its first codon, a given start from there, to the first stop. `auto` takes a complete
 * coding sequence (a start codon of the genetic code, alternative ones included, whole codons, a stop at the end and
 * nowhere else) as it is, and else the longest open reading frame over six frames, where one that begins without a start
 * codon counts half and X does not count; where such a choice is weak, a warning says why.
 *
 * @param nucleotides IUPAC letters in either case, T or U
 * @throws SequenceLetterError for any other letter; FoldError `READING_FRAME` where no residue comes out,
 *   `GENETIC_CODE_UNKNOWN`
 */
export function translate(nucleotides: string, options: TranslateOptions = {}): Translation {
  const { geneticCode: id = 1, frame = 'auto', start } = options;
  const { alternativeStarts = false, circular: isCircular = false } = options;
  const search = { code: geneticCode(id), alternativeStarts, isCircular };
  const strands = strandsOf(nucleotides);
  const found = findReadingFrames(strands, search);
  const isChosen = frame === 'auto' && start === undefined;
  const complete = isChosen ? completeCodingSequence(strands, search.code) : undefined;
  const region = isChosen
    ? (complete ?? longest(found, search))
    : givenFrame(strands, search, { frame, start });
  const translation = readChoice(region, strands, search.code);
  const weaknesses =
    isChosen && !complete ? weaknessesOf({ chosen: region, found, strands, search }) : [];
  return {
    ...translation,
    nucleotides: nucleotides.toUpperCase(),
    isWeakChoice: weaknesses.length > 0,
    candidates: candidatesOf(region, found, strands),
    warnings: [
      ...weakChoiceWarning(translation, weaknesses),
      ...translationWarnings(translation, {
        code: search.code,
        frameGiven: !isChosen,
        isStartGuessed: isChosen && !complete && !isStrongStart(strands, region),
      }),
    ],
  };
}

/** Only a circle's frame is longer than the rest of its strand: it goes on over the origin. */
function readChoice(region: Choice, strands: Strands, code: GeneticCode): RegionTranslation {
  const { begin, numResidues, hasStop } = region;
  const strand = strandOf(strands, region.frame);
  const isOverOrigin = begin + 3 * (numResidues + Number(hasStop)) > strand.bits.length;
  return isOverOrigin
    ? readRegion(openedAt(strand, begin), { ...region, begin: 0 }, code)
    : readRegion(strand, region, code);
}

/**
 * Reads a whole frame through its stops: `*` for each, a last partial codon left off.
 *
 * @param nucleotides IUPAC letters in either case, T or U
 * @param frame reading frame
 * @param id NCBI number of the genetic code
 */
export function translateThroughStops(nucleotides: string, frame: ReadingFrame, id = 1): string {
  const strand = strandOf(strandsOf(nucleotides), frame);
  return readCodons(codonsFrom(strand, Math.abs(frame) - 1), geneticCode(id));
}

function isStrongStart(strands: Strands, { frame, begin, numResidues }: Choice): boolean {
  const strand = strandOf(strands, frame);
  if (begin < 3 || numResidues < 2) return false;
  const [before, after] = [begin - 3, begin + 3].map((place) => codonLink(strand, place).codon);
  return isStrongContext(before, after);
}

function completeCodingSequence(strands: Strands, code: GeneticCode): Choice | undefined {
  const codons = codonsFrom(strands.forward, 0);
  const [first] = codons;
  const numResidues = firstStopOf(codons, code);
  if (first === undefined || numResidues !== codons.length - 1) return undefined;
  if (!isStartCodon(first, code, true) || strands.forward.bits.length % 3 !== 0) return undefined;
  return {
    frame: 1,
    begin: 0,
    numResidues,
    hasStart: true,
    hasStop: true,
    weight: 2 * numResidues,
    reason: 'complete coding sequence: a start codon first, a stop codon last and none between',
  };
}

function longest([heaviest]: readonly OpenReadingFrame[], { isCircular }: FrameSearch): Choice {
  if (!heaviest)
    throw new FoldError(
      'READING_FRAME',
      isCircular
        ? 'no frame of the circle has a start codon'
        : 'none of the six reading frames codes a residue',
      { hint: 'a codon needs three nucleotides; if this is a protein, set the type to protein' },
    );
  const begin = heaviest.hasStart ? 'begins with a start codon' : 'begins where the input begins';
  const end = heaviest.hasStop ? 'ends with a stop codon' : 'runs to the end of the input';
  const reason = `longest open reading frame over six frames: ${begin}, ${end}`;
  return { ...heaviest, reason };
}

function givenFrame(
  strands: Strands,
  { code, alternativeStarts, isCircular }: FrameSearch,
  asked: AskedFrame,
): Choice {
  const { frame, begin } = placeAsked(strands, asked);
  const strand = strandOf(strands, frame);
  const codons = isCircular ? codonsFrom(openedAt(strand, begin), 0) : codonsFrom(strand, begin);
  const stop = firstStopOf(codons, code);
  const numResidues = stop ?? codons.length;
  const from = asked.start === undefined ? `frame ${frame}` : `position ${asked.start}`;
  if (numResidues === 0)
    throw new FoldError(
      'READING_FRAME',
      codons.length === 0 ? `${from} holds no codon` : `the first codon of ${from} is a stop`,
      { hint: 'try another frame or start, or auto for the longest open reading frame' },
    );
  const where = asked.start === undefined ? 'from its first codon' : `from ${from} on`;
  return {
    frame,
    begin,
    numResidues,
    hasStart: isStartCodon(codons[0]!, code, alternativeStarts),
    hasStop: stop !== undefined,
    weight: numResidues,
    reason: `frame ${frame} as asked, ${where}`,
  };
}

function placeAsked(
  { forward }: Strands,
  { frame, start }: AskedFrame,
): { readonly frame: ReadingFrame; readonly begin: number } {
  if (start !== undefined) return placeOfStart(start, frame, forward.bits.length);
  return frame === 'auto' ? { frame: 1, begin: 0 } : { frame, begin: Math.abs(frame) - 1 };
}
