/** @file What the AlphaFold 2 network reads. Letters: N residues, S cluster rows, E extra rows, T templates. */
import type { HostTensor } from '#tensor/tensor';

/** Types that `targetFeat` and template residues tell apart: 20 amino acids, X and the gap. */
export const NUM_TARGET_CHANNELS = 22;
/** Letters of alignment rows: 20 amino acids, X, the gap and the mask. */
export const NUM_ALIGNMENT_LETTERS = 23;
/** Channels of `AlignmentFeatures.msa`. */
export const NUM_MSA_CHANNELS = 2 * NUM_ALIGNMENT_LETTERS + 3;

/** All that the network reads of one query. */
export interface Alphafold2Features {
  /** `[N]` int32, 0-20 in the order ARNDCQEGHILKMFPSTWYVX. */
  readonly aatype: HostTensor;
  /** `[N]` int32; from 0, with a jump of 200 where a chain begins. */
  readonly residueIndex: HostTensor;
  /** `[N, 22]` float32: whether a segment begins (always 0), then one-hot of 21 residue types. */
  readonly targetFeat: HostTensor;
  /** Absent where there are no templates; a network with template modules may then skip them. */
  readonly templates?: TemplateFeatures;
  /**
   * The alignment as one pass sees it. Each pass draws its own rows and masks, the same ones whenever it is asked.
   *
   * @param pass 0-based; 0 is the pass before the first recycle
   */
  readonly alignment: (pass: number) => AlignmentFeatures;
}

/** Rows of the alignment as one pass sees them. */
export interface AlignmentFeatures {
  /**
   * `[S, N, 49]` float32: 0-22 one-hot of the letter, 23 whether residues are deleted before the column, 24 how many
   * (squashed), 25-47 the cluster's profile, 48 its mean number of deletions (squashed). Row 0 is the query.
   */
  readonly msa: HostTensor;
  /** `[S, N]` float32, 1 = use. */
  readonly msaMask: HostTensor;
  /** `[E, N]` int32, letters 0-22 of rows that are no clusters. E is at least 1: where no row is left, one is masked. */
  readonly extraMsa: HostTensor;
  /** `[E, N]` float32, 1 where residues are deleted before the column. */
  readonly extraHasDeletion: HostTensor;
  /** `[E, N]` float32, their number squashed to 0-1 by atan(count / 3) · 2 / π. */
  readonly extraDeletionValue: HostTensor;
  /** `[E, N]` float32, 1 = use. */
  readonly extraMsaMask: HostTensor;
}

/** Known structures, placed on the query's numbering. */
export interface TemplateFeatures {
  /** `[T]` float32, 1 = use; others only pad. */
  readonly mask: HostTensor;
  /** `[T, N]` int32, 0-21: residue types, X, and the gap where nothing is aligned. */
  readonly aatype: HostTensor;
  /** `[T, N, 37, 3]` Å; zero where the atom is unknown. */
  readonly atom37: HostTensor;
  /** `[T, N, 37]` float32, 1 where the atom is known. */
  readonly atom37Mask: HostTensor;
  /** `[T, N, 3]` Å, CB, or CA of glycine; zero where it is unknown. */
  readonly pseudoBeta: HostTensor;
  /** `[T, N]` float32. */
  readonly pseudoBetaMask: HostTensor;
  /** `[T, N, 7, 2]` sine and cosine of preOmega, phi, psi, chi1-4; the original's numbers where the mask is 0, too. */
  readonly torsions: HostTensor;
  /** `[T, N, 7, 2]` the same after half a turn of each pi-periodic chi. */
  readonly alternativeTorsions: HostTensor;
  /** `[T, N, 7]` float32, 1 where all four atoms are known. */
  readonly torsionMask: HostTensor;
}
