import { alignChains } from './align-chains.js';
import { rowText, type Alignment } from './alignment.js';
import { readAlignments } from './read-alignment.js';
import { isQuery } from './require-query.js';

/**
 * The alignment of all chains of a prediction. A file may hold those of further predictions, too.
 *
 * @param chains their sequences, in order
 * @param bytes whole file, packed by gzip or not
 * @param name what errors call it
 * @throws ParseError `PARSE_ALIGNMENT`; FoldError `ALIGNMENT_MISMATCH`
 */
export function alignmentOfChains(
  chains: readonly string[],
  bytes: Uint8Array,
  name = 'alignment',
): Alignment {
  const all = readAlignments(bytes, name);
  const own = all.filter((section) => {
    const query = rowText(section, 0);
    return chains.some((chain) => isQuery(query, chain));
  });
  const isOfSeveral = all.length > new Set(chains).size && own.length > 0;
  return alignChains(chains, { sections: isOfSeveral ? own : all, name });
}
