/** @file Days as the PDB format writes them: `01-JAN-26`. */

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
/** The Protein Data Bank began in 1971, so a lower number of a year means one of this century. */
const FIRST_YEAR = 71;
const NO_DATE = ' '.repeat(9);

/**
 * Reads a day.
 *
 * @param text `DD-MMM-YY`
 * @returns `YYYY-MM-DD`; empty where the text is no day
 */
export function dateFromPdb(text: string): string {
  const match = /^(\d\d)-([A-Z]{3})-(\d\d)$/.exec(text.trim().toUpperCase());
  const month = MONTHS.indexOf(match?.[2] ?? '') + 1;
  if (match === null || month === 0) return '';
  const century = Number(match[3]) < FIRST_YEAR ? '20' : '19';
  return `${century}${match[3]!}-${String(month).padStart(2, '0')}-${match[1]!}`;
}

/**
 * Writes a day.
 *
 * @param date `YYYY-MM-DD`
 * @returns `DD-MMM-YY`; nine blanks where the text is no day or its year does not fit two digits
 */
export function dateToPdb(date: string): string {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date);
  if (match === null) return NO_DATE;
  const text = `${match[3]!}-${MONTHS[Number(match[2]) - 1] ?? ''}-${match[1]!.slice(2)}`;
  return dateFromPdb(text) === date ? text : NO_DATE;
}
