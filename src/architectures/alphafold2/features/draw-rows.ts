/** @file Which rows a pass sees, and which of their letters are hidden. */
import { rowOf, type Alignment } from '#alignment/alignment';
import { LETTER_CODE, MASK_CODE } from './distinct-rows.js';
import { NUM_ALIGNMENT_LETTERS, NUM_TARGET_CHANNELS } from './network-input.js';

const NUM_AMINO_ACIDS = 20;

/** How many rows the network reads. */
export interface RowLimits {
  /** Rows with profiles, the query among them. */
  readonly maxClusters: number;
  /** Rows of the extra stack. */
  readonly maxExtra: number;
}

/** Where a letter is hidden, how often, and by what. What the three do not take is the mask. */
export interface Masking {
  /** Share of the cluster rows' letters that are replaced; 0.15 as published. */
  readonly fraction: number;
  /** Share of them that become any amino acid. */
  readonly uniform: number;
  /** Share of them that become a letter of the column's profile. */
  readonly profile: number;
  /** Share of them that stay. */
  readonly same: number;
}

/** As the original masks at inference. */
export const PUBLISHED_MASKING: Masking = { fraction: 0.15, uniform: 0.1, profile: 0.1, same: 0.1 };

/** What was drawn for one pass. */
export interface Draw {
  /** `[S]` rows of the alignment, the query first. */
  readonly clusters: Uint32Array;
  /** `[S, N]` their letters, 0-22, as the network sees them. */
  readonly letters: Uint8Array;
  /** All other rows. */
  readonly others: Uint32Array;
  /** `[E]` those of them that the extra stack reads. */
  readonly extra: Uint32Array;
}

/** Numbers from 0 (inclusive) to 1 (exclusive). */
export type Uniform = () => number;

/** What rows are drawn from. */
export interface RowSource {
  readonly alignment: Alignment;
  /** Rows that may be drawn, the query first. */
  readonly rows: Uint32Array;
  /** `[N, 22]`, see `alignmentProfile`. */
  readonly profile: Float32Array;
}

/**
 * Draws clusters and extra rows and hides letters of the clusters. The query is always the first cluster; its letters
 * are hidden like all others.
 *
 * @param source see {@link RowSource}
 * @param limits how many rows
 * @param masking how letters are hidden
 * @param uniform the same numbers give the same draw
 * @source AlphaFold2, data_transforms.py, "sample_msa", "make_masked_msa", "crop_extra_msa"
 */
export function drawRows(
  source: RowSource,
  limits: RowLimits,
  masking: Masking,
  uniform: Uniform,
): Draw {
  const order = source.rows.slice();
  shuffle(order.subarray(1), uniform);
  const clusters = order.subarray(0, limits.maxClusters);
  const letters = lettersOf(source.alignment, clusters);
  hideLetters(letters, source.profile, masking, uniform);
  const others = order.slice(clusters.length);
  const extra = others.slice();
  shuffle(extra, uniform);
  return { clusters, letters, others, extra: extra.subarray(0, limits.maxExtra) };
}

/**
 * Takes the first rows as clusters and those that follow as extra rows, and hides nothing.
 *
 * @param source see {@link RowSource}
 * @param limits how many rows
 */
export function firstRows({ alignment, rows }: RowSource, limits: RowLimits): Draw {
  const clusters = rows.subarray(0, limits.maxClusters);
  const others = rows.subarray(clusters.length);
  const extra = others.subarray(0, limits.maxExtra);
  return { clusters, letters: lettersOf(alignment, clusters), others, extra };
}

function lettersOf(alignment: Alignment, rows: Uint32Array): Uint8Array {
  const { numColumns } = alignment;
  const codes = new Uint8Array(rows.length * numColumns);
  rows.forEach((row, index) => {
    codes.set(
      rowOf(alignment, row).map((letter) => LETTER_CODE[letter]!),
      index * numColumns,
    );
  });
  return codes;
}

/** @source Fisher and Yates, in Durstenfeld's form */
function shuffle(items: Uint32Array, uniform: Uniform): void {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(uniform() * (last + 1));
    [items[last], items[other]] = [items[other]!, items[last]!];
  }
}

/**
 * Probabilities with which a hidden letter is replaced by each letter.
 *
 * @param letter 0-21, what stands there
 * @param profile `[22]` of its column
 * @param masking see {@link Masking}
 * @returns `[23]`, with a sum of 1
 */
export function replacementProbabilities(
  letter: number,
  profile: Float32Array,
  masking: Masking,
): Float64Array {
  const probabilities = new Float64Array(NUM_ALIGNMENT_LETTERS);
  probabilities.fill(masking.uniform / NUM_AMINO_ACIDS, 0, NUM_AMINO_ACIDS);
  for (let code = 0; code < NUM_TARGET_CHANNELS; code++)
    probabilities[code]! += masking.profile * profile[code]!;
  probabilities[letter]! += masking.same;
  probabilities[MASK_CODE] = 1 - masking.uniform - masking.profile - masking.same;
  return probabilities;
}

function hideLetters(
  letters: Uint8Array,
  profile: Float32Array,
  masking: Masking,
  uniform: Uniform,
): void {
  const numColumns = profile.length / NUM_TARGET_CHANNELS;
  for (let i = 0; i < letters.length; i++) {
    if (uniform() >= masking.fraction) continue;
    const column = (i % numColumns) * NUM_TARGET_CHANNELS;
    const shares = profile.subarray(column, column + NUM_TARGET_CHANNELS);
    letters[i] = drawIndex(replacementProbabilities(letters[i]!, shares, masking), uniform());
  }
}

/** The index at which the sum of probabilities passes a number between 0 and 1; the last one where rounding keeps it below. */
function drawIndex(probabilities: Float64Array, at: number): number {
  let sum = 0;
  const index = probabilities.findIndex((probability) => (sum += probability) > at);
  return index < 0 ? probabilities.length - 1 : index;
}
