import type { RatedModel } from '../server/api.js';

/** What is known of every model. */
type Known =
  | 'name'
  | 'sha256'
  | 'numBlocks'
  | 'attention'
  | 'numRecycles'
  | 'readsAlignments'
  | 'readsTemplates'
  | 'maxMegabytes'
  | 'estimates';

/** A model whose files this browser holds. */
export interface LocalModel extends Pick<RatedModel, Known>, Partial<Omit<RatedModel, Known>> {
  /** Weights, and what was opened with them. */
  readonly files: readonly File[];
  /** Whether it stays when the page is closed. */
  readonly isKept: boolean;
}

/** A model of the server, or of this browser. */
export type AnyModel = RatedModel | LocalModel;

/** Whether a model is one of this browser's rather than of the server's. */
export function isLocalModel(model: AnyModel | undefined): model is LocalModel {
  return model !== undefined && 'isKept' in model;
}
