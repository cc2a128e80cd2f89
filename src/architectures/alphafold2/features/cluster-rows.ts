import { insertionsOf, rowOf, type Alignment } from '#alignment/alignment';
import { GAP_CODE, LETTER_CODE } from './distinct-rows.js';
import type { Draw } from './draw-rows.js';
import { NUM_ALIGNMENT_LETTERS } from './network-input.js';

/** Letters in which rows can agree: amino acids and X, but neither gap nor mask. */
const NUM_AGREEING = GAP_CODE;
/** Keeps the mean of a cluster of no rows finite; part of the published numbers. */
const EPSILON = 1e-6;

/**
 * The cluster that each row which was not drawn belongs to: the one with which most of its residues agree, the first of
 * equals.
 *
 * @param alignment whose rows
 * @param draw clusters and their letters
 * @returns `[others]` 0-based clusters
 * @source AlphaFold2, data_transforms.py, "nearest_neighbor_clusters"
 */
export function nearestClusters(alignment: Alignment, draw: Draw): Int32Array {
  const { numColumns } = alignment;
  const { starts, clusters } = clustersByLetter(draw, numColumns);
  const agreements = new Uint16Array(draw.clusters.length);
  return Int32Array.from(draw.others, (row) => {
    agreements.fill(0);
    const letters = rowOf(alignment, row);
    for (let column = 0; column < numColumns; column++) {
      const code = LETTER_CODE[letters[column]!]!;
      if (code >= NUM_AGREEING) continue;
      const at = column * NUM_AGREEING + code;
      for (let i = starts[at]!; i < starts[at + 1]!; i++) agreements[clusters[i]!]!++;
    }
    let best = 0;
    for (let cluster = 1; cluster < agreements.length; cluster++)
      if (agreements[cluster]! > agreements[best]!) best = cluster;
    return best;
  });
}

/** For each column and letter the clusters that have it there: those from `starts[i]` to before `starts[i + 1]`. */
function clustersByLetter({ letters, clusters }: Draw, numColumns: number) {
  const starts = new Uint32Array(numColumns * NUM_AGREEING + 1);
  const each = (visit: (place: number, cluster: number) => void): void => {
    for (let cluster = 0; cluster < clusters.length; cluster++)
      for (let column = 0; column < numColumns; column++) {
        const code = letters[cluster * numColumns + column]!;
        if (code < NUM_AGREEING) visit(column * NUM_AGREEING + code, cluster);
      }
  };
  each((place) => starts[place + 1]!++);
  for (let place = 0; place < starts.length - 1; place++) starts[place + 1]! += starts[place]!;
  const lists = new Uint16Array(starts.at(-1)!);
  const next = starts.slice();
  each((place, cluster) => (lists[next[place]!++] = cluster));
  return { starts, clusters: lists };
}

/** What the rows of each cluster have in common. */
export interface ClusterSummary {
  /** `[S, N, 23]` shares of letters. */
  readonly profile: Float32Array;
  /** `[S, N]` mean number of residues inserted before each column. */
  readonly meanDeletions: Float32Array;
}

/**
 * Means over each cluster's own row and the rows that belong to it. They are rounded as the original's float32 is.
 *
 * @param alignment whose rows
 * @param draw clusters, and the rows that were not drawn
 * @param nearest `[others]` see {@link nearestClusters}
 * @source AlphaFold2, data_transforms.py, "summarize_clusters"
 */
export function summariseClusters(
  alignment: Alignment,
  draw: Draw,
  nearest: Int32Array,
): ClusterSummary {
  const { numColumns } = alignment;
  const numClusters = draw.clusters.length;
  const profile = new Float32Array(numClusters * numColumns * NUM_ALIGNMENT_LETTERS);
  const meanDeletions = new Float32Array(numClusters * numColumns);
  const sizes = new Float32Array(numClusters).fill(1 + EPSILON);
  draw.letters.forEach((code, place) => profile[place * NUM_ALIGNMENT_LETTERS + code]!++);
  draw.clusters.forEach((row, cluster) => {
    insertionsOf(
      alignment,
      row,
      meanDeletions.subarray(cluster * numColumns, (cluster + 1) * numColumns),
    );
  });
  const deletions = new Float32Array(numColumns);
  draw.others.forEach((row, index) => {
    const cluster = nearest[index]!;
    const start = cluster * numColumns;
    const letters = rowOf(alignment, row);
    insertionsOf(alignment, row, deletions);
    for (let column = 0; column < numColumns; column++) {
      profile[(start + column) * NUM_ALIGNMENT_LETTERS + LETTER_CODE[letters[column]!]!]!++;
      meanDeletions[start + column]! += deletions[column]!;
    }
    sizes[cluster]!++;
  });
  for (let i = 0; i < profile.length; i++)
    profile[i]! /= sizes[Math.floor(i / (numColumns * NUM_ALIGNMENT_LETTERS))]!;
  for (let i = 0; i < meanDeletions.length; i++)
    meanDeletions[i]! /= sizes[Math.floor(i / numColumns)]!;
  return { profile, meanDeletions };
}
