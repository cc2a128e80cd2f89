/** @file What checks of a structure have in common. */

/** Outcome of one kind of check. */
export interface Check<Finding> {
  /** How many places could be checked. */
  readonly numChecked: number;
  /** Where the structure fails. */
  readonly outliers: readonly Finding[];
  /** Outliers per place checked, 0-1; 0 where nothing could be checked. */
  readonly outlierFraction: number;
}

/**
 * Sums up a check.
 *
 * @param numChecked places checked
 * @param outliers those that failed
 */
export function checkOf<Finding>(numChecked: number, outliers: readonly Finding[]): Check<Finding> {
  const outlierFraction = numChecked > 0 ? outliers.length / numChecked : 0;
  return { numChecked, outliers, outlierFraction };
}
