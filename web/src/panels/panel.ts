import type { Result } from '../result/result.js';
import type { Selection } from '../selection.js';
import type { Colouring } from '../viewer/colours.js';
import type { Viewer } from '../viewer/viewer.js';

/** What every panel sees. */
export interface PanelContext {
  readonly result: Result;
  readonly selection: Selection;
  /** Absent where the browser offers no WebGL. */
  readonly viewer: Viewer | undefined;
  /** Colours residues in 3D by a panel's own values; undefined goes back to the chosen scheme. */
  readonly colourBy: (values: Colouring['values'] | undefined) => void;
}

/** One way to look at a result. */
export interface Panel {
  readonly element: HTMLElement;
  readonly dispose: () => void;
}
