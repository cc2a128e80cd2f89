import { refusedLetter } from './sequence-error.js';

/**
 * Residues that no model here knows, each read as the amino acid nearest in shape. For B, Z and J, which leave a choice
 * of two, it is the acid, the acid and leucine.
 */
const REPLACEMENTS: Readonly<Record<string, readonly [string, string]>> = {
  U: ['C', 'selenocysteine'],
  O: ['K', 'pyrrolysine'],
  B: ['D', 'aspartate or asparagine'],
  Z: ['E', 'glutamate or glutamine'],
  J: ['L', 'leucine or isoleucine'],
};
const UNREADABLE = /[^ARNDCQEGHILKMFPSTWYVXUOBZJ]/;

/** A protein chain in the letters that a model knows. */
export interface ProteinLetters {
  readonly sequence: string;
  readonly warnings: readonly {
    readonly message: string;
    readonly letter: string;
    /** 1-based, of every place meant. */
    readonly positions: readonly number[];
  }[];
}

/**
 * Reads the letters of one protein chain: the 20 amino acids and X as they are, U, O, B, Z and J replaced with a
 * warning, `*` dropped from the end with a warning.
 *
 * @param letters in either case
 * @throws SequenceLetterError for any other letter
 */
export function readProteinLetters(letters: string): ProteinLetters {
  const upper = letters.toUpperCase();
  let end = upper.length;
  while (upper[end - 1] === '*') end--;
  const residues = upper.slice(0, end);
  // Stop marks alone are no protein: the first of them is what is wrong.
  const unreadable = residues === '' ? 0 : residues.search(UNREADABLE);
  if (unreadable >= 0) throw refusedLetter(letters, unreadable, 'residue');
  const warnings: ProteinLetters['warnings'][number][] = [];
  let sequence = residues;
  for (const [letter, [replacement, meaning]] of Object.entries(REPLACEMENTS)) {
    const positions = positionsOf(letter, residues);
    if (positions.length === 0) continue;
    sequence = sequence.replaceAll(letter, replacement);
    const message = `${letter} (${meaning}) at ${list(positions)} is read as ${replacement}`;
    warnings.push({ message, letter, positions });
  }
  if (end < upper.length) {
    const positions = Array.from({ length: upper.length - end }, (_, i) => end + i + 1);
    warnings.push({ message: 'the stop mark * at the end is left out', letter: '*', positions });
  }
  return { sequence, warnings };
}

function positionsOf(letter: string, sequence: string): number[] {
  const positions: number[] = [];
  for (let i = sequence.indexOf(letter); i >= 0; i = sequence.indexOf(letter, i + 1))
    positions.push(i + 1);
  return positions;
}

/** "position 3", "positions 3, 17 and 5 more". */
function list(positions: readonly number[]): string {
  const more = positions.length > 5 ? ` and ${positions.length - 5} more` : '';
  return `position${positions.length > 1 ? 's' : ''} ${positions.slice(0, 5).join(', ')}${more}`;
}
