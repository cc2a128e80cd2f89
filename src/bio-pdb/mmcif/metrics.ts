/** What ModelCIF writes for types of metric that it does not list. */
export const METRIC_TYPE_OTHER = 'other';

/**
 * The values of `_ma_qa_metric.type`.
 *
 * @source ModelCIF dictionary 1.4.9, item `_ma_qa_metric.type`
 */
const METRIC_TYPES = new Set([
  'zscore',
  'energy',
  'distance',
  'normalized score',
  'pLDDT',
  'pLDDT in [0,1]',
  'pLDDT all-atom',
  'pLDDT all-atom in [0,1]',
  'pLDDT to polymer',
  'PAE',
  'pTM',
  'ipTM',
  'contact probability',
  'boolean',
]);

/**
 * Tells whether ModelCIF lists a type of metric.
 *
 * @param type such as `pLDDT`
 */
export function isListedMetricType(type: string): boolean {
  return METRIC_TYPES.has(type);
}
