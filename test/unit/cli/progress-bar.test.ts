import { describe, expect, it } from 'vitest';
import { barLine, ProgressBar } from '#cli/progress-bar';
import { tableLines } from '#cli/table';

describe('a progress bar', () => {
  it('fills with the fraction done and stays within the terminal', () => {
    const filled = (fraction: number): number =>
      barLine(fraction, 'a', 'b', 80).replaceAll(/[^█]/g, '').length;
    expect([0, 0.5, 1, 7, -1, NaN].map(filled)).toEqual([0, 12, 24, 24, 0, 0]);
    for (const columns of [1, 10, 24, 30, 40, 80])
      expect(barLine(0.5, 'a-long-record-name', 'pass 1/4', columns).length).toBeLessThan(columns);
  });

  it('is drawn on a terminal only, and leaves nothing behind', () => {
    const written: string[] = [];
    const write = (text: string): number => written.push(text);
    const elsewhere = new ProgressBar({ isTTY: false, write });
    elsewhere.draw(0.5, 'a', 'b');
    elsewhere.clear();
    expect(written).toEqual([]);
    const terminal = new ProgressBar({ isTTY: true, columns: 0, write });
    terminal.draw(0.5, 'a', 'b');
    terminal.clear();
    terminal.clear();
    expect(written).toHaveLength(2);
    expect(written[0]).toMatch(/^\r.*a █+░+ b$/);
    expect(written[1]).toBe('\r\u001b[K');
  });
});

describe('a table', () => {
  it('has aligned columns and no space at line ends', () => {
    expect(
      tableLines([
        ['A', 'LONG'],
        ['wide', 'x'],
      ]),
    ).toEqual(['A     LONG', 'wide  x']);
    expect(tableLines([])).toEqual([]);
  });
});
