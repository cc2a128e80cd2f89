import { createHash } from 'node:crypto';
import type { Split } from '#training/data/dataset';

/**
 * Puts whole clusters into `val`, by a hash of the sequence of their first member: the same set always goes the same
 * way. Of such a cluster the first member is `val`, the others are `val_homolog`.
 *
 * @param sequences of the chains
 * @param clusters of the chains
 * @param valShare share of the clusters that are kept for validation, 0-1
 */
export function splitClusters(
  sequences: readonly string[],
  clusters: readonly string[],
  valShare: number,
): Split[] {
  const isHeldOut = new Map<string, boolean>();
  return sequences.map((sequence, i) => {
    const known = isHeldOut.get(clusters[i]!);
    if (known !== undefined) return known ? 'val_homolog' : 'train';
    const heldOut = hashShare(sequence) < valShare;
    isHeldOut.set(clusters[i]!, heldOut);
    return heldOut ? 'val' : 'train';
  });
}

/** A number from 0 to 1 (exclusive) that looks random but follows from the text. */
function hashShare(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;
}
