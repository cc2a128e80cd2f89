const CHAIN_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * Names for the PDB format, which has one column for them: a name of one character stays, a longer one becomes its first
 * letter where that is free (`heavy` is H), else another of its letters, else the next free one.
 *
 * @param ids names of the chains, no two the same
 * @returns undefined where there are more chains than characters
 */
export function pdbChainNames(ids: readonly string[]): string[] | undefined {
  if (ids.length > CHAIN_LETTERS.length) return undefined;
  const taken = new Set(ids.filter(({ length }) => length === 1));
  return ids.map((id) => {
    if (id.length === 1) return id;
    const wanted = `${id.toUpperCase()}${id.toLowerCase()}${CHAIN_LETTERS}`;
    const name = Array.from(wanted).find((one) => CHAIN_LETTERS.includes(one) && !taken.has(one));
    taken.add(name!);
    return name!;
  });
}
