import { oneLetter, RESIDUE_NAMES } from '#sequence/amino-acids';
import type { TextEntry } from '#sequence/formats/entry';
import { placeOf } from '#sequence/formats/letters';
import { SequenceLetterError } from './sequence-error.js';

/** Names beside those of the 20 amino acids: what stands for several, rare residues, stops. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  ASX: 'B',
  GLX: 'Z',
  XLE: 'J',
  SEC: 'U',
  PYL: 'O',
  XAA: 'X',
  UNK: 'X',
  TER: '*',
  STP: '*',
  MSE: 'M',
  HID: 'H',
  HIE: 'H',
  HIP: 'H',
  HSD: 'H',
  HSE: 'H',
  HSP: 'H',
  CYX: 'C',
};
const LETTER_OF_NAME = new Map([
  ...RESIDUE_NAMES.map((name) => [name, oneLetter(name)] as const),
  ...Object.entries(OTHER_NAMES),
]);
/** So many names in a row are no protein in one-letter code by chance: two where they stand apart, else three. */
const LEAST_NAMES = { apart: 2, together: 3 };
/** Below this share of known names, letters are taken for one-letter code. */
const LEAST_KNOWN = 0.8;
/** Groups at the ends of peptides. */
const FIRST_GROUP = /^(H|Ac|H2N|NH2)(?=-)/i;
const LAST_GROUP = /-(OH|NH2|COOH)$/i;

/** Letters of a chain that stand together as a name, with their place among all letters. */
interface Name {
  readonly text: string;
  readonly index: number;
}

/**
 * Reads three-letter code (`Met-Gln-Ile`, `MET GLN ILE`, one after the other), chains apart by `:`.
 *
 * @param entry of any letters
 * @returns the same record in one-letter code, each letter at the place of its name; undefined where it is not such a code
 * @throws SequenceLetterError for a name of no residue among others that are known
 */
export function readThreeLetter(entry: TextEntry): TextEntry | undefined {
  const names = namesIn(entry);
  if (!names) return undefined;
  const known = names.filter(({ text }) => LETTER_OF_NAME.has(text) || text === ':').length;
  if (known < LEAST_KNOWN * names.length) return undefined;
  let letters = '';
  const runs = names.map(({ text, index }, i) => {
    const letter = text === ':' ? ':' : LETTER_OF_NAME.get(text);
    const place = placeOf(entry, index);
    if (letter === undefined)
      throw new SequenceLetterError(
        `"${text}" at position ${i + 1} is not the three-letter code of a residue (line ${place.line}, column ${place.column})`,
        { letter: text, position: i + 1, ...place },
        'residues are named as in ALA, Arg, asn; X is UNK or Xaa',
      );
    letters += letter;
    return { index: i, ...place };
  });
  return {
    ...entry,
    letters,
    runs,
    kind: 'protein',
    notes: [...(entry.notes ?? []), 'three-letter code is read as one letter for each residue'],
  };
}

/** Names and `:`; undefined where the letters do not come by threes. */
function namesIn(entry: TextEntry): Name[] | undefined {
  const { letters, runs } = entry;
  if (letters.length < 3 * LEAST_NAMES.apart) return undefined;
  const begin = FIRST_GROUP.exec(letters)?.[0].length ?? 0;
  const end = LAST_GROUP.exec(letters.slice(-6))?.[0].length ?? 0;
  const core = letters.slice(begin, letters.length - end).toUpperCase();
  const names: Name[] = [];
  let numNames = 0;
  for (let i = 0; i < core.length;) {
    if (core[i] === '-') i++;
    else if (core[i] === ':') names.push({ text: ':', index: begin + i++ });
    else {
      const text = core.slice(i, i + 3);
      if (!/^[A-Z]{3}$/.test(text)) return undefined;
      names.push({ text, index: begin + i });
      numNames++;
      i += 3;
      if (numNames === LEAST_NAMES.together && !looksRight(names)) return undefined;
    }
  }
  const isApart = core.includes('-') || runs.length >= numNames;
  return numNames >= (isApart ? LEAST_NAMES.apart : LEAST_NAMES.together) ? names : undefined;
}

/** Most texts are told from their first letters. */
function looksRight(names: readonly Name[]): boolean {
  return names.some(({ text }) => LETTER_OF_NAME.has(text));
}
