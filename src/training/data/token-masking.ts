import {
  END_TOKEN,
  MASK_TOKEN,
  PADDING_TOKEN,
  TOKEN_OF_AATYPE,
} from '#architectures/esmfold/language-model/tokens';
import type { Random } from './random.js';

/** Share of the residues that must be guessed. */
const CHOSEN = 0.15;
/** Of these, the share shown as the mask token, and the share shown as a random residue. */
const SHOWN_MASKED = 0.8;
const SHOWN_RANDOM = 0.1;
const NUM_AMINO_ACIDS = 20;

/**
 * Hides residues in place, for masked-residue training.
 *
 * @param tokens one row: start, residues, end, padding
 * @param chosen set to 1 where a residue must be guessed
 * @source Devlin et al. 2018 "BERT"; ESM-2 uses the same shares
 */
export function maskTokens(tokens: Int32Array, chosen: Float32Array, random: Random): void {
  for (let i = 1; i < tokens.length; i++) {
    if (tokens[i] === END_TOKEN || tokens[i] === PADDING_TOKEN) break;
    if (random.uniform() >= CHOSEN) continue;
    chosen[i] = 1;
    const fate = random.uniform();
    if (fate < SHOWN_MASKED) tokens[i] = MASK_TOKEN;
    else if (fate < SHOWN_MASKED + SHOWN_RANDOM)
      tokens[i] = TOKEN_OF_AATYPE[random.below(NUM_AMINO_ACIDS)]!;
  }
}
