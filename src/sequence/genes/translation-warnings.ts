import type { CodonLink } from '#sequence/chain';
import { type GeneticCode, translateCodon } from './genetic-code.js';
import type { Translation } from '#sequence/interpretation';
import type { RegionTranslation } from './read-region.js';
import { isStrongContext } from './start-context.js';

type Warning = Translation['warnings'][number];

interface Setting {
  readonly code: GeneticCode;
  /** Did the caller name the frame? Then its end is worth a word, and its beginning is not. */
  readonly frameGiven: boolean;
  /** Was the first start codon of a frame taken, though a ribosome may well pass it by? */
  readonly isStartGuessed?: boolean;
}

/**
 * Start codons this many codons or fewer behind the first are named: nucleotides that code nothing are open for so long in
 * one case of seven, and often hold a start codon before the right one.
 */
const NEAR_THE_START = 40;
const MOST_STARTS_NAMED = 4;

/**
 * What a user should know about a translation: codons that leave a choice, an unusual start, how it ends.
 *
 * @param translation all but its warnings
 * @param setting how it was read
 */
export function translationWarnings(translation: RegionTranslation, setting: Setting): Warning[] {
  return [
    ambiguousCodons(translation),
    contextStops(translation, setting),
    start(translation, setting),
    laterStarts(translation, setting),
    end(translation, setting),
  ].filter((warning) => warning !== undefined);
}

/**
 * What a user should know about a choice that was made for them.
 *
 * @param translation what was chosen
 * @param weaknesses phrases, see `weaknessesOf`
 */
export function weakChoiceWarning(
  { codons }: RegionTranslation,
  weaknesses: readonly string[],
): Warning[] {
  if (weaknesses.length === 0) return [];
  const message = `this reading frame may be the wrong one: ${weaknesses.join('; ')}; frame and start choose another`;
  return [{ message, positions: codons[0]?.positions ?? [] }];
}

function ambiguousCodons({ sequence, codons }: RegionTranslation): Warning | undefined {
  const unclear = codons.filter((_, i) => sequence[i] === 'X');
  if (unclear.length === 0) return undefined;
  const message = `${describe(unclear)} may code more than one residue and ${unclear.length > 1 ? 'are' : 'is'} read as X`;
  return { message, positions: unclear.flatMap(({ positions }) => positions) };
}

function contextStops({ codons, stop }: RegionTranslation, { code }: Setting): Warning | undefined {
  const inside = codons.filter(({ codon }) => code.contextStopCodons.includes(codon));
  const last = stop && code.contextStopCodons.includes(stop.codon) ? [stop] : [];
  if (inside.length + last.length === 0) return undefined;
  const message = `genetic code ${code.id} reads ${describe([...inside, ...last])} as a residue inside a protein and as a stop at its end; here only the very last codon is taken as a stop`;
  return { message, positions: [...inside, ...last].flatMap(({ positions }) => positions) };
}

function start(
  { sequence, codons, hasStart }: RegionTranslation,
  { code, frameGiven }: Setting,
): Warning | undefined {
  const [first] = codons;
  if (!first) return undefined;
  const coded = translateCodon(first.codon, code);
  if (sequence.startsWith('M') && coded !== 'M') {
    const message = `the alternative start codon ${first.codon} at ${place(first)} is read as M; inside a protein it codes ${coded}`;
    return { message, positions: first.positions };
  }
  if (hasStart || frameGiven) return undefined;
  return {
    message: 'the open reading frame has no start codon: the input is taken to be a fragment',
    positions: first.positions,
  };
}

/** The first start codon of a frame makes the longest protein, and may lie before the right one. */
function laterStarts(
  { sequence, codons, hasStart, untranslated5 }: RegionTranslation,
  { isStartGuessed = false }: Setting,
): Warning | undefined {
  if (!isStartGuessed || !hasStart || untranslated5 === 0) return undefined;
  const later = codons.filter((_, i) => i > 0 && i <= NEAR_THE_START && sequence[i] === 'M');
  if (later.length === 0) return undefined;
  const places = later.map(({ positions: [first] }) => first);
  const named = places.slice(0, MOST_STARTS_NAMED).join(', ');
  const more = places.length > MOST_STARTS_NAMED ? ' and further on' : '';
  const strong = codons.findIndex(
    (codon, i) =>
      later.includes(codon) && isStrongContext(codons[i - 1]?.codon, codons[i + 1]?.codon),
  );
  const best =
    strong > 0
      ? ` (that at ${codons[strong]!.positions[0]} has the bases of a strong start around it)`
      : '';
  const message = `the first start codon of the frame is taken, at ${codons[0]!.positions[0]}; if the protein begins later, start codons of the same frame are at ${named}${more}${best}, and start chooses one`;
  return { message, positions: places };
}

function end(
  { stop, stopPositions, untranslated3, codons }: RegionTranslation,
  { frameGiven }: Setting,
): Warning | undefined {
  if (!stop) {
    const positions = codons.at(-1)?.positions ?? [];
    if (untranslated3 === 0) return undefined;
    const message = `${count(untranslated3)} after the last whole codon ${untranslated3 > 1 ? 'are' : 'is'} not translated`;
    return { message, positions };
  }
  if (untranslated3 === 0 || !frameGiven) return undefined;
  const more = stopPositions.length > 1 ? `, ${stopPositions.length} stop codons in all,` : '';
  const message = `the protein ends at the stop codon ${stop.codon} at ${place(stop)}${more} and ${count(untranslated3)} after it ${untranslated3 > 1 ? 'are' : 'is'} not translated`;
  return { message, positions: stop.positions };
}

const count = (nucleotides: number): string =>
  `${nucleotides} nucleotide${nucleotides > 1 ? 's' : ''}`;

const place = ({ positions: [first, , last] }: CodonLink): string => `${first}-${last}`;

/** "codon NNN at 4-6", "codons NNN at 4-6, TAN at 7-9 and 12 more". */
function describe(links: readonly CodonLink[]): string {
  const shown = links.slice(0, 3).map((link) => `${link.codon} at ${place(link)}`);
  const more = links.length > 3 ? ` and ${links.length - 3} more` : '';
  return `codon${links.length > 1 ? 's' : ''} ${shown.join(', ')}${more}`;
}
