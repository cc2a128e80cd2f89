import type { CifColumn } from '#bio-pdb/cif/block';
import { parseInteger } from '#bio-pdb/decimal';

/** Numbers of models by what the file calls them: most call them by numbers, some by letters or names. */
export class ModelNumbers {
  private readonly numbers = new Map<string, number>();
  private highest = 0;

  /**
   * The number of a model; those with another name get the next number that is free.
   *
   * @param column of model names; undefined where the file has none and so one model
   * @param row of the column
   * @param onRenumbered called when a model is met first that has no number
   */
  read(
    column: CifColumn | undefined,
    row: number,
    onRenumbered?: (name: string, number: number) => void,
  ): number {
    const name = column?.get(row) ?? '1';
    let number = this.numbers.get(name);
    if (number !== undefined) return number;
    number = parseInteger(name);
    if (Number.isNaN(number)) {
      number = this.highest + 1;
      onRenumbered?.(name, number);
    }
    this.highest = Math.max(this.highest, number);
    this.numbers.set(name, number);
    return number;
  }
}
