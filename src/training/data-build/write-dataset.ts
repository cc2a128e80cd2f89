import { join } from 'node:path';
import { writeWhole } from '#machine/write-whole';
import { INDEX_COLUMNS, type Split } from '#training/data/dataset';
import type { BuiltChain } from './chains-of-structure.js';

/** A chain with its place in the data set. */
export interface PlacedChain {
  readonly chain: BuiltChain;
  readonly cluster: string;
  readonly split: Split;
}

/**
 * Writes `index.tsv` and `atom14.i16`, as `openDataset` reads them.
 *
 * @param directory that exists
 * @param chains in the order of the index
 * @throws FoldError `FILE_WRITE`
 */
export async function writeDataset(
  directory: string,
  chains: readonly PlacedChain[],
): Promise<void> {
  const rows = [INDEX_COLUMNS.join('\t')];
  let offset = 0;
  for (const [id, { chain, cluster, split }] of chains.entries()) {
    const { pdb, kind, breaks, numbering, sequence } = chain;
    const cells = { id, pdb, chain: chain.chain, offset, length: sequence.length, split, cluster30: cluster, kind, resolution: '', method: '', breaks, numbering, sequence }; // prettier-ignore
    rows.push(INDEX_COLUMNS.map((column) => cells[column]).join('\t'));
    offset += sequence.length;
  }
  const coordinates = new Int16Array(42 * offset);
  let position = 0;
  for (const { chain } of chains) {
    coordinates.set(chain.coordinates, position);
    position += chain.coordinates.length;
  }
  await writeWhole(join(directory, 'atom14.i16'), new Uint8Array(coordinates.buffer));
  await writeWhole(join(directory, 'index.tsv'), `${rows.join('\n')}\n`);
}
