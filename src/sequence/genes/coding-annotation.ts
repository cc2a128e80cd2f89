import type { Segment } from './template.js';

/** A coding sequence as a file describes it: a `CDS` feature of GenBank and EMBL. */
export interface CodingAnnotation {
  /** Its location as written, for messages. */
  readonly location: string;
  /** Exons in reading order; at least one. */
  readonly segments: readonly Segment[];
  /** Does it begin, or end, outside of the sequence (`<1`, `>900`)? */
  readonly isOpenAtBegin: boolean;
  readonly isOpenAtEnd: boolean;
  /** Letter of the first exon at which the first whole codon begins (`/codon_start`). */
  readonly codonStart: 1 | 2 | 3;
  /** NCBI number of the genetic code (`/transl_table`). */
  readonly geneticCode?: number;
  /** Codons that are read otherwise than the code says (`/transl_except`). */
  readonly exceptions: readonly CodonException[];
  /** The protein as the file gives it (`/translation`), for comparison. */
  readonly translation?: string;
}

/** One codon that is read otherwise than the genetic code says. */
export interface CodonException {
  /** 1-based position in the input of its first letter, in reading order. */
  readonly position: number;
  /** Residue in one-letter code; X for one that has none, `*` for a stop. */
  readonly residue: string;
}
