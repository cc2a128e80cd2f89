/** @file Mutation scores as a table and as a picture. */
import type { ScoredMutant } from '#predict/mutants';
import { AMINO_ACIDS, type MutationScores, type ScoringMethod } from '#predict/mutation-scores';
import type { Precision } from '#tensor/engine/engine';

/** One single mutant. */
export interface ScoredMutation {
  /** Counted from the first residue's number. */
  readonly position: number;
  readonly wildtype: string;
  readonly mutant: string;
  /** As people write it: `A12V`. */
  readonly mutation: string;
  readonly logOdds: number;
}

/** All mutants that have a score, in the order of their positions; the wild type is none. */
export function scoredMutations({
  sequence,
  firstResidue,
  logOdds,
}: MutationScores): ScoredMutation[] {
  return Array.from(sequence).flatMap((wildtype, i) =>
    AMINO_ACIDS.flatMap((mutant, column) => {
      const value = logOdds[i * AMINO_ACIDS.length + column]!;
      if (mutant === wildtype || Number.isNaN(value)) return [];
      const position = i + firstResidue;
      const mutation = `${wildtype}${position}${mutant}`;
      return [{ position, wildtype, mutant, mutation, logOdds: value }];
    }),
  );
}

/** CSV with a line for each mutant. */
export function mutationsCsv(scores: MutationScores): string {
  const lines = scoredMutations(scores).map(
    ({ position, wildtype, mutant, mutation, logOdds }) =>
      `${mutation},${position},${wildtype},${mutant},${logOdds.toFixed(4)}`,
  );
  return `${['mutation,position,wildtype,mutant,log_odds', ...lines].join('\n')}\n`;
}

/** CSV with a line for each mutant of a list, in the order of the list. */
export function mutantsCsv(mutants: readonly ScoredMutant[]): string {
  const lines = mutants.map(
    ({ name, substitutions, logOdds }) => `${name},${substitutions.length},${logOdds.toFixed(4)}`,
  );
  return `${['mutant,substitutions,log_odds', ...lines].join('\n')}\n`;
}

/** Reads what {@link mutationsCsv} writes. */
export function readMutationsCsv(text: string): ScoredMutation[] {
  const [, ...lines] = text.trimEnd().split('\n');
  return lines.map((line) => {
    const [mutation, position, wildtype, mutant, logOdds] = line.split(',');
    return {
      mutation: mutation!,
      position: Number(position),
      wildtype: wildtype!,
      mutant: mutant!,
      logOdds: Number(logOdds),
    };
  });
}

/** What scores were made from, so that they can be told from others. */
export interface MutationDescription {
  readonly name: string;
  readonly sequence: string;
  readonly firstResidue: number;
  readonly method: ScoringMethod;
  /** Residues that were mutated, from 0; absent where all were. */
  readonly places?: readonly number[];
  /** Their names, where a list of mutants was scored. */
  readonly mutants?: readonly string[];
  readonly model: { readonly name: string; readonly sha256: string };
  /** In which the model computed; absent in files from before it was recorded: float32. */
  readonly precision?: Precision;
}

/** {@link MutationDescription} as JSON. */
export function mutationsJson(description: MutationDescription): string {
  return `${JSON.stringify(description, undefined, 2)}\n`;
}

/** Rows of the heat map: amino acids by what they are like, so that patterns show. */
const ROWS = Array.from('GAVLIMPFWYSTNQCHKRDE');
const CELL = 12;
const LEFT = 28;
const TOP = 34;
const BOTTOM = 40;
/** Positions between two labels. */
const LABEL_STEP = 10;
/** Colours of the lowest, middle and highest score. */
const COLOURS = [
  [178, 24, 43],
  [247, 247, 247],
  [33, 102, 172],
] as const;

/**
 * An SVG heat map: positions from left to right, amino acids from top to bottom; blue is likelier than the wild type,
 * red less likely, a dot marks the wild type, and columns of X stay grey.
 */
export function mutationsSvg(scores: MutationScores): string {
  const { name, sequence, firstResidue, method, logOdds } = scores;
  const limit = Math.max(1e-6, ...scoredMutations(scores).map((one) => Math.abs(one.logOdds)));
  const cells = Array.from(sequence).flatMap((wildtype, i) =>
    ROWS.map((mutant, row) => {
      const value = logOdds[i * AMINO_ACIDS.length + AMINO_ACIDS.indexOf(mutant)]!;
      const position = i + firstResidue;
      return cellOf({ wildtype, mutant, i, position, row, value, limit });
    }),
  );
  const rowLabels = ROWS.map((letter, row) => label(LEFT - 10, TOP + (row + 0.8) * CELL, letter));
  const positions = Array.from(sequence).flatMap((_, i) =>
    i === 0 || (i + firstResidue) % LABEL_STEP === 0
      ? [label(LEFT + (i + 0.5) * CELL, TOP + ROWS.length * CELL + 14, String(i + firstResidue))]
      : [],
  );
  const width = Math.max(LEFT + sequence.length * CELL + 12, 320);
  const height = TOP + ROWS.length * CELL + BOTTOM;
  const title = `${name}: log-odds of single mutants, ${method.replace('-', ' ')}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="sans-serif" font-size="10" text-anchor="middle">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${LEFT}" y="16" font-size="12" text-anchor="start">${escaped(title)}</text>`,
    `<text x="${LEFT}" y="${height - 6}" text-anchor="start">red ${(-limit).toFixed(1)} … white 0 … blue +${limit.toFixed(1)}; dot: wild type</text>`,
    ...rowLabels,
    ...positions,
    ...cells,
    '</svg>\n',
  ].join('\n');
}

function cellOf(cell: {
  wildtype: string;
  mutant: string;
  i: number;
  position: number;
  row: number;
  value: number;
  limit: number;
}): string {
  const { wildtype, mutant, i, position, row, value, limit } = cell;
  const [x, y] = [LEFT + i * CELL, TOP + row * CELL];
  const words = `${wildtype}${position}${mutant}${Number.isNaN(value) ? '' : ` ${value.toFixed(2)}`}`;
  const square = `<rect x="${x}" y="${y}" width="${CELL}" height="${CELL}" fill="${colourOf(value, limit)}"><title>${words}</title></rect>`;
  if (mutant !== wildtype) return square;
  return `${square}<circle cx="${x + CELL / 2}" cy="${y + CELL / 2}" r="2"/>`;
}

function colourOf(value: number, limit: number): string {
  if (Number.isNaN(value)) return '#ccc';
  const [low, middle, high] = COLOURS;
  const end = value < 0 ? low : high;
  const share = Math.min(1, Math.abs(value) / limit);
  const mixed = middle.map((from, i) => Math.round(from + share * (end[i]! - from)));
  return `#${mixed.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

function label(x: number, y: number, text: string): string {
  return `<text x="${x}" y="${y}">${text}</text>`;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (sign) => ESCAPES[sign]!);
}
