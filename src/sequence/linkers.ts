/** Glycines that join chains for a model that knows one chain only. */
export const LINKER_LENGTH = 25;

/**
 * Residues that a model reads, linkers included: time and memory go by it.
 *
 * @param sequences one-letter sequences of the chains
 */
export function lengthWithLinkers(sequences: readonly string[]): number {
  return sequences.reduce(
    (total, { length }) => total + length,
    LINKER_LENGTH * (sequences.length - 1),
  );
}
