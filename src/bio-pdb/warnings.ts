import type { StructureWarning } from './structure.js';

/**
 * Gathers what a reader assumed, changed or left out: one warning for each kind of thing, however many places there
 * are, so that no file can make more warnings than there are kinds.
 */
export class Warnings {
  private readonly kinds = new Map<string, { message: string; at: number; count: number }>();
  private readonly lineOf: (at: number) => number;

  /** @param lineOf line of a position in the file, whatever the reader counts positions in */
  constructor(lineOf: (at: number) => number) {
    this.lineOf = lineOf;
  }

  /**
   * Notes one place.
   *
   * @param kind places of one kind are counted together
   * @param at position in the file
   * @param message about this place; asked for the first of its kind only
   */
  add(kind: string, at: number, message: () => string): void {
    const known = this.kinds.get(kind);
    if (known) known.count++;
    else this.kinds.set(kind, { message: message(), at, count: 1 });
  }

  /** Notes a name that was read in capitals, where it was. */
  addCapitals(given: string, read: string, at: number): void {
    if (given === read) return;
    this.add('capitals', at, () => `the name ${given} has small letters; it is read as ${read}`);
  }

  /** All warnings, by line. */
  list(): StructureWarning[] {
    return [...this.kinds.values()]
      .map(({ message, at, count }) => ({ message, line: this.lineOf(at), count }))
      .sort((a, b) => a.line - b.line);
  }
}

/**
 * A warning as one line of text.
 *
 * @param warning of a structure
 * @param source name of its file
 */
export function warningText({ message, line, count }: StructureWarning, source: string): string {
  const others = count === 1 ? '' : ` (${count} places like this)`;
  return `${source}:${line}: ${message}${others}`;
}
