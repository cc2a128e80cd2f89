/** @file Writes CIF 1.1: values in the plainest quoting that keeps them, categories in aligned columns. */

import { FoldError } from '#errors';

/** Text or number to write; empty text stands for unknown (`?`), null for what does not apply (`.`). */
export type CifValue = string | number | null;

// Letters beyond ASCII, which CIF 1.1 does not know, are read by gemmi and libcifpp between quotes only.
const BARE = /^(?!data_|save_|(?:loop_|global_|stop_)$|[_#$'"[\];])[!-~]+$/i;
// CIF 1.1 allows tab and line feed of the control characters; a carriage return would be read as a line end.
const FORBIDDEN = /[^\P{Cc}\t\n]/u;

/**
 * Writes one category: names and values in pairs where there is one row, else a loop.
 *
 * @param name such as `_entity`
 * @param items what follows the dot, one for each column
 * @param rows values, one for each item
 * @returns text that ends with a separating `#` line; empty where there are no rows
 * @throws FoldError `STRUCTURE_UNWRITABLE` where CIF cannot hold a value
 */
export function cifCategory(
  name: string,
  items: readonly string[],
  rows: readonly (readonly CifValue[])[],
): string {
  if (rows.length === 0) return '';
  const tags = items.map((item) => `${name}.${item}`);
  if (rows.length === 1) {
    const width = Math.max(...tags.map(({ length }) => length));
    const lines = tags.map((tag, i) => `${tag.padEnd(width)} ${cifValue(rows[0]![i]!, tag)}`);
    return `${lines.join('\n')}\n#\n`;
  }
  const cells = rows.map((row) => row.map((value, i) => cifValue(value, tags[i]!)));
  return `loop_\n${tags.join('\n')}\n${alignColumns(cells)}\n#\n`;
}

function alignColumns(cells: readonly (readonly string[])[]): string {
  const widths = new Array<number>(cells[0]!.length).fill(0);
  for (const row of cells) {
    row.forEach((cell, i) => {
      if (cell.length > widths[i]! && !cell.startsWith('\n')) widths[i] = cell.length;
    });
  }
  const last = widths.length - 1;
  return cells
    .map((row) => row.map((cell, i) => (i === last ? cell : cell.padEnd(widths[i]!))).join(' '))
    .join('\n');
}

/**
 * Writes one value.
 *
 * @param value see `CifValue`
 * @param what name of the item, for error messages
 * @returns the value, quoted where it must be; a text of many lines begins with a line break
 * @throws FoldError `STRUCTURE_UNWRITABLE` where CIF cannot hold it
 */
export function cifValue(value: CifValue, what: string): string {
  if (value === null) return '.';
  if (typeof value === 'number') return String(value);
  if (value === '') return '?';
  if (BARE.test(value) && value !== '.' && value !== '?') return value;
  if (FORBIDDEN.test(value)) throw unwritable(value, what, 'a control character');
  if (!value.includes('\n')) {
    if (!/'[\t ]/.test(value)) return `'${value}'`;
    if (!/"[\t ]/.test(value)) return `"${value}"`;
  }
  if (value.includes('\n;')) throw unwritable(value, what, 'a line that begins with a semicolon');
  return `\n;${value}\n;`;
}

function unwritable(value: string, what: string, reason: string): FoldError {
  const shown = JSON.stringify(value.slice(0, 60));
  return new FoldError('STRUCTURE_UNWRITABLE', `${what} ${shown} holds ${reason}`, {
    hint: 'CIF 1.1 has no way to write it; change the text.',
  });
}
