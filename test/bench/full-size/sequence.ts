import { RESIDUE_LETTERS } from '#sequence/amino-acids';

/** A sequence of any length, always the same; from 20 residues on every type occurs. */
export function sequenceOf(numResidues: number): string {
  const letter = (_: unknown, i: number) => RESIDUE_LETTERS[(3 * i + Math.floor(i / 20)) % 20]!;
  return Array.from({ length: numResidues }, letter).join('');
}
