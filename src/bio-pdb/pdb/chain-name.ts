/** Whether a chain's name fits the PDB format, which has one column for it. */
export function isPdbChainName(id: string): boolean {
  return id.length === 1;
}
