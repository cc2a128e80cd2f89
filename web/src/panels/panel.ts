import type { ResidueColouring } from './residue-colouring.js';
import type { Result } from '../data/result.js';
import type { Selection } from '../molecule/selection.js';
import type { Viewer } from '../viewer/viewer.js';

/** What was last compared with the prediction. */
export interface ComparedStructure {
  readonly name: string;
  /** `[N, N]` Å between its pseudo-betas; NaN where it has no counterpart of a residue. */
  readonly distances: Float32Array;
}

/** What every panel sees. */
export interface PanelContext {
  readonly result: Result;
  readonly selection: Selection;
  /** Absent where the browser offers no WebGL. */
  readonly viewer: Viewer | undefined;
  /** What residues are coloured by, everywhere; a panel may show its own values. */
  readonly colouring: ResidueColouring;
  /** Kept while other panels are open. */
  readonly compared: { latest?: ComparedStructure | undefined };
}

/** One way to look at a result. */
export interface Panel {
  readonly element: HTMLElement;
  readonly dispose: () => void;
}
