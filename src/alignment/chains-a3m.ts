/** @file a3m as text: what searches return, and what they are put together to. */

/** What the first query of a search is called; others count from there, as in ColabFold. */
export const FIRST_QUERY_ID = 101;

/** A row with its insertions. */
export interface A3mRecord {
  readonly title: string;
  readonly row: string;
}

/** A chain that differs from the others, and what was found for it. */
export interface SearchedChain {
  readonly sequence: string;
  /** How often the prediction has it. */
  readonly copies: number;
  /** Without the sequence itself. */
  readonly relatives: readonly A3mRecord[];
}

/**
 * Reads the a3m of a search: one list of records for each query, parted by NUL.
 *
 * @param text as MMseqs2 writes it: each row on one line
 */
export function a3mSections(text: string): A3mRecord[][] {
  return text
    .split('\0')
    .map((section) =>
      section
        .split(/^>/m)
        .slice(1)
        .map((record) => {
          const [title = '', ...lines] = record.split(/\r?\n/);
          return { title, row: lines.join('').replace(/\s/g, '') };
        }),
    )
    .filter((records) => records.length > 0);
}

/**
 * Writes what was found for all chains in the format of ColabFold's complexes, which `readAlignments` and ColabFold
 * read. A single chain with one copy gives plain a3m.
 *
 * @param chains in the order of the prediction, each once
 * @param paired for each chain rows of which the i-th of all belong together; none where nothing was paired
 */
export function chainsA3m(
  chains: readonly SearchedChain[],
  paired: readonly (readonly A3mRecord[])[] = [],
): string {
  const queries = chains.map(({ sequence }, i) => ({
    title: `${FIRST_QUERY_ID + i}`,
    row: sequence,
  }));
  const records: A3mRecord[] = [sideBySide(queries)];
  for (let i = 0; i < (paired[0]?.length ?? 0); i++)
    records.push(sideBySide(paired.map((rows) => rows[i]!)));
  const isPlain = chains.length === 1 && chains[0]!.copies === 1;
  chains.forEach(({ relatives }, chain) => {
    const rows = isPlain ? relatives : [queries[chain]!, ...relatives];
    const [before, after] = [queries.slice(0, chain), queries.slice(chain + 1)].map(gapsFor);
    for (const { title, row } of rows) records.push({ title, row: `${before!}${row}${after!}` });
  });
  const lengths = chains.map(({ sequence }) => sequence.length);
  const copies = chains.map((chain) => chain.copies);
  const first = isPlain ? '' : `#${lengths.join(',')}\t${copies.join(',')}\n`;
  return first + records.map(({ title, row }) => `>${title}\n${row}\n`).join('');
}

const sideBySide = (records: readonly A3mRecord[]): A3mRecord => ({
  title: records.map(({ title }) => title).join('\t'),
  row: records.map(({ row }) => row).join(''),
});

const gapsFor = (records: readonly A3mRecord[]): string =>
  records.map(({ row }) => '-'.repeat(row.length)).join('');
