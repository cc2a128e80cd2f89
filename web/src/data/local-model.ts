import type { ServedModel } from '../server/api.js';

/** A model whose files this browser holds. */
export interface LocalModel extends ServedModel {
  readonly sha256: string;
  /** Weights, and what was opened with them. */
  readonly files: readonly File[];
  /** What predictions take without an alignment, where the model reads one; `estimates` are with the deepest. */
  readonly singleEstimates?: ServedModel['estimates'];
  /** Whether it stays when the page is closed. */
  readonly isKept: boolean;
}

/** Whether a model is one of this browser's rather than of the server's. */
export function isLocalModel(model: ServedModel | LocalModel | undefined): model is LocalModel {
  return model !== undefined && 'isKept' in model;
}
