import { FoldError } from '#errors';
import { type GeneticCode, geneticCode, isStartCodon } from './genetic-code.js';
import type { InterpretOptions, Translation } from '#sequence/interpretation';
import { heaviestReadingFrame } from './open-reading-frames.js';
import { readCodons, STOP } from './read-codons.js';
import type { ReadingFrame } from './reading-frame.js';
import { codonLink, codonsOfFrame, type Strands, strandsOf } from './strands.js';
import { translationWarnings } from './translation-warnings.js';

/** Which codons of which frame become the protein, and why. */
interface CodingRegion {
  readonly frame: ReadingFrame;
  readonly firstCodon: number;
  readonly numResidues: number;
  readonly hasStart: boolean;
  readonly hasStop: boolean;
  readonly reason: string;
}

/**
 * Translates nucleotides into one protein.
 *
 * A given frame is read from its first codon to its first stop. `auto` takes a complete coding sequence (a start codon
 * of the genetic code, alternative ones included, whole codons, a stop at the end and nowhere else) as it is, and else
 * the longest open reading frame over six frames, where one that begins without a start codon counts half and X does
 * not count.
 *
 * @param nucleotides IUPAC letters in either case, T or U
 * @throws SequenceLetterError for any other letter; FoldError `READING_FRAME` where no residue comes out,
 *   `GENETIC_CODE_UNKNOWN`
 */
export function translate(
  nucleotides: string,
  {
    geneticCode: id = 1,
    frame = 'auto',
    alternativeStarts = false,
  }: Pick<InterpretOptions, 'geneticCode' | 'frame' | 'alternativeStarts'> = {},
): Translation {
  const code = geneticCode(id);
  const strands = strandsOf(nucleotides);
  const region =
    frame === 'auto'
      ? (completeCodingSequence(strands, code) ?? longest(strands, code, alternativeStarts))
      : givenFrame(strands, code, frame, alternativeStarts);
  const translation = assemble(nucleotides.toUpperCase(), strands, code, region);
  return {
    ...translation,
    warnings: translationWarnings(translation, { code, frameGiven: frame !== 'auto' }),
  };
}

/**
 * Reads a whole frame through its stops: `*` for each, a last partial codon left off.
 *
 * @param nucleotides IUPAC letters in either case, T or U
 * @param frame reading frame
 * @param id NCBI number of the genetic code
 */
export function translateThroughStops(nucleotides: string, frame: ReadingFrame, id = 1): string {
  return readCodons(codonsOfFrame(strandsOf(nucleotides), frame), geneticCode(id));
}

function completeCodingSequence(strands: Strands, code: GeneticCode): CodingRegion | undefined {
  const codons = codonsOfFrame(strands, 1);
  const [first, last] = [codons.at(0), codons.at(-1)];
  const firstStop = firstStopOf(codons, code);
  if (first === undefined || last === undefined || firstStop !== codons.length - 1)
    return undefined;
  if (!isStartCodon(first, code, true) || strands.forward.length % 3 !== 0) return undefined;
  return {
    frame: 1,
    firstCodon: 0,
    numResidues: firstStop,
    hasStart: true,
    hasStop: true,
    reason: 'complete coding sequence: a start codon first, a stop codon last and none between',
  };
}

function longest(strands: Strands, code: GeneticCode, alternativeStarts: boolean): CodingRegion {
  const found = heaviestReadingFrame(strands, code, alternativeStarts);
  if (!found)
    throw new FoldError('READING_FRAME', 'none of the six reading frames codes a residue', {
      hint: 'a codon needs three nucleotides; if this is a protein, set the type to protein',
    });
  const begin = found.hasStart ? 'begins with a start codon' : 'begins where the input begins';
  const end = found.hasStop ? 'ends with a stop codon' : 'runs to the end of the input';
  const reason = `longest open reading frame over six frames: ${begin}, ${end}`;
  return { ...found, reason };
}

function givenFrame(
  strands: Strands,
  code: GeneticCode,
  frame: ReadingFrame,
  alternativeStarts: boolean,
): CodingRegion {
  const codons = codonsOfFrame(strands, frame);
  const stop = firstStopOf(codons, code);
  const numResidues = stop ?? codons.length;
  if (numResidues === 0)
    throw new FoldError(
      'READING_FRAME',
      codons.length === 0
        ? `frame ${frame} holds no codon`
        : `the first codon of frame ${frame} is a stop`,
      { hint: 'try another frame, or auto for the longest open reading frame' },
    );
  return {
    frame,
    firstCodon: 0,
    numResidues,
    hasStart: isStartCodon(codons[0]!, code, alternativeStarts),
    hasStop: stop !== undefined,
    reason: `frame ${frame} as asked, from its first codon`,
  };
}

/** 0-based first stop codon; a codon that stops in some places only counts when nothing follows it. */
function firstStopOf(codons: Uint16Array, code: GeneticCode): number | undefined {
  const stop = codons.findIndex((codon) => code.residueOfBits[codon] === STOP);
  if (stop >= 0) return stop;
  const last = codons.at(-1);
  return last !== undefined && code.isContextStop[last] === 1 ? codons.length - 1 : undefined;
}

function assemble(
  nucleotides: string,
  strands: Strands,
  code: GeneticCode,
  region: CodingRegion,
): Omit<Translation, 'warnings'> {
  const { frame, firstCodon, numResidues, hasStart, hasStop, reason } = region;
  const codons = codonsOfFrame(strands, frame);
  const afterLast = firstCodon + numResidues;
  const coding = codons.subarray(firstCodon, afterLast);
  const untranslated5 = Math.abs(frame) - 1 + 3 * firstCodon;
  const stopPositions: number[] = [];
  for (const [k, codon] of codons.entries())
    if (code.residueOfBits[codon] === STOP || (hasStop && k === afterLast))
      stopPositions.push(codonLink(strands, frame, k).positions[0]);
  return {
    frame,
    reason,
    nucleotides,
    sequence: readCodons(coding, code, hasStart),
    codons: Array.from(coding, (_, k) => codonLink(strands, frame, firstCodon + k)),
    hasStart,
    ...(hasStop ? { stop: codonLink(strands, frame, afterLast) } : {}),
    stopPositions,
    untranslated5,
    untranslated3: nucleotides.length - untranslated5 - 3 * (numResidues + Number(hasStop)),
  };
}
