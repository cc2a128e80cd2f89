import { chainTraces, type NamedResidues } from '#structure/alignment/chain-trace';

/** A chain of a known structure that others may be folded after: M residues whose CA is known. */
export interface TemplateChain {
  /** Where it comes from, such as a file's name. */
  readonly source: string;
  readonly chainId: string;
  /** `[M]` types 0-20 */
  readonly aatype: Uint8Array;
  /** `[M]` number and insertion code, such as `52A` */
  readonly numbers: readonly string[];
  /** `[M, 14, 3]` Å; anything where the mask is 0 */
  readonly atom14: Float32Array;
  /** `[M, 14]` 1 where the atom is known */
  readonly atom14Mask: Uint8Array;
}

/**
 * The protein chains of a structure.
 *
 * @param structure residues of one model
 * @param source its name
 */
export function templateChains(structure: NamedResidues, source: string): TemplateChain[] {
  const { atom14, atom14Mask } = structure;
  return chainTraces(structure).map(({ chainId, residues, aatype, numbers }) => ({
    source,
    chainId,
    aatype,
    numbers,
    atom14: Float32Array.from(
      { length: 42 * residues.length },
      (_, at) => atom14[42 * residues[Math.floor(at / 42)]! + (at % 42)]!,
    ),
    atom14Mask: Uint8Array.from(
      { length: 14 * residues.length },
      (_, at) => atom14Mask[14 * residues[Math.floor(at / 14)]! + (at % 14)]!,
    ),
  }));
}
