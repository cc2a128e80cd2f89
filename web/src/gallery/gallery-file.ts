import type { ResultFiles } from '../data/result.js';

/** A file of `data/gallery/`: a prediction, and what was measured. */
export interface GalleryFile {
  readonly files: ResultFiles;
  /** PDB */
  readonly experiment: string;
}

/** What a prediction says of itself, and what the experiment says of it. */
export interface ShownScores {
  /** 0-1 */
  readonly ptm: number;
  /** 0-100 */
  readonly meanPlddt: number;
  /** 0-1 */
  readonly tmScore: number;
  readonly lddt: number;
  /** `[N]` 0-100, both. */
  readonly plddtPerResidue: readonly number[];
  readonly lddtPerResidue: readonly number[];
}
