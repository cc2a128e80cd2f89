/** @file Whole numbers in few columns: decimal while they fit, then base 36 led by a capital, then by a small letter. */

import { parseInteger } from '#bio-pdb/decimal';

/**
 * Writes a number in a PDB column, in hybrid-36 where decimal digits do not suffice.
 *
 * @param value whole number
 * @param width columns: 4 for residue numbers, 5 for serials
 * @returns `width` characters, or null where even hybrid-36 cannot hold the number
 * @source cctbx "hybrid_36" format, R. Grosse-Kunstleve: 5 columns hold -9999 to 87440031, 4 columns -999 to 2436111
 */
export function encodeHybrid36(value: number, width: number): string | null {
  const decimalLimit = 10 ** width;
  if (value > -(10 ** (width - 1)) && value < decimalLimit) {
    return String(value).padStart(width);
  }
  const perCase = 26 * 36 ** (width - 1);
  const index = value - decimalLimit;
  if (index < 0 || index >= 2 * perCase) return null;
  const digits = ((index % perCase) + 10 * 36 ** (width - 1)).toString(36);
  return index < perCase ? digits.toUpperCase() : digits;
}

/**
 * Reads a number from a PDB column, decimal or hybrid-36.
 *
 * @param field the column's characters, blanks included
 * @param width columns: 4 for residue numbers, 5 for serials
 * @returns NaN where the field is neither
 */
export function decodeHybrid36(field: string, width: number): number {
  const text = field.trim();
  const decimal = parseInteger(text);
  if (!Number.isNaN(decimal)) return decimal;
  if (text.length !== width) return Number.NaN;
  const firstOfCase = 10 * 36 ** (width - 1);
  if (/^[A-Z][0-9A-Z]*$/.test(text)) {
    return Number.parseInt(text, 36) - firstOfCase + 10 ** width;
  }
  if (/^[a-z][0-9a-z]*$/.test(text)) {
    return Number.parseInt(text, 36) - firstOfCase + 26 * 36 ** (width - 1) + 10 ** width;
  }
  return Number.NaN;
}
