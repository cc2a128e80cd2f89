import { type GeneticCode, geneticCode, isStartCodon } from './genetic-code.js';
import { codonPositions, READING_FRAMES, type ReadingFrame } from './reading-frame.js';
import { readCodons, STOP } from './read-codons.js';
import { codonsOfFrame, type Strands, strandsOf } from './strands.js';

/** A stretch of codons without a stop that may code a protein. */
export interface OpenReadingFrame {
  readonly frame: ReadingFrame;
  /** 0-based first codon, counted in the frame. */
  readonly firstCodon: number;
  /** Residues it codes; the stop codon is not one. */
  readonly numResidues: number;
  /** Does it begin with a start codon? If not, it begins at the end of the input. */
  readonly hasStart: boolean;
  /** Does a stop codon end it? If not, the input ends first. */
  readonly hasStop: boolean;
  /**
   * How much speaks for it: its residues other than X, doubled where it begins with a start codon, since an end of
   * the input is no evidence that a protein begins there.
   */
  readonly weight: number;
}

/** An open reading frame with what it codes and where it stands in the input. */
export interface LocatedReadingFrame extends OpenReadingFrame {
  /** Residues in one-letter code, without the stop. */
  readonly sequence: string;
  /** 1-based position of the first nucleotide; greater than `end` on the reverse strand. */
  readonly start: number;
  /** 1-based position of the last nucleotide, the stop codon's where there is one. */
  readonly end: number;
}

interface SearchOptions {
  readonly geneticCode?: number;
  /** Accept every start codon of the genetic code. Default: only those that code M anyway. */
  readonly alternativeStarts?: boolean;
  /** Leave out shorter ones; default 30 residues, below which most are there by chance. */
  readonly minResidues?: number;
}

/**
 * All open reading frames over six frames, one for each stretch between stop codons: from its first start codon, or,
 * where the stretch is cut off by the beginning of the strand and that weighs more, from there.
 *
 * @param nucleotides IUPAC letters in either case, T or U
 * @returns longest first, where one without a start codon counts half and X does not count (see
 *   {@link OpenReadingFrame.weight}), so that the first is what `translate` takes; ties in the order of frames
 * @throws SequenceLetterError for a letter that is no nucleotide; FoldError `GENETIC_CODE_UNKNOWN`
 */
export function openReadingFrames(
  nucleotides: string,
  { geneticCode: id = 1, alternativeStarts = false, minResidues = 30 }: SearchOptions = {},
): LocatedReadingFrame[] {
  const code = geneticCode(id);
  const strands = strandsOf(nucleotides);
  return READING_FRAMES.flatMap((frame) => {
    const codons = codonsOfFrame(strands, frame);
    return openReadingFramesOf(strands, frame, code, alternativeStarts)
      .filter(({ numResidues }) => numResidues >= minResidues)
      .map((found) => locate(found, codons, nucleotides.length, code));
  }).sort((a, b) => b.weight - a.weight);
}

/**
 * The open reading frame that {@link OpenReadingFrame.weight} favours over six frames; on ties the first in the order
 * of frames and positions.
 *
 * @returns undefined where no frame has a codon other than stops
 */
export function heaviestReadingFrame(
  strands: Strands,
  code: GeneticCode,
  alternativeStarts: boolean,
): OpenReadingFrame | undefined {
  let best: OpenReadingFrame | undefined;
  for (const frame of READING_FRAMES)
    for (const found of openReadingFramesOf(strands, frame, code, alternativeStarts))
      if (!best || found.weight > best.weight) best = found;
  return best;
}

function openReadingFramesOf(
  strands: Strands,
  frame: ReadingFrame,
  code: GeneticCode,
  alternativeStarts: boolean,
): OpenReadingFrame[] {
  const codons = codonsOfFrame(strands, frame);
  const residues = codons.map((codon) => code.residueOfBits[codon]!);
  const isStart = (k: number): boolean => isStartCodon(codons[k]!, code, alternativeStarts);
  const endsInStop = codons.length > 0 && code.isContextStop[codons.at(-1)!] === 1;
  const found: OpenReadingFrame[] = [];
  for (let begin = 0; begin < codons.length;) {
    let end = residues.indexOf(STOP, begin);
    const next = end < 0 ? codons.length : end + 1;
    const hasStop = end >= 0 || endsInStop;
    if (end < 0) end = codons.length - Number(endsInStop);
    const firstCodon = firstCodonOf(residues, isStart, begin, end);
    if (firstCodon !== undefined)
      found.push({
        frame,
        firstCodon,
        numResidues: end - firstCodon,
        hasStart: isStart(firstCodon),
        hasStop,
        weight: weigh(residues, firstCodon, end) * (isStart(firstCodon) ? 2 : 1),
      });
    begin = next;
  }
  return found;
}

const UNKNOWN = 'X'.charCodeAt(0);

/** Where the protein of a stretch begins, or undefined where nothing says that it codes one. */
function firstCodonOf(
  residues: Uint16Array,
  isStart: (k: number) => boolean,
  begin: number,
  end: number,
): number | undefined {
  let start = begin;
  while (start < end && !isStart(start)) start++;
  if (begin > 0 || end === 0) return start < end ? start : undefined;
  return 2 * weigh(residues, start, end) >= weigh(residues, 0, end) && start < end ? start : 0;
}

function weigh(residues: Uint16Array, begin: number, end: number): number {
  let known = 0;
  for (let k = begin; k < end; k++) if (residues[k] !== UNKNOWN) known++;
  return known;
}

function locate(
  found: OpenReadingFrame,
  codons: Uint16Array,
  numNucleotides: number,
  code: GeneticCode,
): LocatedReadingFrame {
  const { frame, firstCodon, numResidues, hasStart, hasStop } = found;
  const coding = codons.subarray(firstCodon, firstCodon + numResidues);
  const lastCodon = firstCodon + numResidues - 1 + Number(hasStop);
  return {
    ...found,
    sequence: readCodons(coding, code, hasStart),
    start: codonPositions(frame, firstCodon, numNucleotides)[0],
    end: codonPositions(frame, lastCodon, numNucleotides)[2],
  };
}
