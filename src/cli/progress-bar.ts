const CELLS = 24;
const CLEAR_LINE = '\r\u001b[K';

/** Where a bar is drawn: stderr, or a stand-in. */
export interface BarStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Where the progress of some work is shown. */
export type Progress = Pick<ProgressBar, 'isTerminal' | 'draw' | 'clear'>;

/** One line on a terminal that is drawn over and over; elsewhere nothing is drawn. */
export class ProgressBar {
  readonly #stream: BarStream;
  #isShown = false;

  constructor(stream: BarStream = process.stderr) {
    this.#stream = stream;
  }

  get isTerminal(): boolean {
    return this.#stream.isTTY === true;
  }

  /**
   * Draws the bar.
   *
   * @param fraction done, 0-1
   * @param before words left of the bar, the first to be cut where the terminal is narrow
   * @param after words right of it
   */
  draw(fraction: number, before: string, after: string): void {
    if (!this.isTerminal) return;
    const { columns = 0 } = this.#stream; // 0 where the terminal does not know
    const line = barLine(fraction, before, after, columns > 0 ? columns : 80);
    this.#stream.write(`${CLEAR_LINE}${line}`);
    this.#isShown = true;
  }

  /** Takes the bar away, so that a line can be written. */
  clear(): void {
    if (this.#isShown) this.#stream.write(CLEAR_LINE);
    this.#isShown = false;
  }
}

/**
 * The text of a bar, at most `columns - 1` characters.
 *
 * @param fraction done, 0-1; what lies outside is taken as the nearer end
 */
export function barLine(fraction: number, before: string, after: string, columns: number): string {
  const done = Math.round(CELLS * Math.min(1, Math.max(0, fraction)));
  const bar = `${'█'.repeat(done)}${'░'.repeat(CELLS - done)}`;
  const room = columns - 1 - bar.length - after.length - 2;
  if (room < 1) return bar.slice(0, Math.max(0, columns - 1));
  const name = before.length > room ? `${before.slice(0, room - 1)}…` : before;
  return `${name} ${bar} ${after}`;
}
