/** @file Rows of values as they stand in a CIF text: offsets only, cut out when asked for. */

/** Tells the reader of a column where a value stands that it cannot use. */
export type CifErrorAt = (message: string, offset: number) => Error;

/** A growing list of offsets: 4 bytes each, where an array of numbers takes 8 and more. */
class OffsetList {
  private values: Uint32Array;
  length = 0;

  constructor(capacity: number) {
    this.values = new Uint32Array(capacity);
  }

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
  private readonly starts: OffsetList;
  private readonly ends: OffsetList;

  /** @param numValues how many values to expect; more are taken */
  constructor(width: number, numValues = 64) {
    this.width = width;
    this.starts = new OffsetList(numValues);
    this.ends = new OffsetList(numValues);
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
