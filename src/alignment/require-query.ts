import { FoldError } from '#errors';
import { readProteinLetters } from '#sequence/protein-letters';

const ODD_LETTERS = 'BJOUXZ';

/**
 * Checks that an alignment is one of the sequence that is folded: its first row must have the same letters. Letters
 * that no model knows (B, J, O, U, Z) also fit what they are replaced with, and X.
 *
 * @param row the first row
 * @param sequence of the chain, in the 20 letters of the amino acids and X
 * @param name of the alignment, for the error
 * @throws FoldError `ALIGNMENT_MISMATCH` with the first position that differs and both letters
 */
export function requireQuery(row: string, sequence: string, name: string): void {
  const position = firstDifference(row, sequence);
  if (position === undefined) return;
  const [theirs, ours] = [row, sequence].map((letters) => letters[position] ?? 'no residue');
  throw new FoldError(
    'ALIGNMENT_MISMATCH',
    `${name}: the first row is not the sequence that is folded: at position ${position + 1} it has ` +
      `${theirs!}, the sequence ${ours!} (lengths ${row.length} and ${sequence.length})`,
    { hint: 'The first row of an alignment must be the sequence itself, without changes.' },
  );
}

/** Whether an alignment's first row is a sequence, as {@link requireQuery} compares them. */
export function isQuery(row: string, sequence: string): boolean {
  return firstDifference(row, sequence) === undefined;
}

/** 0-based; where one is longer, the position after the end of the other. */
function firstDifference(row: string, sequence: string): number | undefined {
  const { sequence: replaced } = readProteinLetters(row);
  const fits = (i: number): boolean =>
    replaced[i] === sequence[i] || (sequence[i] === 'X' && ODD_LETTERS.includes(row[i]!));
  const shared = Math.min(row.length, sequence.length);
  for (let i = 0; i < shared; i++) if (!fits(i)) return i;
  return row.length === sequence.length ? undefined : shared;
}
