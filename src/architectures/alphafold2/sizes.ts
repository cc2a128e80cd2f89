import type { StageSizes } from '#execution/stage';

/** Sizes of one pass. */
export interface Alphafold2Sizes extends StageSizes {
  readonly batch: 1;
  /** Rows of the alignment with profiles. */
  readonly numClusters: number;
  /** Rows of the extra stack. */
  readonly numExtra: number;
  /** Templates that count. */
  readonly numTemplates: number;
}
