import { type GeneticCode, geneticCode, isStartCodon } from './genetic-code.js';
import { frameOfPlace, READING_FRAMES, type ReadingFrame } from './reading-frame.js';
import { readCodons, STOP } from './read-codons.js';
import { codonsFrom, openedAt, type Strands, strandOf, strandsOf } from './template.js';

/** A stretch of codons without a stop that may code a protein. */
export interface OpenReadingFrame {
  readonly frame: ReadingFrame;
  /** 0-based place of its first nucleotide on the strand of the frame. */
  readonly begin: number;
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

/** Where an open reading frame stands in the input. */
export interface FramePlace {
  /** 1-based position of the first nucleotide; greater than `end` on the reverse strand, or over a circle's origin. */
  readonly start: number;
  /** 1-based position of the last nucleotide, the stop codon's where there is one. */
  readonly end: number;
  /** How much of the input it takes, its stop included; 0-1. */
  readonly share: number;
}

/** An open reading frame with what it codes and where it stands in the input. */
export interface LocatedReadingFrame extends OpenReadingFrame, FramePlace {
  /** Residues in one-letter code, without the stop. */
  readonly sequence: string;
}

/** What counts as an open reading frame. */
export interface FrameSearch {
  readonly code: GeneticCode;
  /** Accept every start codon of the genetic code; else only those that code M anyway. */
  readonly alternativeStarts: boolean;
  /** Is the input a circle, so that a frame may run over its origin? It has no ends then. */
  readonly isCircular: boolean;
}

interface SearchOptions {
  readonly geneticCode?: number;
  /** Accept every start codon of the genetic code. Default: only those that code M anyway. */
  readonly alternativeStarts?: boolean;
  /** Circular DNA; default false. */
  readonly circular?: boolean;
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
 * @throws SequenceLetterError for a letter that is not a nucleotide; FoldError `GENETIC_CODE_UNKNOWN`
 */
export function openReadingFrames(
  nucleotides: string,
  {
    geneticCode: id = 1,
    alternativeStarts = false,
    circular = false,
    minResidues = 30,
  }: SearchOptions = {},
): LocatedReadingFrame[] {
  const search = { code: geneticCode(id), alternativeStarts, isCircular: circular };
  const strands = strandsOf(nucleotides);
  return findReadingFrames(strands, search)
    .filter(({ numResidues }) => numResidues >= minResidues)
    .map((found) => ({
      ...found,
      ...placeOfFrame(found, strands),
      sequence: residuesOf(found, strands, search.code),
    }));
}

/**
 * All open reading frames as {@link openReadingFrames} orders them, however short.
 *
 * @param strands of an input of L nucleotides
 * @param search what counts as one
 */
export function findReadingFrames(strands: Strands, search: FrameSearch): OpenReadingFrame[] {
  const framesIn = search.isCircular ? circularFrames : linearFrames;
  return READING_FRAMES.flatMap((frame) => framesIn(strands, frame, search)).sort(
    (a, b) => b.weight - a.weight,
  );
}

/**
 * Where an open reading frame stands in the input.
 *
 * @param found one of `strands`
 * @param strands of the input
 */
export function placeOfFrame(
  { frame, begin, numResidues, hasStop }: OpenReadingFrame,
  strands: Strands,
): FramePlace {
  const { bits, positionAt } = strandOf(strands, frame);
  const numNucleotides = 3 * (numResidues + Number(hasStop));
  return {
    start: positionAt(begin),
    end: positionAt((begin + numNucleotides - 1) % bits.length),
    share: numNucleotides / bits.length,
  };
}

function residuesOf(
  { frame, begin, numResidues, hasStart }: OpenReadingFrame,
  strands: Strands,
  code: GeneticCode,
): string {
  const strand = strandOf(strands, frame);
  const isOverOrigin = begin + 3 * numResidues > strand.bits.length;
  const codons = isOverOrigin ? codonsFrom(openedAt(strand, begin), 0) : codonsFrom(strand, begin);
  return readCodons(codons.subarray(0, numResidues), code, hasStart);
}

function linearFrames(strands: Strands, frame: ReadingFrame, search: FrameSearch) {
  const skipped = Math.abs(frame) - 1;
  const codons = codonsFrom(strandOf(strands, frame), skipped);
  const residues = residuesOfCodons(codons, search.code);
  const found: OpenReadingFrame[] = [];
  for (const { begin, end, hasStop } of stretchesOf(codons, residues, search.code)) {
    const start = firstStart(codons, begin, end, search);
    const first = begin > 0 || end === 0 ? start : firstAtEdge(residues, start, end);
    if (first === undefined) continue;
    const hasStart = first === start;
    const weight = weigh(residues, first, end) * (hasStart ? 2 : 1);
    const numResidues = end - first;
    found.push({ frame, begin: skipped + 3 * first, numResidues, hasStart, hasStop, weight });
  }
  return found;
}

/** Open reading frames of a circle whose preceding stop codon is in one frame; a frame ends after a turn at the latest. */
function circularFrames(strands: Strands, frame: ReadingFrame, search: FrameSearch) {
  const { bits, positionAt } = strandOf(strands, frame);
  const { length } = bits;
  // from a stop of the first turn on, codons repeat after one turn, or after three where a turn is no whole codons
  const turns = length % 3 === 0 ? 2 : 4;
  const turned = Uint8Array.from({ length: turns * length + 2 }, (_, i) => bits[i % length]!);
  const skipped = Math.abs(frame) - 1;
  const codons = codonsFrom({ bits: turned, positionAt }, skipped);
  const residues = residuesOfCodons(codons, search.code);
  const mostResidues = Math.floor(length / 3);
  const found: OpenReadingFrame[] = [];
  for (const stretch of stretchesOf(codons, residues)) {
    const isEndless = stretch.begin === 0 && stretch.end === codons.length;
    if (!isEndless && (stretch.begin === 0 || skipped + 3 * (stretch.begin - 1) >= length))
      continue;
    if (isEndless && skipped > 0 && length % 3 !== 0) continue; // frame 1 goes on through the others
    const start = firstStart(codons, stretch.begin, stretch.end, search);
    const first = start ?? (isEndless ? 0 : undefined);
    if (first === undefined) continue;
    const end = Math.min(stretch.end, first + mostResidues);
    const hasStart = start !== undefined;
    const begin = (skipped + 3 * first) % length;
    found.push({
      frame: frameOfPlace(begin, frame < 0),
      begin,
      numResidues: end - first,
      hasStart,
      hasStop: stretch.hasStop && end === stretch.end && 3 * (end + 1 - first) <= length,
      weight: weigh(residues, first, end) * (hasStart ? 2 : 1),
    });
  }
  return found;
}

/** Codons between two stops; `begin` is the first, `end` the stop or the first that is not there any more. */
interface Stretch {
  readonly begin: number;
  readonly end: number;
  readonly hasStop: boolean;
}

/** @param code where given, the last codon may be one of those that stop in some places only */
function* stretchesOf(
  codons: Uint16Array,
  residues: Uint16Array,
  code?: GeneticCode,
): Generator<Stretch> {
  const endsInStop = codons.length > 0 && code?.isContextStop[codons.at(-1)!] === 1;
  for (let begin = 0; begin < codons.length;) {
    const stop = residues.indexOf(STOP, begin);
    const end = stop >= 0 ? stop : codons.length - Number(endsInStop);
    yield { begin, end, hasStop: stop >= 0 || endsInStop };
    begin = stop >= 0 ? stop + 1 : codons.length;
  }
}

function residuesOfCodons(codons: Uint16Array, { residueOfBits }: GeneticCode): Uint16Array {
  return codons.map((codon) => residueOfBits[codon]!);
}

function firstStart(
  codons: Uint16Array,
  begin: number,
  end: number,
  { code, alternativeStarts }: FrameSearch,
): number | undefined {
  for (let k = begin; k < end; k++) if (isStartCodon(codons[k]!, code, alternativeStarts)) return k;
  return undefined;
}

/** Where the protein of a stretch begins that the beginning of the strand cuts off. */
function firstAtEdge(residues: Uint16Array, start: number | undefined, end: number): number {
  if (start === undefined) return 0;
  return 2 * weigh(residues, start, end) >= weigh(residues, 0, end) ? start : 0;
}

const UNKNOWN = 'X'.charCodeAt(0);

function weigh(residues: Uint16Array, begin: number, end: number): number {
  let known = 0;
  for (let k = begin; k < end; k++) if (residues[k] !== UNKNOWN) known++;
  return known;
}
