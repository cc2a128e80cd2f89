/**
 * @file Why the open reading frame that was chosen may be the wrong one: a longest frame is found in any sequence, also in
 * an intron.
 */
import { isSame } from './candidates.js';
import { type GeneticCode, isStartCodon } from './genetic-code.js';
import { type FrameSearch, type OpenReadingFrame, placeOfFrame } from './open-reading-frames.js';
import { STOP } from './read-codons.js';
import { codonAt, codonLink, type Strands, strandOf, type Template } from './template.js';

/** A choice, and all that there was to choose from. */
interface Choice {
  readonly chosen: OpenReadingFrame;
  /** All open reading frames, heaviest first. */
  readonly found: readonly OpenReadingFrame[];
  readonly strands: Strands;
  readonly search: FrameSearch;
}

/** A frame that weighs this much of the chosen one is nearly as good. */
const NEARLY = 0.75;
/** Above this probability a random sequence explains the choice as well as a gene does. */
const LIKELY_BY_CHANCE = 0.5;
/** A chosen frame that takes less than half of the input needs to be longer than one in a hundred random sequences has. */
const SMALL_SHARE = 0.5;
const UNLIKELY_BY_CHANCE = 0.01;
/** Below this share, what is left out may hold the rest of a protein however long the frame is. */
const VERY_SMALL_SHARE = 0.25;
/** Shorter inputs begin and end like a gene too often by chance. */
const SHORTEST_GENE = 30;
/** A stop parts one gene rather than two stretches where chance would make stretches as long as these so rarely. */
const UNLIKELY_BEFORE_STOP = 0.2;
const UNLIKELY_AFTER_STOP = 0.02;

/**
 * Why an automatic choice of the reading frame is weak.
 *
 * @param choice what was chosen and from what
 * @returns a phrase for each reason; empty for a good choice
 */
export function weaknessesOf(choice: Choice): string[] {
  return [smallShare(choice), rival(choice), broken(choice) ?? earlyStop(choice)].filter(
    (reason) => reason !== undefined,
  );
}

function smallShare({ chosen, strands, search }: Choice): string | undefined {
  const { share } = placeOfFrame(chosen, strands);
  const chance = chanceOf(chosen, strands, search);
  const percent = `only ${Math.round(100 * share)}% of the input is translated, as where introns or long untranslated ends are part of it`;
  const byChance = `a frame as long as this turns up by chance in ${Math.round(100 * chance)}% of random sequences of this length and composition`;
  const isSmall = share < VERY_SMALL_SHARE || (share < SMALL_SHARE && chance > UNLIKELY_BY_CHANCE);
  const reasons = [isSmall ? percent : '', chance > LIKELY_BY_CHANCE ? byChance : ''];
  return reasons.filter((reason) => reason !== '').join(', and ') || undefined;
}

function rival({ chosen, found, strands }: Choice): string | undefined {
  const second = found.find((frame) => !isSame(frame, chosen));
  if (!second || second.weight < NEARLY * chosen.weight) return undefined;
  const { start, end } = placeOfFrame(second, strands);
  return `frame ${second.frame} from ${start} to ${end} is nearly as likely (${second.numResidues} residues against ${chosen.numResidues})`;
}

/** A coding sequence has its first and its last codon at its ends; where the frame between them is broken, something is wrong. */
function broken({ strands: { forward }, search }: Choice): string | undefined {
  const { bits } = forward;
  if (bits.length < SHORTEST_GENE) return undefined;
  const { code, alternativeStarts } = search;
  if (!isStartCodon(codonAt(bits, 0), code, alternativeStarts)) return undefined;
  if (code.residueOfBits[codonAt(bits, bits.length - 3)] !== STOP) return undefined;
  const stop = 3 * openCodons(forward, 0, code);
  const isWhole = bits.length % 3 === 0;
  return `the input begins with a start codon and ends with a stop codon, as a coding sequence does, but ${[
    isWhole ? '' : 'its length is not a multiple of 3',
    stop + 3 < bits.length ? `frame 1 stops at ${stop + 1}-${stop + 3}` : '',
  ]
    .filter((part) => part !== '')
    .join(' and ')}`;
}

/** The chosen frame would hold a longer protein but for one stop; chance explains neither what is before nor what is after it. */
function earlyStop({ chosen, found, strands, search: { code } }: Choice): string | undefined {
  const strand = strandOf(strands, chosen.frame);
  const openness = 1 - stopFrequency(strand, code);
  for (const frame of found) {
    if (!frame.hasStart || !frame.hasStop || frame.frame !== chosen.frame) continue;
    const stopPlace = frame.begin + 3 * frame.numResidues;
    const open = openCodons(strand, stopPlace + 3, code);
    const isLong =
      openness ** frame.numResidues < UNLIKELY_BEFORE_STOP &&
      openness ** open < UNLIKELY_AFTER_STOP;
    if (!isLong || frame.numResidues + open <= chosen.numResidues) continue;
    const [from, , to] = codonLink(strand, stopPlace).positions;
    return `frame ${frame.frame} is open for ${open} more codons after the stop codon at ${from}-${to}, as where a stop is early`;
  }
  return undefined;
}

/** How many codons follow from a place on before a stop or the end. */
function openCodons({ bits }: Template, begin: number, { residueOfBits }: GeneticCode): number {
  let place = begin;
  while (place + 2 < bits.length && residueOfBits[codonAt(bits, place)] !== STOP) place += 3;
  return (place - begin) / 3;
}

/**
 * Probability that a random sequence of the same length and composition has an open reading frame as long as this, of the
 * same kind, on either strand.
 *
 * A frame with a start begins at a start codon that follows a stop with no other start between, and is open from there;
 * one without begins at an end in one of six frames. Their number is taken to be Poisson distributed.
 */
function chanceOf(
  { numResidues, hasStart }: OpenReadingFrame,
  { forward, reverse }: Strands,
  { code, alternativeStarts }: FrameSearch,
): number {
  let expected = 0;
  for (const strand of [forward, reverse]) {
    const stop = stopFrequency(strand, code);
    const start = codonFrequency(strand, (codon) => isStartCodon(codon, code, alternativeStarts));
    const begins = hasStart ? (strand.bits.length * start * stop) / (start + stop || 1) : 3;
    expected += begins * (1 - stop) ** (numResidues - Number(hasStart));
  }
  return 1 - Math.exp(-expected);
}

function stopFrequency(strand: Template, { residueOfBits }: GeneticCode): number {
  return codonFrequency(strand, (codon) => residueOfBits[codon] === STOP);
}

/** How frequent some codons are where bases follow each other at random, as frequent as they are on the strand. */
function codonFrequency({ bits }: Template, isMeant: (codon: number) => boolean): number {
  const counts = [0, 0, 0, 0];
  for (const base of bits) {
    const index = Math.log2(base);
    if (Number.isInteger(index)) counts[index]!++;
  }
  const total = counts.reduce((sum, count) => sum + count, 0) || 1;
  const share = counts.map((count) => count / total);
  let frequency = 0;
  for (let codon = 0; codon < 64; codon++) {
    const [first, second, third] = [codon >> 4, (codon >> 2) & 3, codon & 3];
    if (isMeant((1 << (first + 8)) | (1 << (second + 4)) | (1 << third)))
      frequency += share[first]! * share[second]! * share[third]!;
  }
  return frequency;
}
