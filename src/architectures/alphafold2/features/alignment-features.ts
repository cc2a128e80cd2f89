import { insertionsOf, rowOf, type Alignment } from '#alignment/alignment';
import { nearestClusters, summariseClusters } from './cluster-rows.js';
import { LETTER_CODE } from './distinct-rows.js';
import type { Draw } from './draw-rows.js';
import {
  NUM_ALIGNMENT_LETTERS,
  NUM_MSA_CHANNELS,
  type AlignmentFeatures,
} from './network-input.js';

const HAS_DELETION = NUM_ALIGNMENT_LETTERS;
const DELETION_VALUE = HAS_DELETION + 1;
const PROFILE = DELETION_VALUE + 1;
const MEAN_DELETIONS = PROFILE + NUM_ALIGNMENT_LETTERS;

/** Squashes a number of deletions to 0-1, rounded where the original's float32 is. */
function squash(count: number): number {
  const { fround, atan, PI } = Math;
  return fround(fround(atan(fround(count / 3))) * fround(2 / PI));
}

/**
 * The rows of one pass as the network reads them.
 *
 * @param alignment N columns
 * @param draw S clusters and E extra rows of it
 * @source AlphaFold2 SI Table 1, "Input features to the model"; data_transforms.py, "make_msa_feat"
 */
export function alignmentFeatures(alignment: Alignment, draw: Draw): AlignmentFeatures {
  const { numColumns } = alignment;
  const numClusters = draw.clusters.length;
  return {
    msa: { shape: [numClusters, numColumns, NUM_MSA_CHANNELS], data: msaChannels(alignment, draw) },
    msaMask: {
      shape: [numClusters, numColumns],
      data: new Float32Array(numClusters * numColumns).fill(1),
    },
    ...extraFeatures(alignment, draw.extra),
  };
}

function msaChannels(alignment: Alignment, draw: Draw): Float32Array {
  const { numColumns } = alignment;
  const nearest = nearestClusters(alignment, draw);
  const { profile, meanDeletions } = summariseClusters(alignment, draw, nearest);
  const channels = new Float32Array(meanDeletions.length * NUM_MSA_CHANNELS);
  const deletions = new Uint16Array(numColumns);
  draw.clusters.forEach((row, cluster) => {
    insertionsOf(alignment, row, deletions);
    for (let column = 0; column < numColumns; column++) {
      const place = cluster * numColumns + column;
      const start = place * NUM_MSA_CHANNELS;
      channels[start + draw.letters[place]!] = 1;
      channels[start + HAS_DELETION] = Math.min(deletions[column]!, 1);
      channels[start + DELETION_VALUE] = squash(deletions[column]!);
      const shares = place * NUM_ALIGNMENT_LETTERS;
      channels.set(profile.subarray(shares, shares + NUM_ALIGNMENT_LETTERS), start + PROFILE);
      channels[start + MEAN_DELETIONS] = squash(meanDeletions[place]!);
    }
  });
  return channels;
}

/** Extra rows; one that is masked where there are none, because the extra stack cannot run without rows. */
function extraFeatures(
  alignment: Alignment,
  rows: Uint32Array,
): Omit<AlignmentFeatures, 'msa' | 'msaMask'> {
  const { numColumns } = alignment;
  const shape = [Math.max(1, rows.length), numColumns];
  const size = shape[0]! * numColumns;
  const extraMsa = new Int32Array(size);
  const [hasDeletion, value] = [new Float32Array(size), new Float32Array(size)];
  const deletions = new Uint16Array(numColumns);
  rows.forEach((row, index) => {
    const start = index * numColumns;
    extraMsa.set(
      Int32Array.from(rowOf(alignment, row), (letter) => LETTER_CODE[letter]!),
      start,
    );
    insertionsOf(alignment, row, deletions);
    hasDeletion.set(
      deletions.map((count) => Math.min(count, 1)),
      start,
    );
    value.set(Float32Array.from(deletions, squash), start);
  });
  return {
    extraMsa: { shape, data: extraMsa },
    extraHasDeletion: { shape, data: hasDeletion },
    extraDeletionValue: { shape, data: value },
    extraMsaMask: { shape, data: new Float32Array(size).fill(rows.length > 0 ? 1 : 0) },
  };
}
