import { parseInteger } from '#bio-pdb/decimal';
import { decodeHybrid36 } from './hybrid36.js';

/** How a writer goes on where decimal digits do not suffice, in the order in which they are tried. */
type Overflow = (text: string, width: number) => number;
const OVERFLOWS: readonly Overflow[] = [decodeHybrid36, decodeLetteredHex, decodeHex];

/**
 * Reads a column of serials or residue numbers, which rise from line to line. Programs that run out of decimal digits
 * go on in hybrid-36 (cctbx), in hexadecimal (VMD: 99999, 186a0) or in hexadecimal from the first that begins with a
 * letter (OpenMM: 99999, A0000); which of them it is shows where the numbers go on from the line before.
 */
export class NumberColumn {
  private readonly width: number;
  private last = Number.NaN;
  private overflow: Overflow = decodeHybrid36;

  /** @param width columns: 4 for residue numbers, 5 for serials */
  constructor(width: number) {
    this.width = width;
  }

  /**
   * Reads the number of the next line.
   *
   * @param text without surrounding blanks
   * @returns NaN where the text is not a number of any of these kinds
   */
  read(text: string): number {
    const number = this.decode(text);
    if (!Number.isNaN(number)) this.last = number;
    return number;
  }

  /** Whether a number goes on from the line before: it is the same, or the next. */
  continues(number: number): boolean {
    return number === this.last || number === this.last + 1;
  }

  private decode(text: string): number {
    const decimal = parseInteger(text);
    if (!Number.isNaN(decimal)) {
      const hex = this.last >= 10 ** this.width - 1 ? decodeHex(text, this.width) : Number.NaN;
      return this.continues(hex) && !this.continues(decimal) ? hex : decimal;
    }
    const next = OVERFLOWS.find((overflow) => this.continues(overflow(text, this.width)));
    if (next) this.overflow = next;
    const known = this.overflow(text, this.width);
    if (!Number.isNaN(known)) return known;
    return (
      OVERFLOWS.map((overflow) => overflow(text, this.width)).find((n) => !Number.isNaN(n)) ??
      Number.NaN
    );
  }
}

function decodeHex(text: string, width: number): number {
  return text.length === width && /^[\da-f]+$/i.test(text) ? Number.parseInt(text, 16) : Number.NaN;
}

function decodeLetteredHex(text: string, width: number): number {
  if (!/^[a-f]/i.test(text)) return Number.NaN;
  return decodeHex(text, width) - 10 * 16 ** (width - 1) + 10 ** width;
}
