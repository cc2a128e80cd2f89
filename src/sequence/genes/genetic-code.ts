import { FoldError } from '#errors';
import { GENETIC_CODE_TABLES, type GeneticCodeTable } from './genetic-codes.generated.js';
import { decodeNucleotides, encodeNucleotides } from './nucleotides.js';

/** One of the genetic codes that NCBI numbers. */
export interface GeneticCode {
  readonly id: number;
  readonly name: string;
  /** Codons that may begin a protein, alternative ones included. */
  readonly startCodons: readonly string[];
  /** Codons that end a protein wherever they stand. */
  readonly stopCodons: readonly string[];
  /** Codons that code a residue inside a protein but may also end it (codes 27, 28 and 31). */
  readonly contextStopCodons: readonly string[];
  /**
   * `[4096]` character code of the residue of each codon of base bits `b1 << 8 | b2 << 4 | b3`: the residue that all
   * expansions of the codon share, `*` where all are stops, else X.
   */
  readonly residueOfBits: Uint8Array;
  /** `[4096]` 1 where all expansions of the codon may begin a protein. */
  readonly isStart: Uint8Array;
  /** `[4096]` 1 where all expansions of the codon end a protein in some places only. */
  readonly isContextStop: Uint8Array;
}

/** What NCBI publishes, by number; the search tables of {@link geneticCode} are made on first use. */
export const GENETIC_CODES: readonly { readonly id: number; readonly name: string }[] =
  GENETIC_CODE_TABLES.map(({ id, name }) => ({ id, name }));

const M = 'M'.charCodeAt(0);
const X = 'X'.charCodeAt(0);
const MADE = new Map<number, GeneticCode>();

/**
 * A genetic code by its NCBI number.
 *
 * @param id 1 is the standard code, 11 the bacterial one, 2 the vertebrate mitochondrial one
 * @throws FoldError `GENETIC_CODE_UNKNOWN`, listing the numbers that exist
 */
export function geneticCode(id = 1): GeneticCode {
  const made = MADE.get(id);
  if (made) return made;
  const table = GENETIC_CODE_TABLES.find((entry) => entry.id === id);
  if (!table) {
    const known = GENETIC_CODE_TABLES.map((entry) => entry.id).join(', ');
    throw new FoldError('GENETIC_CODE_UNKNOWN', `there is no genetic code ${id}`, {
      hint: `NCBI numbers its genetic codes ${known}; 1 is the standard code`,
    });
  }
  const code = build(table);
  MADE.set(id, code);
  return code;
}

function build({ id, name, residues, sites }: GeneticCodeTable): GeneticCode {
  const isContextStop = (i: number): boolean => sites[i] === '*' && residues[i] !== '*';
  return {
    id,
    name,
    startCodons: codonsWhere((i) => sites[i] === 'M'),
    stopCodons: codonsWhere((i) => residues[i] === '*'),
    contextStopCodons: codonsWhere(isContextStop),
    residueOfBits: overExpansions((i) => residues.charCodeAt(i), X),
    isStart: overExpansions((i) => Number(sites[i] === 'M'), 0),
    isContextStop: overExpansions((i) => Number(isContextStop(i)), 0),
  };
}

function codonsWhere(holds: (codonIndex: number) => boolean): string[] {
  return Array.from({ length: 64 }, (_, i) => i)
    .filter(holds)
    .map((i) => decodeNucleotides(Uint8Array.of(1 << (i >> 4), 1 << ((i >> 2) & 3), 1 << (i & 3))));
}

/** `[4096]` the value that all expansions of an ambiguous codon share, else `otherwise`. */
function overExpansions(valueOf: (codonIndex: number) => number, otherwise: number): Uint8Array {
  const values = new Uint8Array(4096).fill(otherwise);
  for (let bits = 0; bits < 4096; bits++) {
    const bases = [bits >> 8, (bits >> 4) & 15, bits & 15] as const;
    if (bases.includes(0)) continue; // no nucleotide at all
    const place = bases.findIndex((base) => base !== lowestBit(base));
    if (place < 0) {
      const [first, second, third] = bases.map((base) => Math.log2(base));
      values[bits] = valueOf(16 * first! + 4 * second! + third!);
      continue;
    }
    // one of the choices at the first ambiguous place, and all others: both stand further up in the table
    const shift = 8 - 4 * place;
    const one = lowestBit(bases[place]!) << shift;
    const all = bases[place]! << shift;
    const value = values[bits ^ all ^ one]!;
    if (value === values[bits ^ one]) values[bits] = value;
  }
  return values;
}

function lowestBit(bits: number): number {
  return bits & -bits;
}

/**
 * May the codon begin a protein?
 *
 * @param codon base bits as `b1 << 8 | b2 << 4 | b3`
 * @param code genetic code
 * @param alternativeStarts count every start codon of the code; otherwise only those that code M inside a protein too
 */
export function isStartCodon(
  codon: number,
  code: GeneticCode,
  alternativeStarts: boolean,
): boolean {
  return code.isStart[codon] === 1 && (alternativeStarts || code.residueOfBits[codon] === M);
}

/**
 * The residue of one codon.
 *
 * @param codon three IUPAC nucleotides, T or U
 * @returns one-letter code; `*` for stop, X where the letters leave a choice
 */
export function translateCodon(codon: string, code: GeneticCode): string {
  const [first = 0, second = 0, third = 0] = encodeNucleotides(codon);
  return String.fromCharCode(code.residueOfBits[(first << 8) | (second << 4) | third]!);
}
