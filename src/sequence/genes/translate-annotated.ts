import { FoldError } from '#errors';
import type { Translation } from '#sequence/interpretation';
import { readProteinLetters } from '#sequence/protein-letters';
import type { CodingAnnotation } from './coding-annotation.js';
import { type GeneticCode, geneticCode, isStartCodon } from './genetic-code.js';
import { decodeNucleotides } from './nucleotides.js';
import { readCodons } from './read-codons.js';
import { readRegion, type RegionTranslation } from './read-region.js';
import { frameOfPlace } from './reading-frame.js';
import { codonsFrom, spliced, type Template } from './template.js';
import { translationWarnings } from './translation-warnings.js';

type Warning = Translation['warnings'][number];

/**
 * Translates a coding sequence as a file describes it: its exons joined, from its first whole codon to its stop, an
 * alternative start codon as M, with the exceptions that the file names.
 *
 * @param nucleotides the whole sequence that the annotation belongs to
 * @param annotation what to read
 * @param id NCBI number of the genetic code; default: that of the annotation, else 1
 * @throws SequenceLetterError for a letter that is not a nucleotide; FoldError `READING_FRAME` where no residue comes out,
 *   `GENETIC_CODE_UNKNOWN`
 */
export function translateAnnotated(
  nucleotides: string,
  annotation: CodingAnnotation,
  id = annotation.geneticCode ?? 1,
): Translation {
  const code = geneticCode(id);
  const template = spliced(nucleotides, annotation.segments);
  const begin = annotation.codonStart - 1;
  const codons = codonsFrom(template, begin);
  const hasStart = beginsWithStart(annotation, codons, code);
  const letters = lettersOf(template, annotation, { codons, code, hasStart });
  const stop = stopIn(letters, codons, code);
  const numResidues = stop ?? letters.length;
  if (numResidues === 0)
    throw new FoldError(
      'READING_FRAME',
      `the coding sequence ${annotation.location} codes no residue`,
      {
        hint: 'give frame or start to read the nucleotides without their annotation',
      },
    );
  const region = {
    frame: frameOfFirst(template.positionAt(begin), nucleotides.length, annotation),
    begin,
    numResidues,
    hasStart,
    hasStop: stop !== undefined,
    reason: `coding sequence as the file has it: ${annotation.location}`,
  };
  const protein = letters.slice(0, numResidues).join('');
  const { sequence, warnings } = readProteinLetters(protein);
  const read = { ...readRegion(template, region, code), sequence };
  return {
    ...read,
    nucleotides: decodeNucleotides(template.bits),
    isWeakChoice: false,
    candidates: [],
    warnings: [
      ...warnings.map(({ message, positions }) => ({
        message,
        positions: positions.flatMap((position) => read.codons[position - 1]!.positions),
      })),
      ...translationWarnings(read, { code, frameGiven: true }),
      ...openEnds(annotation, read),
      ...difference(annotation, protein, read),
    ],
  };
}

function beginsWithStart(
  { isOpenAtBegin, codonStart }: CodingAnnotation,
  codons: Uint16Array,
  code: GeneticCode,
): boolean {
  const [first] = codons;
  return (
    first !== undefined && !isOpenAtBegin && codonStart === 1 && isStartCodon(first, code, true)
  );
}

/** One letter for each codon, with the exceptions of the annotation: U and O too, `*` for stops. */
function lettersOf(
  { positionAt }: Template,
  { exceptions, codonStart }: CodingAnnotation,
  read: { readonly codons: Uint16Array; readonly code: GeneticCode; readonly hasStart: boolean },
): string[] {
  const letters = Array.from(readCodons(read.codons, read.code, read.hasStart));
  if (exceptions.length === 0) return letters;
  const residueAt = new Map(exceptions.map(({ position, residue }) => [position, residue]));
  return letters.map((letter, k) => residueAt.get(positionAt(codonStart - 1 + 3 * k)) ?? letter);
}

function stopIn(
  letters: readonly string[],
  codons: Uint16Array,
  { isContextStop }: GeneticCode,
): number | undefined {
  const stop = letters.indexOf('*');
  if (stop >= 0) return stop;
  const last = codons.at(-1);
  return last !== undefined && isContextStop[last] === 1 ? codons.length - 1 : undefined;
}

function frameOfFirst(position: number, length: number, { segments }: CodingAnnotation) {
  const isReverse =
    segments.find(({ first, last }) => first <= position && position <= last)?.isReverse === true;
  return frameOfPlace(isReverse ? length - position : position - 1, isReverse);
}

function openEnds(
  { isOpenAtBegin, isOpenAtEnd }: CodingAnnotation,
  { codons }: RegionTranslation,
): Warning[] {
  const ends = [isOpenAtBegin ? 'begins before' : '', isOpenAtEnd ? 'ends after' : ''];
  const where = ends.filter((end) => end !== '').join(' and ');
  if (where === '') return [];
  const message = `the coding sequence ${where} the sequence of the file: the protein is a fragment`;
  return [{ message, positions: codons[0]?.positions ?? [] }];
}

/** Says where the file's own protein is another one: edited RNA, a slipping ribosome, or a mistake. */
function difference(
  { translation }: CodingAnnotation,
  protein: string,
  { codons }: RegionTranslation,
): Warning[] {
  if (translation === undefined || translation === protein) return [];
  const length = Math.max(translation.length, protein.length);
  const places = Array.from({ length }, (_, i) => i).filter((i) => translation[i] !== protein[i]);
  const first = places[0] ?? 0;
  const message = `the file's own translation has ${translation.length} residues and differs from this one of ${protein.length} in ${places.length}, first at residue ${first + 1}`;
  return [{ message, positions: codons[first]?.positions ?? [] }];
}
