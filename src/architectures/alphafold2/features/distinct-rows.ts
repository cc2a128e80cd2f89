import { GAP, rowOf, type Alignment } from '#alignment/alignment';
import { RESIDUE_LETTERS, UNKNOWN_AATYPE } from '#sequence/amino-acids';

/** Letters that stand for no residue type of their own, as the original reads them: B as D, Z as E, U as C. */
const READ_AS: Readonly<Record<string, string>> = { B: 'D', Z: 'E', U: 'C' };
/** Code of a gap; codes below are `aatype`. */
export const GAP_CODE = 21;
/** Code of a letter that is hidden from the network. */
export const MASK_CODE = 22;

/** `[256]` code of each stored letter: 0-20 as `aatype` (J and O are X), 21 for a gap. */
export const LETTER_CODE = new Uint8Array(256).fill(UNKNOWN_AATYPE);
for (let aatype = 0; aatype < UNKNOWN_AATYPE; aatype++)
  LETTER_CODE[RESIDUE_LETTERS.charCodeAt(aatype)] = aatype;
for (const [letter, readAs] of Object.entries(READ_AS))
  LETTER_CODE[letter.charCodeAt(0)] = RESIDUE_LETTERS.indexOf(readAs);
LETTER_CODE[GAP] = GAP_CODE;

/**
 * Rows whose letters were not seen before, insertions aside, in order.
 *
 * @param alignment R rows
 * @returns 0-based rows, ascending; the query is the first
 * @source AlphaFold2, alphafold/data/pipeline.py, "make_msa_features"
 */
export function distinctRows(alignment: Alignment): Uint32Array {
  const kept: number[] = [];
  const seen = new Map<number, number[]>();
  for (let row = 0; row < alignment.numRows; row++) {
    const letters = rowOf(alignment, row);
    const hash = hashOf(letters);
    const alike = seen.get(hash);
    if (alike?.some((other) => areEqual(letters, rowOf(alignment, other)))) continue;
    if (alike) alike.push(row);
    else seen.set(hash, [row]);
    kept.push(row);
  }
  return Uint32Array.from(kept);
}

/** @source Fowler, Noll and Vo, FNV-1a with 32 bits */
function hashOf(letters: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < letters.length; i++) hash = Math.imul(hash ^ letters[i]!, 0x01000193);
  return hash;
}

function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}
