import type { Chain, CodonLink } from './chain.js';
import type { RecordChoice } from './choose-records.js';
import type { Candidate } from '#sequence/genes/candidates';
import type { ReadingFrame } from '#sequence/genes/reading-frame';

/** What the letters of an input stand for. */
export type SequenceKind = 'protein' | 'dna' | 'rna';

/** What a caller may decide; whatever is left out is decided by the rules of `interpret`. */
export interface InterpretOptions {
  /** Default `auto`: see `recogniseKind`. */
  readonly type?: 'auto' | SequenceKind;
  /** NCBI number of the genetic code; default: what the text says, as `/transl_table` does, else 1, the standard code. */
  readonly geneticCode?: number;
  /** Default `auto`: an annotated coding sequence, else the longest open reading frame, see `translate`. */
  readonly frame?: 'auto' | ReadingFrame;
  /**
   * 1-based position of the first letter of the first codon; the sign of `frame` names the strand, the forward one by
   * default. Default: what `frame` says.
   */
  readonly start?: number;
  /** Whether nucleotides are a circle, as plasmids are, so that a frame may run over the origin; default: what the text says. */
  readonly circular?: boolean;
  /** Let every start codon of the genetic code begin a protein, and read it as M. Default: only those that code M anyway. */
  readonly alternativeStarts?: boolean;
  /** Whether all records are the chains of one complex; default: each is a record of its own. See `asComplex`. */
  readonly complex?: boolean;
  /** What the chains of a record, or of the complex, are called; default: as the text says, else A, B, … */
  readonly chainNames?: readonly string[];
  /**
   * Names of the records that are read, see `chooseRecords`. Default: all, unless a file describes too many coding
   * sequences, which are refused then; `all` takes them too.
   */
  readonly records?: RecordChoice;
  /** What error messages call the text: a file name, or the default `input`. */
  readonly source?: string;
}

/** Something the user should know about an input that was accepted. */
export interface InputWarning {
  /** A sentence that names letters and positions. */
  readonly message: string;
  /** 1-based position of the first place meant, counted in the letters of its chain; 1 for the record as a whole. */
  readonly position: number;
  /** The letter as it was given, where the warning is about one. */
  readonly letter?: string;
  /** 0-based offsets in the text of every place meant, for marking; empty for the record as a whole. */
  readonly offsets: readonly number[];
}

/** How one chain was read from nucleotides. */
export interface Translation {
  readonly frame: ReadingFrame;
  /** Why this frame and this first codon, in words. */
  readonly reason: string;
  /** The nucleotides as given, upper case, T and U kept; of an annotated coding sequence those that are joined. */
  readonly nucleotides: string;
  /** Residues in one-letter code, without the stop. */
  readonly sequence: string;
  /** One link for each residue. */
  readonly codons: readonly CodonLink[];
  /** Does the protein begin with a start codon of the genetic code? */
  readonly hasStart: boolean;
  /** The stop codon that ends the protein; absent where the nucleotides end first. */
  readonly stop?: CodonLink;
  /** 1-based position in the input of the first letter of every stop codon of the whole frame, in reading order. */
  readonly stopPositions: readonly number[];
  /** Nucleotides before the first codon, on the strand that is read. */
  readonly untranslated5: number;
  /** Nucleotides after the last residue's codon and the stop codon, on the strand that is read. */
  readonly untranslated3: number;
  /** Whether the choice of this reading was automatic and may be wrong: a warning says why. */
  readonly isWeakChoice: boolean;
  /** The ways to read it that are worth a look, this one first; of an annotated coding sequence none. */
  readonly candidates: readonly Candidate[];
  /** What the user should know: positions count in the input. */
  readonly warnings: readonly { readonly message: string; readonly positions: readonly number[] }[];
}

/** One record of an input, understood and ready to be folded. */
export interface Interpretation {
  /** Unique among the records of the input (letter case ignored) and safe as a file name. */
  readonly name: string;
  /** The header line as given, without `>`; empty where there was none. */
  readonly title: string;
  readonly kind: SequenceKind;
  /** What was assumed where the letters left a choice, and how to override it. */
  readonly assumed?: string;
  /** NCBI number of the genetic code; nucleotides only. */
  readonly geneticCode?: number;
  /** The reading frame, where all chains share one; nucleotides only. */
  readonly frame?: ReadingFrame;
  readonly chains: readonly Chain[];
  /** How each chain was translated, in the order of `chains`; nucleotides only. */
  readonly translations?: readonly Translation[];
  readonly warnings: readonly InputWarning[];
}
