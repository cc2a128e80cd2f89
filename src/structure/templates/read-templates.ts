import { parseStructure } from '#bio-pdb/parse-structure';
import { FoldError } from '#errors';
import { residuesFromStructure } from '#structure/from-bio-pdb';
import { templateChains, type TemplateChain } from './template-chain.js';

/** Chains that a message lists, and how much of each name. */
const MOST_LISTED = 20;
const MAX_QUOTED = 40;

/**
 * The protein chains of a structure file, of its first model.
 *
 * @param bytes PDB or mmCIF, plain or gzipped
 * @param source name of the file
 * @param chainId of the only chain that is wanted; all if absent
 * @returns none where the file has no protein
 * @throws ParseError `PARSE_PDB`, `PARSE_MMCIF`; FoldError `STRUCTURE_MISMATCH` where there is no such chain
 */
export function readTemplates(
  bytes: Uint8Array,
  source: string,
  chainId?: string,
): TemplateChain[] {
  const chains = templateChains(residuesFromStructure(parseStructure(bytes, source)), source);
  if (chainId === undefined) return chains;
  const chosen = chains.filter((chain) => chain.chainId === chainId);
  if (chosen.length > 0) return chosen;
  const listed = chains.slice(0, MOST_LISTED).map((chain) => chain.chainId.slice(0, MAX_QUOTED));
  const present = [...listed, ...(chains.length > MOST_LISTED ? ['…'] : [])].join(', ');
  throw new FoldError('STRUCTURE_MISMATCH', `${source} has no protein chain ${chainId}`, {
    hint: present === '' ? 'it has no protein chain at all' : `its protein chains are ${present}`,
  });
}
