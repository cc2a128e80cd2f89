import { CA_SLOT } from '#structure/residues/atoms';
import { hasAtom, type ResidueAtoms } from '#structure/residues/residue-atoms';

/** A structure whose chains and residues have names. */
export interface NamedResidues extends ResidueAtoms {
  /** By `chainIndex`. */
  readonly chainIds: readonly string[];
  /** `[N]` as in the file. */
  readonly residueNumber: ArrayLike<number>;
  /** `[N]` '' where there is none. */
  readonly insertionCodes: readonly string[];
}

/** The N residues of one chain whose CA is known. */
export interface ChainTrace {
  readonly chainId: string;
  readonly chainIndex: number;
  /** `[N]` where each stands in the structure. */
  readonly residues: Int32Array;
  /** `[N]` types 0-20 */
  readonly aatype: Uint8Array;
  /** `[N]` number and insertion code, such as `52A`. */
  readonly numbers: readonly string[];
  /** `[N, 3]` Å */
  readonly points: Float64Array;
}

/** The chains of a structure in which a CA is known. */
export function chainTraces(structure: NamedResidues): ChainTrace[] {
  const { atom14, aatype, residueNumber, insertionCodes } = structure;
  const found = tracedResidues(structure);
  return structure.chainIds.flatMap((chainId, chainIndex) => {
    const residues = Int32Array.from(found.get(chainIndex) ?? []);
    if (residues.length === 0) return [];
    const trace: ChainTrace = {
      chainId,
      chainIndex,
      residues,
      aatype: Uint8Array.from(residues, (residue) => aatype[residue]!),
      numbers: Array.from(
        residues,
        (residue) => `${residueNumber[residue]!}${insertionCodes[residue]!}`,
      ),
      points: Float64Array.from({ length: 3 * residues.length }, (_, i) => {
        const residue = residues[Math.floor(i / 3)]!;
        return atom14[42 * residue + 3 * CA_SLOT + (i % 3)]!;
      }),
    };
    return [trace];
  });
}

/** The residues of each chain whose CA is known: found in one pass, since a file may have a hundred thousand chains. */
function tracedResidues(structure: NamedResidues): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (let residue = 0; residue < structure.aatype.length; residue++) {
    if (!hasAtom(structure, residue, CA_SLOT)) continue;
    const chainIndex = structure.chainIndex[residue]!;
    const residues = found.get(chainIndex);
    if (residues) residues.push(residue);
    else found.set(chainIndex, [residue]);
  }
  return found;
}
