/** @file What all places that alignments come from have in common. */

import type { Chain } from '#sequence/chain';

/** A step of a search, for people who wait. */
export interface SearchProgress {
  /**
   * `turn`: another search of this installation runs. `submit`: the query is sent. `wait`: the server has it in its queue.
   * `refused`: the server asks for patience. `run`: relatives are searched. `download`: the answer comes.
   */
  readonly step: 'turn' | 'submit' | 'wait' | 'refused' | 'run' | 'download';
  /** One sentence, with the server's own reason where it gave one. */
  readonly message: string;
}

/** How a search is followed and stopped. */
export interface SearchOptions {
  readonly onProgress?: ((progress: SearchProgress) => void) | undefined;
  /** A search that is aborted asks nothing more; begun again it goes on where it stopped. */
  readonly signal?: AbortSignal | undefined;
}

/** The alignment of one prediction, as `readAlignments` reads it. */
export interface FoundAlignment {
  readonly bytes: Uint8Array;
  /** File or place, for messages. */
  readonly name: string;
}

/** A place that alignments come from. */
export interface AlignmentSource {
  /**
   * The alignment of the chains of one prediction.
   *
   * @param chains in order
   * @param record name of the prediction, safe as a file name
   * @throws FoldError `ALIGNMENT_SEARCH`, `FILE_READ`
   */
  find(chains: readonly Chain[], record: string, options?: SearchOptions): Promise<FoundAlignment>;
}
