import type { CodonLink } from '#sequence/chain';
import { decodeNucleotides, encodeNucleotides, reverseComplement } from './nucleotides.js';
import { codonPositions, type ReadingFrame } from './reading-frame.js';

/** Both strands of an input as base bits, each from its own 5' end; made once, read in all six frames. */
export interface Strands {
  /** `[L]` as given. */
  readonly forward: Uint8Array;
  /** `[L]` the reverse complement. */
  readonly reverse: Uint8Array;
}

/**
 * Both strands of an input.
 *
 * @param nucleotides L IUPAC letters in either case
 * @throws SequenceLetterError for any other letter
 */
export function strandsOf(nucleotides: string): Strands {
  const forward = encodeNucleotides(nucleotides);
  return { forward, reverse: reverseComplement(forward) };
}

/**
 * The codons of one frame.
 *
 * @param strands both strands of an input of L nucleotides
 * @param frame reading frame
 * @returns `[floor((L - |frame| + 1) / 3)]` each codon's base bits as `b1 << 8 | b2 << 4 | b3`
 */
export function codonsOfFrame(strands: Strands, frame: ReadingFrame): Uint16Array {
  const bits = frame > 0 ? strands.forward : strands.reverse;
  const skipped = Math.abs(frame) - 1;
  const codons = new Uint16Array(Math.max(0, Math.floor((bits.length - skipped) / 3)));
  for (let k = 0, i = skipped; k < codons.length; k++, i += 3)
    codons[k] = (bits[i]! << 8) | (bits[i + 1]! << 4) | bits[i + 2]!;
  return codons;
}

/**
 * Letters and positions of one codon.
 *
 * @param strands both strands of the input
 * @param frame reading frame
 * @param index 0-based codon of the frame
 */
export function codonLink(strands: Strands, frame: ReadingFrame, index: number): CodonLink {
  const start = Math.abs(frame) - 1 + 3 * index;
  const bits = frame > 0 ? strands.forward : strands.reverse;
  return {
    codon: decodeNucleotides(bits.subarray(start, start + 3)),
    positions: codonPositions(frame, index, bits.length),
  };
}
