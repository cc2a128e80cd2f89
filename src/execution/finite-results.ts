import { FoldError } from '#errors';
import type { HostTensor } from '#tensor/tensor';
import { areFinite } from '#weights/finite';

/**
 * Stops where a model gave NaN or infinity. Files of such a result would be refused by their readers, or look perfect:
 * comparisons and rounding make numbers of both.
 *
 * @param results what was computed, by name
 * @param source what computed it
 * @throws FoldError `RESULT_NOT_FINITE`
 */
export function requireFinite(
  results: Readonly<Record<string, Pick<HostTensor, 'data'>>>,
  source: string,
): void {
  for (const [name, { data }] of Object.entries(results)) {
    if (!(data instanceof Float32Array) || areFinite(data)) continue;
    const value = data.find((one) => !Number.isFinite(one))!;
    throw new FoldError('RESULT_NOT_FINITE', `${source} gave ${value} in "${name}"`, {
      hint: 'the weights do not belong together, or need more precision than they are kept in',
    });
  }
}
