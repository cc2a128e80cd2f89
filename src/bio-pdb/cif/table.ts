/** @file Rows of values as they stand in a CIF text: offsets only, cut out when asked for. */

/** Tells the reader of a column where a value stands that it cannot use. */
export type CifErrorAt = (message: string, offset: number) => Error;

/** A growing list of offsets: 4 bytes each, where an array of numbers takes 8 and more. */
class OffsetList {
  private values = new Uint32Array(64);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Uint32Array(2 * this.length);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  at(index: number): number {
    return this.values[index]!;
  }
}

/** Values in rows of `width`, as a `loop_` gives them. */
export class CifTable {
  readonly width: number;
  private readonly starts = new OffsetList();
  private readonly ends = new OffsetList();

  constructor(width: number) {
    this.width = width;
  }

  /** Complete rows so far. */
  get numRows(): number {
    return Math.floor(this.starts.length / this.width);
  }

  /** True where the last row lacks values. */
  get isRagged(): boolean {
    return this.starts.length % this.width !== 0;
  }

  /** Adds a value that spans `start` to `end` of the text, without its quotes. */
  push(start: number, end: number): void {
    this.starts.push(start);
    this.ends.push(end);
  }

  /** First character of a value. */
  start(row: number, column: number): number {
    return this.starts.at(row * this.width + column);
  }

  /** Behind the last character of a value. */
  end(row: number, column: number): number {
    return this.ends.at(row * this.width + column);
  }
}
