import { UNKNOWN_AATYPE } from '#sequence/amino-acids';
import type { Features } from './features.js';

/** Of padding: related to no residue. */
const NO_INDEX = -1;

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
