import { aatypeOf, UNKNOWN_AATYPE } from '#sequence/amino-acids';

/** Jump of the residue index between chains: far beyond what relative position tells apart. */
const CHAIN_INDEX_GAP = 512;
const GLYCINE = 7;
/** Glycines between two chains. */
const LINKER_LENGTH = 25;
/** Of padding: related to no residue. */
const NO_INDEX = -1;

/** What a model reads of one sequence, linkers included. */
export interface Features {
  /** `[L]` residue types 0-20. */
  readonly aatype: Int32Array;
  /** `[L]` drives relative position. */
  readonly residueIndex: Int32Array;
  /** `[N]` place of each real residue among the L; linkers are left out. */
  readonly residues: Int32Array;
}

/**
 * Joins chains by linkers of 25 glycines, with a jump of 512 in the residue index.
 *
 * @param sequences one-letter sequences of the chains
 * @source ESMFold "encode_sequence"
 */
export function featurise(sequences: readonly string[]): Features {
  const total = lengthWithLinkers(sequences.map(({ length }) => length));
  const length = total - LINKER_LENGTH * (sequences.length - 1);
  const aatype = new Int32Array(total).fill(GLYCINE);
  const residueIndex = new Int32Array(total);
  const residues = new Int32Array(length);
  let start = 0;
  let count = 0;
  for (const [chain, sequence] of sequences.entries()) {
    aatype.set(aatypeOf(sequence), start);
    for (let i = 0; i < sequence.length; i++) residues[count++] = start + i;
    const end = Math.min(total, start + sequence.length + LINKER_LENGTH);
    for (let i = start; i < end; i++) residueIndex[i] = i + chain * CHAIN_INDEX_GAP;
    start = end;
  }
  return { aatype, residueIndex, residues };
}

/** Residues that a model of this family reads: those of all chains, and the linkers between them. */
export function lengthWithLinkers(chainLengths: readonly number[]): number {
  const ofChains = chainLengths.reduce((sum, length) => sum + length, 0);
  return ofChains + LINKER_LENGTH * (chainLengths.length - 1);
}

/**
 * Adds residues of unknown type to the end, which no other residue sees.
 *
 * @param features of L residues
 * @param length at least L
 */
export function padFeatures(features: Features, length: number): Features {
  const { aatype, residueIndex, residues } = features;
  if (length === aatype.length) return features;
  return {
    aatype: padded(aatype, length, UNKNOWN_AATYPE),
    residueIndex: padded(residueIndex, length, NO_INDEX),
    residues,
  };
}

function padded(values: Int32Array, length: number, value: number): Int32Array {
  const all = new Int32Array(length).fill(value);
  all.set(values);
  return all;
}
