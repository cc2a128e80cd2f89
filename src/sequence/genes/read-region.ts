import type { Translation } from '#sequence/interpretation';
import type { GeneticCode } from './genetic-code.js';
import type { OpenReadingFrame } from './open-reading-frames.js';
import { readCodons, STOP } from './read-codons.js';
import { codonLink, codonsFrom, type Template } from './template.js';

/** Which codons of a template become the protein, and why. */
export interface CodingRegion extends Omit<OpenReadingFrame, 'weight'> {
  readonly reason: string;
}

/** What a region codes, but for what only the whole input tells. */
export type RegionTranslation = Omit<
  Translation,
  'nucleotides' | 'isWeakChoice' | 'candidates' | 'warnings'
>;

/**
 * Reads a coding region.
 *
 * @param template of n nucleotides
 * @param region `begin` is a place on the template
 * @param code genetic code
 */
export function readRegion(
  template: Template,
  { frame, begin, numResidues, hasStart, hasStop, reason }: CodingRegion,
  code: GeneticCode,
): RegionTranslation {
  const placeOf = (codon: number): number => begin + 3 * codon;
  const coding = codonsFrom(template, begin).subarray(0, numResidues);
  return {
    frame,
    reason,
    sequence: readCodons(coding, code, hasStart),
    codons: Array.from(coding, (_, k) => codonLink(template, placeOf(k))),
    hasStart,
    ...(hasStop ? { stop: codonLink(template, placeOf(numResidues)) } : {}),
    stopPositions: stopPlaces(template, begin % 3, code, hasStop ? placeOf(numResidues) : -1).map(
      template.positionAt,
    ),
    untranslated5: begin,
    untranslated3: template.bits.length - placeOf(numResidues + Number(hasStop)),
  };
}

/**
 * The first stop among codons; one that stops in some places only counts when nothing follows it.
 *
 * @returns 0-based codon
 */
export function firstStopOf(codons: Uint16Array, code: GeneticCode): number | undefined {
  const stop = codons.findIndex((codon) => code.residueOfBits[codon] === STOP);
  if (stop >= 0) return stop;
  const last = codons.at(-1);
  return last !== undefined && code.isContextStop[last] === 1 ? codons.length - 1 : undefined;
}

/** Places of all stop codons of a frame, and of one more that counts as a stop where it stands. */
function stopPlaces(template: Template, begin: number, code: GeneticCode, taken: number): number[] {
  const places: number[] = [];
  for (const [k, codon] of codonsFrom(template, begin).entries())
    if (code.residueOfBits[codon] === STOP || begin + 3 * k === taken) places.push(begin + 3 * k);
  return places;
}
