import type { CodonLink } from '#sequence/chain';
import { decodeNucleotides, encodeNucleotides, reverseComplement } from './nucleotides.js';
import type { ReadingFrame } from './reading-frame.js';

/** Nucleotides in the order in which a ribosome meets them, each with its place in the input. */
export interface Template {
  /** `[n]` base bits. */
  readonly bits: Uint8Array;
  /** 1-based position in the input of a 0-based place on the template. */
  readonly positionAt: (place: number) => number;
}

/** Both strands of an input of L nucleotides, each from its own 5' end. */
export interface Strands {
  /** `[L]` as given. */
  readonly forward: Template;
  /** `[L]` the reverse complement. */
  readonly reverse: Template;
}

/** A part of an input; 1-based places of its ends, `first <= last`, both included. */
export interface Segment {
  readonly first: number;
  readonly last: number;
  /** Whether it is read on the other strand, from `last` down to `first`. */
  readonly isReverse: boolean;
}

/**
 * Both strands of an input.
 *
 * @param nucleotides L IUPAC letters in either case
 * @throws SequenceLetterError for any other letter
 */
export function strandsOf(nucleotides: string): Strands {
  const bits = encodeNucleotides(nucleotides);
  const { length } = bits;
  return {
    forward: { bits, positionAt: (place) => place + 1 },
    reverse: { bits: reverseComplement(bits), positionAt: (place) => length - place },
  };
}

/** The strand that a frame is read on. */
export function strandOf({ forward, reverse }: Strands, frame: ReadingFrame): Template {
  return frame > 0 ? forward : reverse;
}

/**
 * A circular strand, opened elsewhere than at the origin.
 *
 * @param strand `[L]`
 * @param begin 0-based place where the result begins
 * @returns `[L]`
 */
export function openedAt({ bits, positionAt }: Template, begin: number): Template {
  const { length } = bits;
  const opened = new Uint8Array(length);
  opened.set(bits.subarray(begin));
  opened.set(bits.subarray(0, begin), length - begin);
  return { bits: opened, positionAt: (place) => positionAt((place + begin) % length) };
}

/**
 * Segments one after the other, as splicing joins exons.
 *
 * @param nucleotides the input; only the letters within the segments are read
 * @param segments in reading order
 * @throws SequenceLetterError for a letter that is not a nucleotide
 */
export function spliced(nucleotides: string, segments: readonly Segment[]): Template {
  const length = segments.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  const bits = new Uint8Array(length);
  const positions = new Uint32Array(length);
  let place = 0;
  for (const { first, last, isReverse } of segments) {
    const part = encodeNucleotides(nucleotides, first - 1, last);
    bits.set(isReverse ? reverseComplement(part) : part, place);
    for (let i = 0; i < part.length; i++) positions[place + i] = isReverse ? last - i : first + i;
    place += part.length;
  }
  return { bits, positionAt: (at) => positions[at]! };
}

/**
 * The codons of a template.
 *
 * @param template of n nucleotides
 * @param begin 0-based place of the first one's first letter
 * @returns `[floor((n - begin) / 3)]` each codon's base bits as `b1 << 8 | b2 << 4 | b3`
 */
export function codonsFrom({ bits }: Template, begin: number): Uint16Array {
  const codons = new Uint16Array(Math.max(0, Math.floor((bits.length - begin) / 3)));
  for (let k = 0, i = begin; k < codons.length; k++, i += 3) codons[k] = codonAt(bits, i);
  return codons;
}

/**
 * One codon.
 *
 * @param bits of a template
 * @param place 0-based place of its first letter
 * @returns base bits as `b1 << 8 | b2 << 4 | b3`
 */
export function codonAt(bits: Uint8Array, place: number): number {
  return (bits[place]! << 8) | (bits[place + 1]! << 4) | bits[place + 2]!;
}

/**
 * Letters and positions of one codon.
 *
 * @param template it is read on
 * @param begin 0-based place of its first letter
 */
export function codonLink({ bits, positionAt }: Template, begin: number): CodonLink {
  return {
    codon: decodeNucleotides(bits.subarray(begin, begin + 3)),
    positions: [positionAt(begin), positionAt(begin + 1), positionAt(begin + 2)],
  };
}
