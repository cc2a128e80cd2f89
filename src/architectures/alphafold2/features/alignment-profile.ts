import { rowOf, type Alignment } from '#alignment/alignment';
import { LETTER_CODE } from './distinct-rows.js';
import { NUM_TARGET_CHANNELS } from './network-input.js';

/**
 * How often each letter stands at each position.
 *
 * @param alignment whose rows
 * @param rows which of them count
 * @returns `[N, 22]` shares of the 20 amino acids, X and the gap
 * @source AlphaFold2, alphafold/model/tf/data_transforms.py, "make_hhblits_profile"
 */
export function alignmentProfile(alignment: Alignment, rows: Uint32Array): Float32Array {
  const profile = new Float32Array(alignment.numColumns * NUM_TARGET_CHANNELS);
  for (const row of rows) {
    const letters = rowOf(alignment, row);
    for (let column = 0; column < letters.length; column++)
      profile[column * NUM_TARGET_CHANNELS + LETTER_CODE[letters[column]!]!]!++;
  }
  return profile.map((count) => count / rows.length);
}
