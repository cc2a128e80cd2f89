import type { CifErrorAt, CifTable } from './table.js';
import { parseDecimal, parseInteger } from '#bio-pdb/decimal';

const QUOTES = `'";`;

/** One item of a category, such as `_atom_site.Cartn_x`: a value for each row. */
export class CifColumn {
  readonly tag: string;
  private readonly text: string;
  private readonly table: CifTable;
  private readonly column: number;
  private readonly errorAt: CifErrorAt;

  constructor(
    tag: string,
    at: { text: string; table: CifTable; column: number; errorAt: CifErrorAt },
  ) {
    this.tag = tag;
    this.text = at.text;
    this.table = at.table;
    this.column = at.column;
    this.errorAt = at.errorAt;
  }

  /** The value, or null where it is `.` or `?` without quotes. */
  get(row: number): string | null {
    const start = this.table.start(row, this.column);
    const end = this.table.end(row, this.column);
    const quote = this.text.charAt(start - 1);
    if (end - start === 1 && !QUOTES.includes(quote || ' ')) {
      const character = this.text.charAt(start);
      return character === '.' || character === '?' ? null : character;
    }
    const value = this.text.slice(start, end);
    return quote === ';' ? value.replace(/\r\n?/g, '\n') : value;
  }

  /** The value, which must be there. */
  require(row: number): string {
    const value = this.get(row);
    if (value === null) throw this.error(row, `${this.tag} is missing`);
    return value;
  }

  /** A decimal number, its standard uncertainty in parentheses left off; null where absent. */
  decimal(row: number): number | null {
    const text = this.get(row);
    if (text === null) return null;
    const value = parseDecimal(text.endsWith(')') ? text.replace(/\(\d+\)$/, '') : text);
    if (Number.isNaN(value)) throw this.error(row, `${this.tag} ${quoted(text)} is not a number`);
    return value;
  }

  /** A whole number; null where absent. */
  integer(row: number): number | null {
    const text = this.get(row);
    if (text === null) return null;
    const value = parseInteger(text);
    if (Number.isNaN(value)) {
      throw this.error(row, `${this.tag} ${quoted(text)} is not a whole number`);
    }
    return value;
  }

  /** Where a value stands in the text. */
  offset(row: number): number {
    return this.table.start(row, this.column);
  }

  /** An error that points at the line of a value. */
  error(row: number, message: string): Error {
    return this.errorAt(message, this.offset(row));
  }
}

/** The items that share a name before the dot, such as `_atom_site`. */
export class CifCategory {
  readonly numRows: number;
  private readonly name: string;
  private readonly block: CifBlock;

  constructor(name: string, numRows: number, block: CifBlock) {
    this.name = name;
    this.numRows = numRows;
    this.block = block;
  }

  /** The item of that name, in any case; undefined where the file does not list it. */
  column(item: string): CifColumn | undefined {
    const column = this.block.column(`${this.name}.${item}`);
    if (column === undefined || column.numRows === this.numRows) return column?.values;
    throw column.values.error(
      0,
      `${this.name}.${item} has another number of rows than its category`,
    );
  }

  /** The item of that name, which must be there. */
  require(item: string): CifColumn {
    const column = this.column(item);
    if (column !== undefined) return column;
    throw this.block.error(`the file has ${this.name} without ${this.name}.${item}`, this.name);
  }
}

/** A `data_` block or a `save_` frame. Names of items are compared without regard to case. */
export class CifBlock {
  readonly name: string;
  /** `save_` frames within a block, as dictionaries have them. */
  readonly frames: CifBlock[] = [];
  private readonly text: string;
  private readonly errorAt: CifErrorAt;
  private readonly items = new Map<string, { table: CifTable; column: number; offset: number }>();
  private readonly categories = new Map<string, { table: CifTable; offset: number }>();

  constructor(name: string, text: string, errorAt: CifErrorAt) {
    this.name = name;
    this.text = text;
    this.errorAt = errorAt;
  }

  /** Enters an item whose values are in a column of the table. */
  define(tag: string, table: CifTable, at: { column: number; offset: number }): void {
    const key = tag.toLowerCase();
    if (this.items.has(key)) throw this.errorAt(`${tag} appears twice`, at.offset);
    this.items.set(key, { table, ...at });
    const category = key.split('.', 1)[0]!;
    if (!this.categories.has(category)) this.categories.set(category, { table, offset: at.offset });
  }

  /** The category of that name; undefined where the block has none of its items. */
  category(name: string): CifCategory | undefined {
    const found = this.categories.get(name.toLowerCase());
    return found && new CifCategory(name, found.table.numRows, this);
  }

  /** The item of that full name with its number of rows. */
  column(tag: string): { values: CifColumn; numRows: number } | undefined {
    const item = this.items.get(tag.toLowerCase());
    if (item === undefined) return undefined;
    const { text, errorAt } = this;
    return {
      values: new CifColumn(tag, { text, errorAt, table: item.table, column: item.column }),
      numRows: item.table.numRows,
    };
  }

  /** The only value of an item, as outside loops; null where absent. */
  single(tag: string): string | null {
    const column = this.column(tag);
    return column === undefined || column.numRows === 0 ? null : column.values.get(0);
  }

  /** An error that points at the first item of a category. */
  error(message: string, category: string): Error {
    return this.errorAt(message, this.categories.get(category.toLowerCase())?.offset ?? 0);
  }
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
