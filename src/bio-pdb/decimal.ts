/** @file Numbers as structure files write them. */

// No part can be matched in two ways: a value of a million digits takes a million steps.
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const INTEGER = /^[+-]?\d{1,15}$/;

/** What stands in the place of a measure that overflowed its columns or was never computed. */
export const NO_VALUE = /^(?:\*+|[+-]?nan|[+-]?inf(?:inity)?)$/i;

/** Å. No molecule is larger; float32 still resolves 0.1 Å here, so viewers stay safe. */
export const MAX_COORDINATE = 1e6;

/**
 * Reads a decimal number; stricter than `Number`, which also takes blanks, `0x10` and `Infinity`.
 *
 * @param text without surrounding blanks
 * @returns NaN where the text is no finite decimal number; never -0
 */
export function parseDecimal(text: string): number {
  if (!DECIMAL.test(text)) return Number.NaN;
  const value = Number(text);
  return Number.isFinite(value) ? value + 0 : Number.NaN;
}

/**
 * Reads a whole number.
 *
 * @param text without surrounding blanks
 * @returns NaN where the text is no whole number of at most 15 digits; never -0
 */
export function parseInteger(text: string): number {
  return INTEGER.test(text) ? Number(text) + 0 : Number.NaN;
}

/**
 * Writes a number with a fixed number of decimals, or with as many digits as it needs where those would change it.
 *
 * @param value any finite number
 * @param decimals digits after the point in the usual case
 * @returns text that `parseDecimal` reads as the same number
 */
export function formatDecimal(value: number, decimals: number): string {
  const fixed = value.toFixed(decimals);
  return Number(fixed) === value ? fixed : String(value);
}
