import { FoldError } from '#errors';
import type { CodingAnnotation } from '#sequence/genes/coding-annotation';
import type { SequenceKind } from '#sequence/interpretation';
import type { Letters } from './letters.js';

/** One record of a text, with all that is needed to point at its letters. */
export interface TextEntry extends Letters {
  readonly title: string;
  /** What else it is called in its file: gene, locus tag, accession of the protein. */
  readonly otherNames?: readonly string[];
  readonly hasHeader: boolean;
  /** 1-based line of the header, or of the first letters where there is no header. */
  readonly line: number;
  /** What the letters stand for, where the format says so. */
  readonly kind?: SequenceKind;
  /** Of the chains, where the format names them. */
  readonly chainNames?: readonly string[];
  /** Whether the format says that the nucleotides are a circle. */
  readonly isCircular?: boolean;
  /** How the format says that the nucleotides are to be read. */
  readonly coding?: CodingAnnotation;
  /** What to do where there are no letters; default: write them below the header. */
  readonly emptyHint?: string;
  /** What of the text was left out, in words. */
  readonly notes?: readonly string[];
}

/** How a text is read. */
export interface ReadOptions {
  /** What error messages call the text; default `input`. */
  readonly source?: string;
  /** More records than these are refused as soon as they are met; default any number. */
  readonly maxRecords?: number;
  /** Read nucleotides as they stand, whatever the text says of their coding sequences; default false. */
  readonly ignoreCoding?: boolean;
}

/**
 * Refuses a text with too many records before the rest of it is read.
 *
 * @throws FoldError `BATCH_TOO_LARGE`
 */
export function refuseTooMany(numRecords: number, maxRecords: number): void {
  if (numRecords > maxRecords)
    throw new FoldError('BATCH_TOO_LARGE', `more than ${maxRecords} records at a time`, {
      hint: 'give them in several parts',
    });
}
